from odoo import api, fields, models


class DisputeRoutingRule(models.Model):
    """Facts of a case -> team and owner; the first rule that fits, in the admin's order."""

    _name = "dispute.routing.rule"
    _description = "Dispute Routing Rule"
    _inherit = ["dispute.configuration.mixin"]
    _check_company_auto = True

    reason_ids = fields.Many2many("dispute.reason", string="Reasons", help="Empty: all.")
    country_ids = fields.Many2many("res.country", string="Countries", help="Of the customer. Empty: all.")
    partner_tag_ids = fields.Many2many(
        "res.partner.category", string="Customer tags", help="Any of them. Empty: all customers."
    )
    amount_min = fields.Monetary(string="From", help="In company currency. 0: no lower limit.")
    amount_max = fields.Monetary(string="Below", help="In company currency. 0: no upper limit.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    team_id = fields.Many2one("dispute.team", required=True, index=True, check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain="[('share', '=', False)]",
        help="Empty: whom the team's assignment chooses.",
    )

    @api.onchange("team_id")
    def _onchange_team_id(self):
        for rule in self.filtered("team_id.company_id"):
            rule.company_id = rule.team_id.company_id

    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    def _fits(self, facts):
        """Tell whether this rule routes a case.

        :param facts: `RoutingFacts` of the case
        """
        self.ensure_one()
        return (
            (not self.company_id or self.company_id in facts.company.parent_ids)
            and (not self.reason_ids or facts.reason in self.reason_ids)
            and (not self.country_ids or facts.partner.country_id in self.country_ids)
            and (not self.partner_tag_ids or bool(facts.partner.category_id & self.partner_tag_ids))
            and (not self.amount_min or facts.amount >= self.amount_min)
            and (not self.amount_max or facts.amount < self.amount_max)
        )

    def _get_note(self, owner):
        """:return: what this rule says of why a case has its owner, nothing without a rule

        :param owner: the one that it names, if they can take the case
        """
        if self.user_id and not owner:
            return self.env._(
                "Rule %(rule)s (%(owner)s is not there)", rule=self.name, owner=self.user_id.name
            )
        return self.env._("Rule %s", self.name) if self else ""
