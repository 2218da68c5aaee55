from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

#: What a case is judged by: changing one of these makes a new version.
TERMS = frozenset(
    {
        "company_id",
        "reason_ids",
        "window_days",
        "window_from",
        "outside_verdict",
        "share",
        "ceiling",
        "is_evidence_required",
        "history_days",
        "history_count",
        "history_amount",
        "is_debt_reviewed",
        "auto_accept_limit",
        "verdict",
        "terms",
    }
)


class DisputeRefundPolicy(models.Model):
    """Refund terms: of the policies, in their order, the first that fits a case judges it.

    The record that users edit is the current version. Changing its terms keeps what they
    were as an earlier version, archived and closed to changes, by which the cases judged
    until then go on.
    """

    _name = "dispute.refund.policy"
    _description = "Dispute Refund Policy"
    _inherit = ["mail.thread", "mail.activity.mixin", "dispute.configuration.mixin"]
    _check_company_auto = True

    name = fields.Char(tracking=True)
    active = fields.Boolean(tracking=True)
    company_id = fields.Many2one(tracking=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    version = fields.Integer(default=1, readonly=True, copy=False, tracking=True)
    current_id = fields.Many2one(
        "dispute.refund.policy",
        string="Replaced by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The current version; empty on itself.",
    )
    version_ids = fields.One2many(
        "dispute.refund.policy",
        "current_id",
        string="Earlier versions",
        readonly=True,
        context={"active_test": False},
    )
    date_version = fields.Datetime(
        string="In force since", readonly=True, copy=False, default=fields.Datetime.now
    )
    date_replaced = fields.Datetime(string="In force until", readonly=True, copy=False)
    date_review = fields.Date(
        string="Review on", tracking=True, help="When these terms are to be looked at again."
    )
    is_published = fields.Boolean(
        string="Published", tracking=True, help="Customers read the terms on the portal."
    )
    was_published = fields.Boolean(
        readonly=True, copy=False, help="Customers read this version while it was in force."
    )
    terms = fields.Html(
        string="Published terms", translate=True, help="The terms in words, as customers read them."
    )

    reason_ids = fields.Many2many(
        "dispute.reason", string="Reasons", tracking=True, help="Empty: all reasons."
    )
    window_days = fields.Integer(
        string="Within", default=30, tracking=True, help="Calendar days; 0: at any time."
    )
    window_from = fields.Selection(
        [
            ("invoice", "days of the invoice"),
            ("delivery", "days of the delivery"),
            ("payment", "days of the payment"),
        ],
        string="Counted from",
        required=True,
        default="invoice",
        tracking=True,
    )
    outside_verdict = fields.Selection(
        [("refuse", "Refuse"), ("review", "Have it reviewed")],
        string="Later than that",
        required=True,
        default="review",
        tracking=True,
    )
    share = fields.Float(
        string="Share refunded",
        default=100,
        digits=(5, 2),
        tracking=True,
        help="Percentage of the claim that is refunded at most.",
    )
    ceiling = fields.Monetary(
        string="At most", tracking=True, help="Highest amount of a case, in company currency; 0: no limit."
    )
    is_evidence_required = fields.Boolean(
        string="Only with evidence",
        default=True,
        tracking=True,
        help="The evidence that the reason requires must be there.",
    )
    history_days = fields.Integer(
        string="Look back",
        default=365,
        tracking=True,
        help="Days in which earlier refunds of a customer count.",
    )
    history_count = fields.Integer(
        string="Review from",
        tracking=True,
        help="Cases on which the customer got a refund already; 0: any number.",
    )
    history_amount = fields.Monetary(
        string="Review from an amount of",
        tracking=True,
        help="In company currency: what the customer got on other cases already; 0: any amount.",
    )
    is_debt_reviewed = fields.Boolean(
        string="Review with overdue debts",
        tracking=True,
        help="Whoever owes overdue invoices, those in dispute left out, gets nothing without a look.",
    )
    verdict = fields.Selection(
        [
            ("accept", "Accept"),
            ("review", "Have it reviewed"),
            ("refuse", "Refuse"),
        ],
        string="Within the terms",
        required=True,
        default="review",
        tracking=True,
    )
    auto_accept_limit = fields.Monetary(
        string="Automatic up to",
        tracking=True,
        help="In company currency: up to this amount, what is within the terms is accepted by itself, "
        "where the company has that switched on.",
    )

    _window_positive = models.Constraint("CHECK(window_days >= 0)", "The window can't be negative.")
    _share_range = models.Constraint(
        "CHECK(share > 0 AND share <= 100)", "The share lies above 0 and up to 100 %."
    )
    _amounts_positive = models.Constraint(
        "CHECK(ceiling >= 0 AND auto_accept_limit >= 0)", "Limits can't be negative."
    )
    _history_positive = models.Constraint(
        "CHECK(history_days >= 0 AND history_count >= 0 AND history_amount >= 0)",
        "Days, numbers and amounts of earlier refunds can't be negative.",
    )
    _version_uniq = models.UniqueIndex(
        "(COALESCE(current_id, id), version)", "This version of the policy exists already."
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for policy in self:
            policy.currency_id = (policy.company_id or self.env.company).currency_id

    @api.constrains("is_published", "terms")
    def _check_published(self):
        for policy in self:
            if policy.is_published and not policy.terms:
                raise ValidationError(self.env._("Write the terms in words before publishing them."))

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies.filtered("date_review")._plan_review()
        return policies

    def write(self, vals):
        if not self.env.su and any(policy.current_id for policy in self):
            raise UserError(
                self.env._("Earlier versions stay as they were: change the current version instead.")
            )
        if TERMS & set(vals):
            for policy in self.filtered(lambda policy: not policy.current_id):
                policy._keep_version(vals)
        res = super().write(vals)
        if "date_review" in vals:
            self._plan_review()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Refund terms are kept for the cases judged by them: archive them."))

    def _plan_review(self):
        """Have whoever sets the day of the review look at the terms then; another day planned before is off."""
        current = self.filtered(lambda policy: not policy.current_id)
        current.activity_unlink(["mail.mail_activity_data_todo"])
        for day, policies in current.filtered("date_review").grouped("date_review").items():
            policies.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=day,
                user_id=self.env.uid,
                summary=self.env._("Review the refund terms"),
            )

    def _keep_version(self, vals):
        """Keep these terms as an earlier version, when the values change them."""
        self.ensure_one()
        if not any(self._is_changed(name, vals[name]) for name in TERMS & set(vals)):
            return
        before = {"version": self.version, "date_version": self.date_version}
        now = fields.Datetime.now()
        # Versions are kept by the suite; users only change the current one.
        this = self.sudo()
        this.write({"version": self.version + 1, "date_version": now})
        # Two versions of one number never stand beside each other.
        this.flush_recordset(["version"])
        this.copy(
            {
                **before,
                "name": self.name,
                "active": False,
                "is_published": False,
                "was_published": self.is_published,
                "current_id": self.id,
                "date_replaced": now,
            }
        )

    def _is_changed(self, name, value):
        """:return: whether writing the value would change the field"""
        field = self._fields[name]
        return field.convert_to_record(field.convert_to_cache(value, self), self) != self[name]

    def _get_version(self, version):
        """The terms of one version of this policy, archived ones included.

        :param version: its number
        :return: dispute.refund.policy, empty when there is none
        """
        self.ensure_one()
        if self.version == version:
            return self
        domain = Domain("current_id", "=", self.id) & Domain("version", "=", version)
        return self.with_context(active_test=False).search(domain)

    def _get_version_at(self, at):
        """The terms of this policy that were in force at some time.

        :param at: naive UTC datetime
        :return: dispute.refund.policy: of a time before the first version, that one
        """
        if not self or not self.date_version or self.date_version <= at:
            return self
        versions = self.version_ids.sorted("version", reverse=True)
        return versions.filtered(lambda item: item.date_version <= at)[:1] or versions[-1:] or self

    @api.model
    def _get_for(self, case):
        """:return: the policy that judges a case now: the first that fits, or none"""
        return self._get_for_cases(case)[case]

    @api.model
    def _get_for_cases(self, cases):
        """:return: ``{case: dispute.refund.policy}``: the first that fits each now, or none"""
        # Terms hold for everybody's cases, whoever looks.
        policies = self.sudo().search([("current_id", "=", False)])
        return {
            case: policies.filtered(
                lambda policy, case=case: (
                    (not policy.reason_ids or case.reason_id in policy.reason_ids)
                    and (not policy.company_id or policy.company_id in case.company_id.parent_ids)
                )
            )[:1]
            for case in cases
        }
