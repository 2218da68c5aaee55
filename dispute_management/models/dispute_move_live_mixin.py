from odoo import models


class DisputeMoveLiveMixin(models.AbstractModel):
    """What an invoice comes to at this moment."""

    _name = "dispute.move.live.mixin"
    _description = "Live Amounts of an Invoice"

    def _dispute_get_live_amounts(self):
        """What was paid, credited and written off of these invoices, and what is disputed.

        Only amounts in the invoice's currency count, so that exchange differences don't.

        :return: ``{move: {original, paid, credited, written_off, residual, disputed, disputable}}``
        """
        # Counted are all documents, claims and matches, whoever may read them.
        moves = self.sudo()
        disputable = moves._dispute_get_disputable_amounts()
        credited = moves._dispute_get_credited()
        amounts = {}
        for move in moves:
            found = {
                "original": move.amount_total,
                "paid": 0,
                "credited": credited.get(move, 0),
                "written_off": 0,
                "residual": move.amount_residual,
                "disputed": move.dispute_amount,
                "disputable": disputable[move],
            }
            receivable = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            for partial in receivable.matched_credit_ids:
                other = partial.credit_move_id.move_id
                if partial._is_dispute_payment():
                    found["paid"] += partial.debit_amount_currency
                elif other.move_type != "out_refund":
                    found["written_off"] += partial.debit_amount_currency
                elif other.reversed_entry_id != move:
                    found["credited"] += partial.debit_amount_currency
            amounts[move] = {name: move.currency_id.round(amount) for name, amount in found.items()}
        return amounts
