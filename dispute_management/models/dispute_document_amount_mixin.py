from odoo import api, fields, models


def _amount(string, help_text):
    return fields.Monetary(
        string=string,
        compute="_compute_document_amounts",
        currency_field="currency_id",
        compute_sudo=True,
        help=help_text,
    )


class DisputeDocumentAmountMixin(models.AbstractModel):
    """What the disputed document comes to at this moment, in its currency.

    For records with `move_id`, `payment_id` and `currency_id`: nothing of it is stored, all
    follows from reconciliation and from the other cases.
    """

    _name = "dispute.document.amount.mixin"
    _description = "Live Amounts of a Disputed Document"

    move_id = fields.Many2one("account.move")
    payment_id = fields.Many2one("account.payment")
    currency_id = fields.Many2one("res.currency")
    document_original = _amount("Original", "Total of the document, taxes included.")
    document_paid = _amount("Paid", "Payments and bank lines matched with it, discounts taken included.")
    document_credited = _amount("Credited so far", "Posted credit notes, matched with it or not yet.")
    document_written_off = _amount("Written off, other", "Other entries matched with it.")
    document_residual = _amount("Still open", "What it still owes.")
    document_elsewhere = _amount("In dispute elsewhere", "Open claims of other cases on it.")
    document_disputable = _amount("Still disputable", "What can still be claimed of it.")

    @api.depends("move_id", "payment_id")
    def _compute_document_amounts(self):
        # What a document comes to follows from the books, whoever may read those.
        amounts = self.move_id._origin._dispute_get_live_amounts()
        amounts |= self.payment_id._origin._dispute_get_live_amounts()
        for record in self:
            found = amounts.get((record.move_id or record.payment_id)._origin, {})
            own = record._get_own_open_amount()
            for name in ("original", "paid", "credited", "written_off", "residual"):
                record[f"document_{name}"] = found.get(name, 0)
            record.document_elsewhere = found.get("disputed", 0) - own
            record.document_disputable = max(0, found.get("disputable", 0) + own)

    def _get_own_open_amount(self):
        """:return: what this record itself keeps in dispute, which is not elsewhere"""
        return 0
