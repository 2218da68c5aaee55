from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    dispute_case_count = fields.Integer(
        string="Disputes",
        compute="_compute_dispute_case_count",
        groups="dispute_management.group_dispute_viewer",
    )

    def write(self, vals):
        res = super().write(vals)
        names = {"category_id": "partner_tag_ids", "country_id": "country_ids"}
        asked = {names[name] for name in names.keys() & vals.keys()}
        if asked and asked & self.env["dispute.sla.policy"]._get_criteria():
            self.env["dispute.case"]._renew_promises_where(Domain("partner_id", "in", self.ids))
        return res

    def _compute_dispute_case_count(self):
        groups = self.env["dispute.case"]._read_group(
            Domain("partner_id", "in", self.commercial_partner_id.ids),
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.dispute_case_count = counts.get(partner.commercial_partner_id.id, 0)

    def action_view_disputes(self):
        """:return: action on all disputes of these customers"""
        cases = self.env["dispute.case"].search(Domain("partner_id", "in", self.commercial_partner_id.ids))
        return cases._get_records_action(name=self.env._("Disputes"))
