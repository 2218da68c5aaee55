from odoo import api, fields, models


class AccountPartialReconcile(models.Model):
    _name = "account.partial.reconcile"
    _inherit = ["account.partial.reconcile", "dispute.core.facts.mixin"]

    _dispute_facts = frozenset({"dispute_settlement_line_id"})

    dispute_settlement_line_id = fields.Many2one(
        "dispute.settlement.line",
        string="Settles Dispute",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The settlement that matched a payment or credit the customer had.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._note_dispute_payments()
        moves = partials._get_dispute_moves()
        if moves:
            matched = self.env._("%(document)s was matched with %(other)s: %(amount)s")
            moves._dispute_accounting_changed(partials._get_dispute_events(matched))
        return partials

    def unlink(self):
        moves = self._get_dispute_moves()
        events = {}
        if moves:
            undone = self.env._("%(document)s is not matched with %(other)s any more: %(amount)s")
            events = self._get_dispute_events(undone)
        self._note_dispute_payments()
        res = super().unlink()
        moves.exists()._dispute_accounting_changed(events)
        return res

    def _note_dispute_payments(self):
        """Have invoices looked at that were paid or that were paid short before; all of it is
        in memory when accounting matches.
        """
        paid = self._is_dispute_payment().debit_move_id.move_id
        known = self.debit_move_id.move_id.filtered("dispute_short_payment")
        invoices = (paid | known).filtered(lambda move: move.move_type == "out_invoice")
        if invoices:
            invoices._dispute_note_paid()

    def _is_dispute_payment(self):
        """:return: the matches with a payment or a line of a bank statement"""
        return self.filtered(
            lambda partial: (
                partial.credit_move_id.move_id.origin_payment_id or partial.credit_move_id.statement_line_id
            )
        )

    def _get_dispute_memo(self):
        """:return: what the customer wrote to the payment that is matched here"""
        line = self.credit_move_id
        payment = line.move_id.origin_payment_id
        return line.statement_line_id.payment_ref or payment.memo or line.move_id.ref or False

    def _get_dispute_moves(self):
        """:return: account.move matched here that disputes know of"""
        return (self.debit_move_id | self.credit_move_id).move_id.filtered(
            lambda move: move.dispute_case_count or move.dispute_case_id
        )

    def _get_dispute_events(self, text):
        """Say what these matches did to the documents in dispute.

        :param text: sentence with named placeholders
        :return: ``{account.move: sentences}``
        """
        events = {}
        # Names of entries are told to who reads the dispute.
        for partial in self.sudo():
            document, other = partial.debit_move_id.move_id, partial.credit_move_id.move_id
            amount = partial.debit_currency_id.format(partial.debit_amount_currency)
            sentence = text % {"document": document.name, "other": other.name, "amount": amount}
            for move in document | other:
                events.setdefault(move, []).append(sentence)
        return events
