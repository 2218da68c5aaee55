from odoo import fields, models


class DisputeReferDocument(models.TransientModel):
    """A document that may go into the evidence pack, chosen or not."""

    _name = "dispute.refer.document"
    _description = "Document to Refer"
    _inherit = ["dispute.wizard.mixin"]

    refer_id = fields.Many2one("dispute.refer", required=True, ondelete="cascade", index=True)
    source = fields.Char(required=True, help="Which of the case's documents it is.")
    name = fields.Char(string="Document", readonly=True)
    kind = fields.Char(readonly=True)
    is_internal = fields.Boolean(
        string="Internal", readonly=True, help="The customer has not seen it on the case."
    )
    is_included = fields.Boolean(string="Send")
