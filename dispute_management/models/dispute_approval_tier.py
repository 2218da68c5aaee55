from odoo import api, fields, models

APPROVAL_KINDS = [
    ("credit", "Credit or re-invoice"),
    ("payout", "Refund"),
    ("write_off", "Write off"),
    ("apply", "Apply a payment or credit"),
    ("rejection", "Refuse"),
]

#: What each kind of settlement is, to those who approve it.
APPROVAL_KIND_OF = {
    "credit_note": "credit",
    "replacement_invoice": "credit",
    "refund_payment": "payout",
    "refund_original_payment": "payout",
    "write_off": "write_off",
    "apply_credit": "apply",
    "rejection": "rejection",
    "chargeback": "payout",
}

LEADER = "dispute_management.group_dispute_leader"
APPROVER = "dispute_management.group_dispute_approver"

#: The tiers a new company starts with: kind, from which amount, whose approval.
DEFAULT_TIERS = [
    ("credit", 250, LEADER),
    ("credit", 5000, APPROVER),
    ("payout", 0, APPROVER),
    ("write_off", 50, LEADER),
    ("write_off", 1000, APPROVER),
]


class DisputeApprovalTier(models.Model):
    """From which amount on whose approval a kind of settlement takes.

    Amounts are in company currency. Every tier that a settlement reaches approves it. The
    branches of a company share its tiers, unless they have some of their own.
    """

    _name = "dispute.approval.tier"
    _description = "Dispute Approval Tier"
    _inherit = ["mail.thread"]
    _order = "company_id, kind, amount, id"
    _rec_name = "kind"

    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, tracking=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(APPROVAL_KINDS, string="What", required=True, default="credit", tracking=True)
    amount = fields.Monetary(
        string="From",
        tracking=True,
        help="In company currency, taxes included: of all that is settled on the case and its invoices.",
    )
    group_id = fields.Many2one(
        "res.groups",
        string="Approved by",
        required=True,
        ondelete="restrict",
        tracking=True,
        help="Anyone of this group approves, but for what they proposed themselves.",
    )
    approver_ids = fields.Many2many("res.users", string="Who that is", compute="_compute_approver_ids")
    has_no_approver = fields.Boolean(string="Nobody", compute="_compute_approver_ids")

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A tier can't start below zero.")
    _tier_uniq = models.UniqueIndex(
        "(company_id, kind, amount) WHERE active IS TRUE", "A tier from this amount exists already."
    )

    @api.depends("kind", "amount", "group_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for tier in self:
            tier.display_name = self.env._(
                "%(kind)s from %(amount)s: %(group)s",
                kind=labels.get(tier.kind, ""),
                amount=tier.currency_id.format(tier.amount) if tier.currency_id else tier.amount,
                # Whose approval it takes may be known to whoever reads the tier.
                group=tier.group_id.sudo().name or "",
            )

    @api.depends("group_id", "company_id")
    def _compute_approver_ids(self):
        for tier in self:
            tier.approver_ids = tier._get_members(tier.company_id)
            tier.has_no_approver = not tier.approver_ids

    def _get_members(self, company):
        """People whose approval this tier takes, delegates apart.

        :param company: res.company in which they work
        :return: res.users
        """
        # Who is in a group is the administrator's knowledge; who may approve is everybody's.
        return self.group_id.sudo().all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )

    @api.model
    def _get_of_company(self, company, kind):
        """The ladder of tiers that holds in a company: its own, else its parent's.

        :param company: res.company
        :param kind: one of `APPROVAL_KINDS`
        :return: dispute.approval.tier, lowest first
        """
        # A rule for all, whatever companies the user has chosen.
        tiers = self.sudo().search([("company_id", "in", company.sudo().parent_ids.ids), ("kind", "=", kind)])
        for owner in reversed(company.sudo().parent_ids):
            own = tiers.filtered(lambda tier, owner=owner: tier.company_id == owner)
            if own:
                return own.sorted("amount")
        return tiers

    @api.model
    def _create_defaults(self, companies=None):
        """Give companies that never had any the tiers to start with. Branches share theirs.

        :param companies: res.company; none: all
        """
        # Part of setting up a company: whoever may do that gets its tiers.
        this = self.sudo().with_context(active_test=False)
        companies = companies or self.env["res.company"].sudo().search([])
        served = this.search([("company_id", "in", companies.ids)]).company_id
        return this.create(
            [
                {
                    "company_id": company.id,
                    "kind": kind,
                    "amount": amount,
                    "group_id": self.env.ref(group).id,
                }
                for company in companies - served
                if not company.parent_id
                for kind, amount, group in DEFAULT_TIERS
            ]
        )
