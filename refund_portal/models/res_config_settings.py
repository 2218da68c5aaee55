from odoo import fields, models
from odoo.exceptions import UserError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dispute_portal_file = fields.Boolean(related="company_id.dispute_portal_file", readonly=False)
    dispute_portal_claim = fields.Selection(related="company_id.dispute_portal_claim", readonly=False)
    dispute_portal_refund = fields.Boolean(related="company_id.dispute_portal_refund", readonly=False)
    dispute_portal_counter = fields.Boolean(related="company_id.dispute_portal_counter", readonly=False)
    dispute_portal_reopen = fields.Boolean(related="company_id.dispute_portal_reopen", readonly=False)
    dispute_portal_own_only = fields.Boolean(related="company_id.dispute_portal_own_only", readonly=False)
    dispute_portal_link = fields.Boolean(related="company_id.dispute_portal_link", readonly=False)
    dispute_portal_link_days = fields.Integer(related="company_id.dispute_portal_link_days", readonly=False)
    dispute_portal_intro = fields.Text(related="company_id.dispute_portal_intro", readonly=False)
    dispute_portal_thanks = fields.Text(related="company_id.dispute_portal_thanks", readonly=False)

    def action_preview_dispute_form(self):
        """:return: action that shows the filing page as a customer reads it, on the newest invoice"""
        return self.env["account.move"]._action_preview_newest_dispute_form(self.company_id)

    def action_open_dispute_terms(self):
        """:return: action on the public page of the company's refund terms
        :raise UserError: when there are none to be read there
        """
        company = self.company_id
        if not company.root_id._get_published_refund_terms():
            raise UserError(
                self.env._("There are no public terms yet: write them in a refund policy and publish it.")
            )
        url = company._get_dispute_terms_url(company)
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
