from odoo import fields, models


class InformationRequestSendItem(models.TransientModel):
    """One thing that a good answer holds, before it is asked."""

    _name = "information.request.send.item"
    _description = "Ask about a Dispute: Item"
    _inherit = ["dispute.wizard.mixin", "dispute.question.item.mixin"]

    wizard_id = fields.Many2one("information.request.send", required=True, ondelete="cascade", index=True)
    name = fields.Char(translate=False)
