from odoo import models

#: Kinds whose booking makes a credit note for the disputed invoice.
CREDITING_KINDS = ("credit_note", "refund_payment", "refund_original_payment", "replacement_invoice")


class DisputeSettlementPartMixin(models.AbstractModel):
    """What a settlement line makes of the claim, read from the documents it was booked by.

    Nothing of it is stored: when an accountant undoes a document or a match, the parts of
    the claim follow.
    """

    _name = "dispute.settlement.part.mixin"
    _description = "Dispute Settlement Parts"

    def _get_parts(self):
        """What these lines count as, by part of the claim.

        :return: ``{part: amount}`` in the currency of the disputed line
        """
        parts = {}
        for line in self:
            if line.settlement_id.state in ("processing", "executed"):
                # The state of documents is no secret to who reads the claim.
                for part, amount in getattr(line.sudo(), f"_get_parts_of_{line.kind}")().items():
                    parts[part] = parts.get(part, 0) + amount
        return parts

    def _get_amount_to_come(self):
        """:return: what these lines, all of one claim, will yet take from what is open of it"""
        return sum(self.mapped("amount")) - sum(self._get_parts().values())

    def _get_parts_of_rejection(self):
        # A case that is reopened disputes what was refused before.
        return {} if self.settlement_id.date_taken_up else {"rejected": self.amount}

    def _get_parts_of_write_off(self):
        return {"written_off": self._get_standing_amount()}

    def _get_parts_of_credit_note(self):
        return self._get_parts_of_credit(self._get_standing_amount())

    def _get_parts_of_chargeback(self):
        return {"refunded": self._get_standing_amount()}

    def _get_parts_of_refund_payment(self):
        if self.dispute_line_id.move_id:
            return self._get_parts_of_credit_note()
        # Returning an overpayment needs no credit note.
        return {"refunded": min(self.amount, self._get_returned_amount())}

    def _get_parts_of_refund_original_payment(self):
        return self._get_parts_of_refund_payment()

    def _get_parts_of_apply_credit(self):
        return {"applied": min(self.amount, sum(self.partial_ids.mapped("debit_amount_currency")))}

    def _get_parts_of_replacement_invoice(self):
        standing = self._get_standing_amount()
        again = self.amount_invoiced_again if self.replacement_move_id.state == "posted" else 0
        credited = min(standing, max(0, self.amount_credited - again))
        return {**self._get_parts_of_credit(credited), "rebilled": standing - credited}

    def _get_standing_amount(self):
        """:return: how much of its amount the document of this line stands for, in its currency:
        nothing while it is not posted, and not what an accountant reversed of it
        """
        self.ensure_one()
        if self.move_id.state != "posted":
            return 0
        total = self.amount_credited or self.amount
        # A date, which no client can put there: figures of a day in the past ask for it.
        undone = self.move_id._dispute_get_undone(self.env.context.get("dispute_day"))
        return min(self.amount, max(0, self.currency_id.round(total - undone)))

    def _get_parts_of_credit(self, amount):
        """Split what was credited: what was paid out of the credit note is refunded.

        :param amount: how much of the claim the credit note credits
        """
        refunded = min(amount, self.move_id._dispute_get_paid_back())
        return {"credited": amount - refunded, "refunded": refunded}

    def _get_returned_amount(self):
        """:return: how much of the disputed payment its payout returns, in its currency"""
        counterparts = self.payout_id.move_id.line_ids
        received = self.dispute_line_id.payment_id.move_id.line_ids
        partials = counterparts.matched_credit_ids.filtered(
            lambda partial: (
                partial.credit_move_id in received and partial.debit_move_id.parent_state == "posted"
            )
        )
        return sum(partials.mapped("credit_amount_currency"))

    def _get_taken_amount(self):
        """:return: what these lines took off the disputed invoice for good: credited or written
        off, in its currency
        """
        taken = 0
        for line in self:
            if line.kind in (*CREDITING_KINDS, "write_off") and line._is_booked():
                # What became of documents is no secret to who reads the claim.
                undone = line.sudo().move_id._dispute_get_undone()
                taken += max(0, (line.amount_credited or line.amount) - undone)
        return taken

    def _is_booked(self):
        """:return: whether the document of this line stands"""
        self.ensure_one()
        if self.settlement_id.state not in ("processing", "executed"):
            return False
        # The state of a document is no secret to who reads the claim.
        return self.sudo().move_id.state == "posted"
