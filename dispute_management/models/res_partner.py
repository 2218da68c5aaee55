from odoo import fields, models
from odoo.fields import Domain

RECEIVABLE_GROUPS = (
    "dispute_management.group_dispute_viewer,account.group_account_invoice,account.group_account_readonly"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    dispute_case_count = fields.Integer(
        string="Disputes",
        compute="_compute_dispute_case_count",
        groups="dispute_management.group_dispute_viewer",
    )

    dispute_receivable_disputed = fields.Monetary(
        string="Owed, in dispute",
        compute="_compute_dispute_receivable",
        groups=RECEIVABLE_GROUPS,
        help="Of what the customer owes in company currency.",
    )
    dispute_receivable_undisputed = fields.Monetary(
        string="Owed, undisputed", compute="_compute_dispute_receivable", groups=RECEIVABLE_GROUPS
    )
    dispute_receivable_overdue = fields.Monetary(
        string="Undisputed and overdue", compute="_compute_dispute_receivable", groups=RECEIVABLE_GROUPS
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

    def _compute_dispute_receivable(self):
        groups = self.env["dispute.receivable"]._read_group(
            Domain("partner_id", "in", self.commercial_partner_id.ids)
            & Domain("company_id", "child_of", self.env.company.root_id.id),
            ["partner_id"],
            ["amount_disputed:sum", "amount_undisputed:sum", "amount_overdue:sum"],
        )
        amounts = {partner.id: found for partner, *found in groups}
        for partner in self:
            disputed, undisputed, overdue = amounts.get(partner.commercial_partner_id.id, (0, 0, 0))
            partner.dispute_receivable_disputed = disputed
            partner.dispute_receivable_undisputed = undisputed
            partner.dispute_receivable_overdue = overdue

    def action_view_dispute_receivables(self):
        """:return: action on what these customers owe, disputed and undisputed apart"""
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.dispute_receivable_action")
        action["domain"] = [("partner_id", "in", self.commercial_partner_id.ids)]
        action["context"] = {"search_default_group_ageing": 1}
        return action

    def action_view_disputes(self):
        """:return: action on all disputes of these customers"""
        cases = self.env["dispute.case"].search(Domain("partner_id", "in", self.commercial_partner_id.ids))
        return cases._get_records_action(name=self.env._("Disputes"))
