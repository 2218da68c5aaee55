from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeSettlementExecutionMixin(models.AbstractModel):
    """Carrying out settlements in Odoo's own accounting: once, and wholly or not at all."""

    _name = "dispute.settlement.execution.mixin"
    _description = "Dispute Settlement Execution"

    def _execute(self, date=None, at=None):
        """Make, post and reconcile the documents of settlements, all in one transaction.

        The cases are locked first, so that of two attempts at once one waits in vain and
        a settlement never executes twice; one that was executed is left alone.

        :param date: accounting date of the documents; today where the user is
        :param at: when it was decided, a naive UTC datetime; now, but for imports of the
            past
        :raise UserError: when there is more to settle than is open, or an account is
            missing; nothing is written then
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
        settlements._check_executable()
        date = date or fields.Date.context_today(self)
        lines = settlements.line_ids
        for kind, kind_lines in lines.grouped("kind").items():
            book = getattr(settlements, f"_book_{kind}", None)
            if not book:
                raise UserError(
                    self.env._(
                        "Settling by %s is not available.",
                        dict(lines._fields["kind"]._description_selection(self.env))[kind],
                    )
                )
            book(kind_lines, date)
        settlements.write({"state": "executed", "date_executed": at or fields.Datetime.now()})
        lines.dispute_line_id._refresh_amounts()

    def _check_executable(self):
        for settlement in self:
            if not settlement.line_ids:
                raise UserError(self.env._("Enter how much to settle."))
            by_line = settlement.line_ids.grouped("dispute_line_id")
            for dispute_line, lines in by_line.items():
                currency = dispute_line.currency_id
                total = sum(lines.mapped("amount"))
                if currency.compare_amounts(total, dispute_line.amount_open) > 0:
                    raise UserError(
                        self.env._(
                            "%(line)s: only %(open)s is open, %(amount)s can't be settled.",
                            line=dispute_line.display_name,
                            open=currency.format(dispute_line.amount_open),
                            amount=currency.format(total),
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
