from odoo import api, fields, models


class DisputeOpenOverlapMixin(models.AbstractModel):
    """Say what else there is about the same, before a case is opened."""

    _name = "dispute.open.overlap.mixin"
    _description = "Overlaps of a Dispute to Open"

    overlap_info = fields.Html(
        string="Good to Know",
        compute="_compute_overlap_info",
        sanitize=False,  # made of escaped text and own links
    )

    @api.depends("line_ids.move_id", "line_ids.move_line_id", "customer_reference")
    def _compute_overlap_info(self):
        cases = self.env["dispute.case"]
        for wizard in self:
            overlaps = cases._get_overlaps(
                wizard.line_ids.move_id._origin,
                wizard.line_ids.move_line_id._origin,
                wizard.customer_reference,
            )
            wizard.overlap_info = cases._format_overlaps(overlaps)
