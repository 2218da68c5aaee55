from odoo import fields, models


class DisputeLink(models.Model):
    _inherit = "dispute.link"

    purpose = fields.Selection(
        selection_add=[("filing", "File a dispute about an invoice")], ondelete={"filing": "cascade"}
    )
