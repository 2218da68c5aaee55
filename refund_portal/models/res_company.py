from odoo import api, fields, models

#: What customers may do on the portal, branches included.
PORTAL_SETTINGS = [
    "dispute_portal_file",
    "dispute_portal_claim",
    "dispute_portal_refund",
    "dispute_portal_counter",
    "dispute_portal_reopen",
    "dispute_portal_own_only",
    "dispute_portal_link",
    "dispute_portal_link_days",
    "dispute_portal_intro",
    "dispute_portal_thanks",
]


class ResCompany(models.Model):
    """What the customers of a company may do on the portal, and what its pages tell them."""

    _inherit = "res.company"

    dispute_portal_file = fields.Boolean(
        string="Customers file disputes", default=True, tracking=True, help="On the portal, and by link."
    )
    dispute_portal_claim = fields.Selection(
        [
            ("both", "Lines of the invoice, or an amount"),
            ("amount", "An amount"),
            ("lines", "Lines of the invoice"),
        ],
        string="Customers dispute",
        default="both",
        required=True,
        tracking=True,
        help="What a customer chooses on the form for one invoice; several invoices at once take an amount each.",
    )
    dispute_portal_refund = fields.Boolean(
        string="Customers ask for refunds",
        default=True,
        tracking=True,
        help="Of paid invoices and of payments; without it these are not offered.",
    )
    dispute_portal_counter = fields.Boolean(
        string="Customers make counter-offers", default=True, tracking=True
    )
    dispute_portal_reopen = fields.Boolean(
        string="Customers reopen refusals",
        default=True,
        tracking=True,
        help="Within the days after a refusal.",
    )
    dispute_portal_own_only = fields.Boolean(
        string="Contacts see their own disputes only",
        tracking=True,
        help="Otherwise every contact of a customer sees all disputes of that customer.",
    )
    dispute_portal_link = fields.Boolean(
        string="File without login",
        default=True,
        tracking=True,
        help="Whoever opens an invoice from our mail can dispute it, and only it, without an account.",
    )
    dispute_portal_link_days = fields.Integer(
        string="Filing links hold for", default=30, tracking=True, help="Days."
    )
    dispute_portal_intro = fields.Text(
        string="Text above the form",
        translate=True,
        help="What customers read before they file; empty: our own words.",
    )
    dispute_portal_thanks = fields.Text(
        string="Text after filing", translate=True, help="What customers read once they have filed."
    )

    _dispute_portal_link_positive = models.Constraint(
        "CHECK(dispute_portal_link_days > 0)", "Filing links hold for at least one day."
    )

    def _get_company_root_delegated_field_names(self):
        # Branches deal with customers by the rules of their company.
        return [*super()._get_company_root_delegated_field_names(), *PORTAL_SETTINGS]

    @api.model
    def _get_dispute_terms_url(self, company):
        """:return: public address of the company's refund terms"""
        return f"/disputes/terms/{company.root_id.id}"

    def _get_published_refund_terms(self):
        """:return: dispute.refund.policy that this company publishes, in their order"""
        self.ensure_one()
        # Published terms are public, their records are not.
        policies = self.env["dispute.refund.policy"].sudo()
        return policies.search([("is_published", "=", True), ("current_id", "=", False)]).filtered(
            lambda policy: not policy.company_id or policy.company_id in self.parent_ids
        )
