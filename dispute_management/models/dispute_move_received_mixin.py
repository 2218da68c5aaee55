from odoo import models


class DisputeMoveReceivedMixin(models.AbstractModel):
    """The money that came in on an invoice, and what of it went back.

    A payment can clear more than it brings, by a discount for early payment or a difference
    written off with it: that was never paid, and can't be paid back.
    """

    _name = "dispute.move.received.mixin"
    _description = "Money Received on Invoices"

    def _dispute_get_received(self):
        """:return: what the customer gave for this invoice, in its currency: money, or credits
        they had
        """
        self.ensure_one()
        received = 0
        receivable = self.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        for partial in receivable.matched_credit_ids:
            other = partial.credit_move_id.move_id
            payment = other.origin_payment_id
            is_write_off = other.dispute_case_id and other.move_type == "entry" and not payment
            if other.reversed_entry_id != self and not is_write_off:
                received += partial.debit_amount_currency * payment._dispute_get_paid_share()
        return self.currency_id.round(received)

    def _dispute_get_paid_back(self):
        """:return: what posted payments to the customer are matched with these credit notes, in
        their currency
        """
        lines = self.line_ids
        receivable = lines.filtered(lambda line: line.account_type == "asset_receivable")
        # The matches of all credit notes that are asked for are read at once.
        partials = receivable.with_prefetch(lines._prefetch_ids).matched_debit_ids
        return sum(
            partial.credit_amount_currency
            for partial in partials
            if partial.debit_move_id.parent_state == "posted"
            and (partial.debit_move_id.move_id.origin_payment_id or partial.debit_move_id.statement_line_id)
        )
