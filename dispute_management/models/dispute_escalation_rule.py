from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import escalation_schedule as schedule
from .dispute_sla_policy import SLA_TARGETS

#: What sets a rule off, and the field that says how much of it.
TRIGGERS = {
    "sla_share": "percent",
    "sla_breach": None,
    "no_progress": "days",
    "stage_days": "days",
    "amount": "amount",
    "reopened": "count",
    "messages": "count",
    "legal": None,
    "risk": "risk",
    "unanswered": "days",
}


class DisputeEscalationRule(models.Model):
    """When a case escalates, and what then; what it does is in `dispute.escalation.effect.mixin`."""

    _name = "dispute.escalation.rule"
    _description = "Dispute Escalation Rule"
    _inherit = [
        "mail.thread",
        "dispute.escalation.effect.mixin",
        "dispute.escalation.schedule.mixin",
        "dispute.configuration.mixin",
    ]
    _check_company_auto = True

    is_on = fields.Boolean(
        string="On", tracking=True, copy=False, help="Try it first: nothing happens until it is on."
    )
    date_on = fields.Datetime(
        string="Counts from",
        readonly=True,
        copy=False,
        help="What came due before the rule was switched on or changed is past.",
    )
    include_past = fields.Boolean(
        string="Also what is past",
        tracking=True,
        help="Switched on, it fires for all that came due before as well. That may be many cases at once.",
    )
    trigger = fields.Selection(
        [
            ("sla_share", "Share of a promise's time is used"),
            ("sla_breach", "A promise is broken"),
            ("no_progress", "Nothing was done for days"),
            ("stage_days", "Days in one stage"),
            ("amount", "Amount in dispute"),
            ("reopened", "It was reopened"),
            ("messages", "The customer writes again and again"),
            ("legal", "Legal action is threatened"),
            ("risk", "Risk of breach or escalation"),
            ("unanswered", "A question stays unanswered"),
        ],
        string="When",
        required=True,
        default="sla_breach",
        tracking=True,
    )
    percent = fields.Float(string="Share used", default=75, tracking=True, digits=(5, 1))
    days = fields.Float(default=5, tracking=True)
    day_unit = fields.Selection(
        [("working", "Working days"), ("calendar", "Calendar days")],
        string="Unit",
        required=True,
        default="working",
        tracking=True,
    )
    amount = fields.Monetary(string="From", tracking=True, help="In company currency.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    count = fields.Integer(string="Times", default=3, tracking=True)
    risk = fields.Integer(
        string="Risk from",
        tracking=True,
        help="Per cent; 0: from where the company warns, see its settings. It fires while that can still be prevented.",
    )
    sla_target = fields.Selection(SLA_TARGETS, string="Promise", tracking=True, help="Empty: any promise.")

    # What a rule is for can't be deleted: without it, the rule would be for every case.
    team_ids = fields.Many2many("dispute.team", string="Teams", ondelete="restrict", help="Empty: all.")
    reason_ids = fields.Many2many("dispute.reason", string="Reasons", ondelete="restrict", help="Empty: all.")
    pipeline_ids = fields.Many2many(
        "dispute.pipeline", string="Pipelines", ondelete="restrict", help="Empty: all."
    )
    stage_ids = fields.Many2many("dispute.stage", string="Stages", ondelete="restrict", help="Empty: all.")
    tier_ids = fields.Many2many(
        "dispute.escalation.tier",
        "dispute_escalation_rule_tier_rel",
        string="Levels",
        ondelete="restrict",
        help="Cases that stand on these levels. Empty: all.",
    )
    is_unescalated = fields.Boolean(string="Not escalated yet", help="Cases on no level.")
    question_ids = fields.Many2many(
        "dispute.question",
        string="Questions",
        ondelete="restrict",
        help="Made of these templates. Empty: all.",
    )
    priority = fields.Selection(
        [("0", "Any"), ("1", "High or urgent"), ("2", "Urgent")],
        string="Cases of priority",
        required=True,
        default="0",
    )
    log_ids = fields.One2many("dispute.escalation.log", "rule_id", readonly=True)
    log_count = fields.Integer(compute="_compute_log_count")

    _percent_range = models.Constraint(
        "CHECK(percent > 0 AND percent <= 1000)", "The share used lies between 0 % and 1000 %."
    )
    _days_positive = models.Constraint(
        "CHECK(days > 0 AND days <= 36500)", "The number of days must be positive, and at most 36,500."
    )
    _count_positive = models.Constraint("CHECK(count > 0)", "The number of times must be positive.")
    _risk_range = models.Constraint(
        "CHECK(risk IS NULL OR risk BETWEEN 0 AND 99)", "The risk to escalate from lies between 0 % and 99 %."
    )

    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    def _compute_log_count(self):
        groups = self.env["dispute.escalation.log"]._read_group(
            Domain("rule_id", "in", self.ids), ["rule_id"], ["__count"]
        )
        counts = {rule.id: count for rule, count in groups}
        for rule in self:
            rule.log_count = counts.get(rule.id, 0)

    @api.constrains("trigger", "amount")
    def _check_amount(self):
        for rule in self:
            if rule.trigger == "amount" and rule.amount <= 0:
                raise ValidationError(self.env._("%s: name the amount from which it escalates.", rule.name))

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        return super().create([{**vals, "date_on": now} for vals in vals_list])

    def write(self, vals):
        # A changed condition is a new one: it does not look back either.
        if (self._get_schedule_fields() - {"include_past"}) & set(vals):
            vals = {**vals, "date_on": fields.Datetime.now()}
        return super().write(vals)

    @api.model
    def _get_schedule_fields(self):
        return super()._get_schedule_fields() | {
            "is_on",
            "include_past",
            "trigger",
            "percent",
            "days",
            "day_unit",
            "amount",
            "count",
            "risk",
            "sla_target",
            "team_ids",
            "reason_ids",
            "pipeline_ids",
            "stage_ids",
            "tier_ids",
            "is_unescalated",
            "priority",
            "question_ids",
        }

    # Actions

    def action_try(self):
        """:return: action on today's cases that this rule would fire for, and on whom"""
        self.ensure_one()
        trial = self.env["dispute.escalation.trial"]._create_of(self)
        return trial._get_records_action(name=self.env._("What would fire"), target="new")

    def action_view_logs(self):
        """:return: action on what these rules did"""
        return self.log_ids._get_records_action(name=self.env._("What it did"))

    # Business

    @api.model
    @tools.ormcache()
    def _get_rules(self):
        """:return: tuple of `escalation_schedule.Rule`, of those switched on"""
        # Whoever works on a case: the rules are the admin's, and the same for all.
        rules = self.sudo().search(Domain("is_on", "=", True))
        return tuple(rule._get_schedule_rule() for rule in rules)

    def _get_schedule_rule(self, **values):
        """:return: this rule as `escalation_schedule.Rule`

        :param values: what to say differently
        """
        self.ensure_one()
        field = TRIGGERS[self.trigger]
        defaults = {
            "id": self.id,
            "trigger": self.trigger,
            "threshold": self[field] if field else 0,
            "day_unit": self.day_unit,
            "target": self.sla_target or "",
            "since": None if self.include_past else self.date_on,
            "company_ids": self._get_company_ids(self.company_id) if self.company_id else (),
            "team_ids": frozenset(self.team_ids.ids),
            "reason_ids": frozenset(self.reason_ids.ids),
            "pipeline_ids": frozenset(self.pipeline_ids.ids),
            "stage_ids": frozenset(self.stage_ids.ids),
            "tier_ids": frozenset(self.tier_ids.ids + ([0] if self.is_unescalated else [])),
            "priorities": {"0": (), "1": ("1", "2"), "2": ("2",)}[self.priority],
            "question_ids": frozenset(self.question_ids.ids),
        }
        return schedule.Rule(**(defaults | values))

    def _get_reason(self, case, occasion):
        """:return: why a case escalates, in a sentence

        :param occasion: `escalation_schedule.Occasion`
        """
        self.ensure_one()
        return getattr(self, f"_get_reason_{self.trigger}")(case, occasion)

    def _get_reason_sla_share(self, _case, occasion):
        promise = self.env["dispute.sla.status"].browse(occasion.subject).policy_id.name
        return self.env._("%(percent)s%% of “%(promise)s” used", percent=f"{self.percent:g}", promise=promise)

    def _get_reason_sla_breach(self, _case, occasion):
        promise = self.env["dispute.sla.status"].browse(occasion.subject).policy_id.name
        return self.env._("“%s” is overdue", promise)

    def _get_reason_no_progress(self, _case, _occasion):
        return self.env._("Nothing was done for %s days", f"{self.days:g}")

    def _get_reason_stage_days(self, case, _occasion):
        return self.env._("%(days)s days in %(stage)s", days=f"{self.days:g}", stage=case.stage_id.name)

    def _get_reason_amount(self, case, _occasion):
        return self.env._("%s in dispute", case.company_currency_id.format(case.amount_disputed_company))

    def _get_reason_reopened(self, case, _occasion):
        return self.env._("Reopened, number %s", case.reopen_count)

    def _get_reason_messages(self, case, _occasion):
        return self.env._("The customer wrote %s times without an answer", case.unanswered_count)

    def _get_reason_legal(self, _case, _occasion):
        return self.env._("Legal action is threatened")

    def _get_reason_risk(self, case, _occasion):
        return self.env._("Risk of breach or escalation: %s%%", case.risk)

    def _get_reason_unanswered(self, _case, occasion):
        return self.env["dispute.information.request"].browse(occasion.subject)._get_unanswered_words()

    def _get_candidate_domain(self):
        """:return: domain of the open cases that this rule may fire for at all"""
        self.ensure_one()
        domain = Domain("is_closed", "=", False)
        for name in ("team_id", "reason_id", "pipeline_id", "stage_id"):
            records = self[f"{name}s"]
            if records:
                domain &= Domain(name, "in", records.ids)
        if self.company_id:
            domain &= Domain("company_id", "child_of", self.company_id.ids)
        return domain & self._get_trigger_domain()

    def _get_trigger_domain(self):
        """:return: domain of the cases that what sets this rule off may hold for"""
        self.ensure_one()
        now = fields.Datetime.now()
        late = Domain("state", "=", "open") & Domain("date_due", "<=", now)
        return {
            "amount": Domain("amount_disputed_company", ">=", self.amount),
            "reopened": Domain("reopen_count", ">=", self.count),
            "messages": Domain("unanswered_count", ">=", self.count),
            "legal": Domain("is_legal_threat", "=", True),
            # Without a risk of its own, that of each case's company is compared.
            "risk": Domain("risk", ">=", self.risk or 1) & Domain("risk", "<", 100),
            "unanswered": Domain("request_ids", "any", late),
            "sla_breach": Domain("sla_status_ids.deadline", "<=", now),
        }.get(self.trigger, Domain.TRUE)
