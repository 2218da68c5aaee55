from odoo import fields, models
from odoo.exceptions import UserError

from .dispute_settlement_state_mixin import READY_STATES

#: Booked already: left alone when executed again.
DONE_STATES = ("processing", "executed")

#: What an invoice still owes is lowered before what was paid on it is paid back.
BOOKING_ORDER = (
    "rejection",
    "credit_note",
    "write_off",
    "apply_credit",
    "replacement_invoice",
    "refund_payment",
    "refund_original_payment",
    "chargeback",
)


class DisputeSettlementExecutionMixin(models.AbstractModel):
    """Carrying out settlements in Odoo's own accounting: once, and wholly or not at all."""

    _name = "dispute.settlement.execution.mixin"
    _description = "Dispute Settlement Execution"

    def action_execute(self):
        """Carry out settlements that are approved and agreed; others are refused by name."""
        self._check_workable()
        self._carry_out()

    def _go_on(self):
        """What follows once everybody approved: the customer is asked, or it is carried out."""
        asking = self.filtered(lambda settlement: settlement._needs_consent())
        asking._set_state("proposed")
        (self - asking)._carry_out()

    def _needs_consent(self):
        """Whether the customer has to agree first. Override to ask for some.

        Full credit, corrected documents, refusals and small write-offs ask no consent.
        """
        self.ensure_one()
        return False

    def _go_on_or_tell(self):
        """Go on with all settlements at once; where that fails, with each by itself: what can't be
        carried out stays approved, and its owner is told why.
        """
        try:
            with self.env.cr.savepoint():
                self._go_on()
            return
        except UserError as error:
            self.invalidate_recordset()
            if len(self) == 1:
                self._tell_not_carried_out(error)
                return
        for settlement in self:
            settlement._go_on_or_tell()

    def _tell_not_carried_out(self, error):
        self.ensure_one()
        self.case_id.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=(self.case_id.user_id or self.user_id).id,
            summary=self.env._("Approved, but not carried out"),
            note=str(error),
        )

    def _carry_out(self):
        """Execute settlements and close the cases of which nothing is left open."""
        self._execute()
        self._close_settled()
        self.case_id._end_approval()

    def _close_settled(self):
        """Close the cases of executed settlements of which nothing is left open."""
        resolutions = {}
        for settlement in self.filtered(lambda item: item.state == "executed"):
            case, resolution = settlement.case_id, settlement.resolution_id
            if case.is_closed or case.currency_id.compare_amounts(case.amount_open, 0):
                continue
            if resolution and case.cause_id:
                resolutions.setdefault(case, resolution)
        settled = self.case_id.filtered(lambda case: case in resolutions)
        for resolution, cases in settled.grouped(lambda case: resolutions[case]).items():
            cases._close(resolution)

    def _execute(self, date=None, at=None):
        """Make, post and reconcile the documents of settlements, all in one transaction.

        The cases are locked first, so that of two attempts at once one waits in vain and
        a settlement never executes twice; one that was executed is left alone.

        :param date: accounting date of the documents; each settlement's own, else today
            where the user is
        :param at: when it was decided, a naive UTC datetime; now, but for imports of the
            past
        :raise UserError: when one is not approved, there is more to settle than is open, or
            an account is missing; nothing is written then
        """
        settlements = self.filtered(lambda settlement: settlement.state not in DONE_STATES)
        if not settlements:
            return
        settlements.case_id.check_access("write")
        settlements.check_access("write")
        # Users of disputes need no right to keep books: from here on what was checked
        # above is booked for them.
        settlements = settlements.sudo()
        settlements.case_id.lock_for_update(allow_referencing=True)
        settlements.line_ids.dispute_line_id.move_id.lock_for_update(allow_referencing=True)
        settlements.invalidate_recordset(["state"])
        settlements = settlements.filtered(lambda item: item.state not in DONE_STATES)
        settlements._check_ready()
        settlements._check_open()
        today = fields.Date.context_today(self)
        for day, dated in settlements.grouped(lambda item: date or item.date or today).items():
            by_kind = dated.line_ids.grouped("kind")
            for kind in BOOKING_ORDER:
                if kind in by_kind:
                    getattr(by_kind[kind], f"_book_{kind}")(day)
        processing = settlements.filtered(lambda item: item.line_ids._get_awaited())
        processing._set_state("processing")
        (settlements - processing)._set_state("executed", date_executed=at or fields.Datetime.now())
        settlements.line_ids.dispute_line_id._refresh_amounts()

    def _finish_processing(self):
        """Note as executed what waits for no provider any more; close what is settled by it."""
        finished = self.filtered(lambda item: item.state == "processing" and not item.line_ids._get_awaited())
        if finished:
            finished._set_state("executed", date_executed=fields.Datetime.now())
            finished._close_settled()

    def _check_ready(self):
        """:raise UserError: when a settlement is not approved, or not agreed where that is due"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for settlement in self:
            if settlement.state not in READY_STATES:
                raise UserError(
                    self.env._(
                        "%(case)s: this settlement is %(state)s. It has to be approved before it is"
                        " carried out.",
                        case=settlement.case_id.name,
                        state=labels[settlement.state].lower(),
                    )
                )

    def _check_open(self, counted=("processing",)):
        """:param counted: states in which other settlements take from what is open
        :raise UserError: when there is nothing to settle, more than is open, or more is written
            off than is owed
        """
        for settlement in self:
            if not settlement.line_ids:
                raise UserError(self.env._("Enter how much to settle."))
        for dispute_line, lines in self.line_ids.grouped("dispute_line_id").items():
            currency = dispute_line.currency_id
            total = sum(lines.mapped("amount"))
            others = dispute_line.settlement_line_ids - lines
            # What they have booked already is no part of what is open.
            pending = others.filtered(lambda line: line.state in counted)._get_amount_to_come()
            if currency.compare_amounts(total + pending, dispute_line.amount_open) <= 0:
                continue
            values = {
                "line": dispute_line.display_name,
                "open": currency.format(dispute_line.amount_open),
                "amount": currency.format(total),
                "pending": currency.format(pending),
            }
            if pending:
                raise UserError(
                    self.env._(
                        "%(line)s: only %(open)s is open, of which %(pending)s is in another settlement"
                        " under way; %(amount)s can't be settled.",
                        **values,
                    )
                )
            raise UserError(
                self.env._("%(line)s: only %(open)s is open, %(amount)s can't be settled.", **values)
            )
        self.line_ids._check_owed()
