from odoo import api, fields, models
from odoo.exceptions import UserError

from .dispute_settlement_state_mixin import READY_STATES


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
        """Go on with each settlement by itself; what can't be carried out stays approved, and
        its owner is told why.
        """
        for settlement in self:
            try:
                with self.env.cr.savepoint():
                    settlement._go_on()
            except UserError as error:
                settlement.invalidate_recordset()
                settlement.case_id.activity_schedule(
                    "mail.mail_activity_data_warning",
                    user_id=(settlement.case_id.user_id or settlement.user_id).id,
                    summary=self.env._("Approved, but not carried out"),
                    note=str(error),
                )

    def _carry_out(self):
        """Execute settlements and close the cases of which nothing is left open."""
        self._execute()
        for settlement in self:
            case = settlement.case_id
            if case.is_closed or case.currency_id.compare_amounts(case.amount_open, 0):
                continue
            if settlement.resolution_id and case.cause_id:
                case._close(settlement.resolution_id)
        self.case_id._end_approval()

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
        settlements = self.filtered(lambda settlement: settlement.state != "executed")
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
        settlements = settlements.filtered(lambda item: item.state != "executed")
        settlements._check_ready()
        settlements._check_open()
        today = fields.Date.context_today(self)
        for day, dated in settlements.grouped(lambda item: date or item.date or today).items():
            for kind, lines in dated.line_ids.grouped("kind").items():
                settlements._book(kind, lines, day)
        settlements._set_state("executed", date_executed=at or fields.Datetime.now())
        settlements.line_ids.dispute_line_id._refresh_amounts()

    @api.model
    def _book(self, kind, lines, date):
        book = getattr(self, f"_book_{kind}", None)
        if not book:
            raise UserError(
                self.env._(
                    "Settling by %s is not available.",
                    dict(lines._fields["kind"]._description_selection(self.env))[kind],
                )
            )
        book(lines, date)

    def _check_ready(self):
        """:raise UserError: when a settlement is not approved, or not agreed where that is due"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for settlement in self:
            if settlement.state not in (*READY_STATES, "processing"):
                raise UserError(
                    self.env._(
                        "%(case)s: this settlement is %(state)s. It has to be approved before it is"
                        " carried out.",
                        case=settlement.case_id.name,
                        state=labels[settlement.state].lower(),
                    )
                )

    def _check_open(self, counted=()):
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
            pending = sum(line.amount for line in others if line.state in counted)
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
        self._check_owed(self.line_ids.filtered(lambda line: line.kind == "write_off"))

    @api.model
    def _check_owed(self, lines):
        """:param lines: dispute.settlement.line that write off
        :raise UserError: when that is more than an invoice owes: money that was paid is given back
            by a credit note, not written off
        """
        for move, written in lines.grouped(lambda line: line.dispute_line_id.move_id).items():
            total = sum(written.mapped("amount"))
            if move and move.currency_id.compare_amounts(total, move.amount_residual) > 0:
                raise UserError(
                    self.env._(
                        "%(invoice)s owes %(owed)s: %(amount)s can't be written off. Credit what was paid.",
                        invoice=move.name,
                        owed=move.currency_id.format(move.amount_residual),
                        amount=move.currency_id.format(total),
                    )
                )

    @api.model
    def _book_rejection(self, lines, date):
        """A refusal books nothing: the claim's own parts tell of it."""

    @api.model
    def _book_credit_note(self, lines, date):
        """Credit the invoices of settlement lines, one credit note a line.

        :param lines: dispute.settlement.line
        :param date: accounting date
        """
        self._check_invoiced(lines)
        refunds = self.env["account.move"].create([line._prepare_credit_note_values(date) for line in lines])
        for line, refund in zip(lines, refunds, strict=True):
            line.move_id = refund
            if line.currency_id.compare_amounts(refund.amount_total, line.amount):
                raise UserError(
                    self.env._(
                        "%(invoice)s: its taxes make a credit note of %(made)s where"
                        " %(wanted)s was decided. Settle by another amount.",
                        invoice=line.dispute_line_id.move_id.name,
                        made=line.currency_id.format(refund.amount_total),
                        wanted=line.currency_id.format(line.amount),
                    )
                )
        # Posting pairs credit notes with invoices one to one: those of one invoice are
        # posted one after another (account.move `_reconcile_reversed_moves`).
        pending = refunds
        while pending:
            batch = self.env["account.move"].union(
                *(group[0] for group in pending.grouped("reversed_entry_id").values())
            )
            batch.action_post()
            pending -= batch

    @api.model
    def _book_write_off(self, lines, date):
        """Write settlement lines off, one entry a line, matched with the invoice.

        :param lines: dispute.settlement.line
        :param date: accounting date
        """
        self._check_invoiced(lines)
        # What was booked before in the same settlement lowers what is owed.
        self._check_owed(lines)
        entries = self.env["account.move"].create([line._prepare_write_off_values(date) for line in lines])
        entries.action_post()
        for line, entry in zip(lines, entries, strict=True):
            line.move_id = entry
            receivable = line.dispute_line_id._get_receivable_lines()
            counterpart = entry.line_ids.filtered(
                lambda item, receivable=receivable: item.account_id == receivable.account_id
            )
            (receivable + counterpart).reconcile()

    @api.model
    def _check_invoiced(self, lines):
        for line in lines:
            if not line.dispute_line_id.move_id:
                raise UserError(
                    self.env._(
                        "%s is no invoice: it can't be credited or written off.",
                        line.dispute_line_id.display_name,
                    )
                )
