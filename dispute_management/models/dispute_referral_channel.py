from odoo import api, fields, models

from ..tools.evidence_pack import fill_placeholders

REFERRAL_KINDS = [
    ("ombudsman", "Ombudsman"),
    ("mediation", "Mediation"),
    ("odr", "Online dispute resolution"),
    ("arbitration", "Arbitration"),
    ("counsel", "Legal counsel"),
]


class DisputeReferralChannel(models.Model):
    """A way outside that cases may take: who is asked, and which cases it suits."""

    _name = "dispute.referral.channel"
    _description = "Dispute Referral Channel"
    _inherit = ["mail.thread", "dispute.configuration.mixin"]
    _check_company_auto = True

    kind = fields.Selection(REFERRAL_KINDS, required=True, default="mediation", tracking=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", tracking=True, help="The body or lawyer that cases are sent to."
    )
    country_ids = fields.Many2many(
        "res.country", string="Jurisdiction", help="Countries of customers it is for. Empty: all."
    )
    reason_ids = fields.Many2many("dispute.reason", string="Reasons", help="Empty: all.")
    amount_min = fields.Monetary(string="From", tracking=True, help="In company currency. 0: no lower limit.")
    amount_max = fields.Monetary(
        string="Below", tracking=True, help="In company currency. 0: no upper limit."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    answer_days = fields.Integer(
        string="Answer within", default=30, help="Calendar days from sending. 0: no date is set."
    )
    template = fields.Text(
        translate=True,
        help="The letter that a referral starts with. {case}, {customer}, {documents}, {claim}, {open} and"
        " {company} are filled in.",
    )

    _answer_days_positive = models.Constraint(
        "CHECK(answer_days >= 0)", "The days until an answer can't be negative."
    )

    def _compute_currency_id(self):
        for channel in self:
            channel.currency_id = (channel.company_id or self.env.company).currency_id

    @api.depends("name")
    @api.depends_context("dispute_refer_case_id")
    def _compute_display_name(self):
        suggested = self._get_suggested_for_context()
        for channel in self:
            label = self.env._("%s (suggested)", channel.name) if channel in suggested else channel.name
            channel.display_name = label

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Those suggested for the case in the context come first."""
        suggested = self._get_suggested_for_context()
        if not suggested:
            return super().name_search(name, domain, operator, limit)
        found = super().name_search(name, domain, operator, None)
        return sorted(found, key=lambda row: row[0] not in suggested.ids)[:limit]

    @api.model
    def _get_suggested_for_context(self):
        case_id = self.env.context.get("dispute_refer_case_id")
        if not isinstance(case_id, int):
            return self.browse()
        # Only what the user reads may decide what they are shown.
        return self._get_suggested(self.env["dispute.case"].search([("id", "=", case_id)]))

    @api.model
    def _get_suggested(self, case):
        """The channels that suit a case, in the admin's order.

        :param case: dispute.case, or none
        """
        if not case:
            return self.browse()
        return self.search([]).filtered(lambda channel: channel._fits(case))

    def _fits(self, case):
        """:return: whether amount, reason and customer's country of the case are for this channel"""
        self.ensure_one()
        amount = case.amount_disputed_company
        return (
            (not self.company_id or self.company_id in case.company_id.parent_ids)
            and (not self.reason_ids or case.reason_id in self.reason_ids)
            and (not self.country_ids or case.country_id in self.country_ids)
            and (not self.amount_min or amount >= self.amount_min)
            and (not self.amount_max or amount < self.amount_max)
        )

    def _get_letter(self, case):
        """:return: the letter about a case that this channel's template begins"""
        self.ensure_one()
        template = self.with_context(lang=case.company_id.partner_id.lang).template
        return fill_placeholders(
            template or "",
            {
                "case": case.name,
                "customer": case.partner_id.name or "",
                "documents": ", ".join(case.line_ids.mapped("display_name")),
                "claim": case.currency_id.format(case.amount_disputed),
                "open": case.currency_id.format(case.amount_open),
                "company": case.company_id.name,
            },
        )
