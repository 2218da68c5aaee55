from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.sla_match import Scope
from .dispute_stage_kinds import STAGE_KINDS

SLA_TARGETS = [
    ("first_response", "First response to the customer"),
    ("stage_kind", "Reaching a stage"),
    ("closing", "Closing"),
]
#: What decides for whom a policy is, and what only how much time it gives.
SCOPE_FIELDS = frozenset(
    "active sequence company_id target stage_kind duration_unit reason_ids team_ids pipeline_ids priority "
    "country_ids partner_tag_ids amount_min amount_max".split()
)
TIME_FIELDS = frozenset(
    "duration calendar_id warn_percent date_source date_property date_field_id is_public".split()
)


class DisputeSlaPolicy(models.Model):
    """A promise; of each target the first policy that fits a case applies."""

    _name = "dispute.sla.policy"
    _description = "Dispute SLA Policy"
    _inherit = ["mail.thread", "dispute.sla.time.mixin", "dispute.configuration.mixin"]
    _check_company_auto = True

    target = fields.Selection(SLA_TARGETS, required=True, default="closing", tracking=True)
    stage_kind = fields.Selection(STAGE_KINDS, help="The stage to be reached in time.")
    # What a policy is for can't be deleted: without it, the policy would be for everybody.
    reason_ids = fields.Many2many(
        "dispute.reason", string="Reasons", ondelete="restrict", help="Empty: all reasons."
    )
    team_ids = fields.Many2many("dispute.team", string="Teams", ondelete="restrict", help="Empty: all teams.")
    pipeline_ids = fields.Many2many(
        "dispute.pipeline", string="Pipelines", ondelete="restrict", help="Empty: all pipelines."
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Urgent")], help="Empty: any priority."
    )
    country_ids = fields.Many2many(
        "res.country", string="Countries", ondelete="restrict", help="Of the customer. Empty: all countries."
    )
    partner_tag_ids = fields.Many2many(
        "res.partner.category",
        string="Customer tags",
        ondelete="restrict",
        help="Any of them. Empty: all customers.",
    )
    amount_min = fields.Monetary(string="From", help="Disputed, in company currency. 0: no lower limit.")
    amount_max = fields.Monetary(string="Below", help="Disputed, in company currency. 0: no upper limit.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    is_public = fields.Boolean(
        string="Tell the customer",
        tracking=True,
        help="The customer reads on the portal by when an answer is expected.",
    )

    _stage_kind_given = models.Constraint(
        "CHECK(target != 'stage_kind' OR stage_kind IS NOT NULL)",
        "Choose the stage that has to be reached.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for policy in self:
            policy.currency_id = (policy.company_id or self.env.company).currency_id

    @api.constrains("amount_min", "amount_max")
    def _check_amounts(self):
        for policy in self:
            if policy.amount_max and policy.amount_max <= policy.amount_min:
                raise ValidationError(
                    self.env._("%s: no amount is from its lower limit and below its upper one.", policy.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._renew_cases(SCOPE_FIELDS)
        return policies

    def write(self, vals):
        res = super().write(vals)
        self._renew_cases(vals)
        return res

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def web_resequence(self, specification, field_name="sequence", offset=0):
        """Drag policies: the promises follow once, after all of them are in their new place."""
        dragged = self.with_context(dispute_renew_later=True)
        res = super(DisputeSlaPolicy, dragged).web_resequence(specification, field_name, offset)
        self._renew_cases({field_name})
        return res

    def _renew_cases(self, names):
        """Let the promises of open cases follow what was changed.

        :param names: names of the fields that were written
        """
        self.env.registry.clear_cache()
        if self.env.context.get("dispute_renew_later"):
            return
        Case = self.env["dispute.case"]
        if SCOPE_FIELDS & set(names):
            Case._renew_promises_where(Domain.TRUE)
        elif TIME_FIELDS & set(names):
            Case._renew_promises_where(
                Domain("sla_status_ids", "any", [("policy_id", "in", self.ids), ("is_open", "=", True)])
            )

    @api.model
    @tools.ormcache()
    def _get_criteria(self):
        """:return: names of the fields by which some policy tells cases apart, or counts its days"""
        # For all companies: what is kept here serves every user.
        policies = self.sudo().with_context(active_test=True).search([])
        names = ["country_ids", "partner_tag_ids", "amount_min", "amount_max"]
        used = {name for name in names if any(policies.mapped(name))}
        used |= {policy.date_source for policy in policies if policy._is_fixed()}
        return frozenset(used | {field.name for field in policies.date_field_id})

    def _get_lane(self):
        """:return: what kind of promise this is; of each kind a case has one"""
        self.ensure_one()
        return (self.target, self.target == "stage_kind" and self.stage_kind, self._is_fixed())

    @api.model
    @tools.ormcache()
    def _get_scopes(self):
        """:return: tuple of the `Scope` of every policy, in the admin's order"""
        # For all companies: what is kept here serves every user.
        policies = self.sudo().with_context(active_test=True).search([])
        return tuple(
            Scope(
                policy=policy.id,
                lane=policy._get_lane(),
                company=policy.company_id.id,
                reasons=frozenset(policy.reason_ids.ids),
                teams=frozenset(policy.team_ids.ids),
                pipelines=frozenset(policy.pipeline_ids.ids),
                priority=policy.priority,
                countries=frozenset(policy.country_ids.ids),
                tags=frozenset(policy.partner_tag_ids.ids),
                amount_min=policy.amount_min,
                amount_max=policy.amount_max,
            )
            for policy in policies
        )
