from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .dispute_stage_kinds import CLOSED_KINDS

#: Of Odoo's palette: green, yellow, red.
_COLOURS = {"on_track": 10, "at_risk": 3, "breached": 1}


class DisputeSlaMixin(models.AbstractModel):
    """The promises of a case: which apply, when they are due, when they are met."""

    _name = "dispute.sla.mixin"
    _description = "Dispute SLA"

    sla_status_ids = fields.One2many(
        "dispute.sla.status",
        "case_id",
        string="Promises",
        readonly=True,
        groups="dispute_management.group_dispute_viewer",
    )
    date_deadline = fields.Datetime(
        string="Deadline",
        compute="_compute_date_deadline",
        store=True,
        index="btree_not_null",
        tracking=True,
        help="When the next promise is due.",
    )
    date_warning = fields.Datetime(compute="_compute_date_deadline", store=True, index="btree_not_null")
    deadline_policy_id = fields.Many2one(
        "dispute.sla.policy",
        string="Next Promise",
        compute="_compute_date_deadline",
        store=True,
        index="btree_not_null",
        help="The promise that is due next.",
    )
    deadline_paused = fields.Datetime(
        string="Deadline paused since",
        compute="_compute_date_deadline",
        store=True,
        help="Since when the next promise waits for the customer.",
    )
    deadline_state = fields.Selection(
        [("on_track", "On track"), ("at_risk", "At risk"), ("breached", "Breached")],
        compute="_compute_deadline_state",
        search="_search_deadline_state",
        help="At risk: so much of the time is used that the policy warns. Breached: the deadline passed.",
    )

    deadline_color = fields.Integer(
        compute="_compute_deadline_state", help="The colour of the state in the calendar."
    )

    @api.depends(
        "sla_status_ids.deadline",
        "sla_status_ids.date_warning",
        "sla_status_ids.date_paused",
        "sla_status_ids.date_reached",
        "sla_status_ids.is_cancelled",
        "sla_status_ids.policy_id",
    )
    def _compute_date_deadline(self):
        for case in self:
            pending = case.sla_status_ids.filtered(lambda status: status.is_open and status.deadline)
            # A clock that stands still comes after those that run, unless it was too late already.
            following = min(
                pending,
                key=lambda status: (bool(status.date_paused) and not status.is_late, status.deadline),
                default=pending,
            )
            case.date_deadline = following.deadline
            case.date_warning = following.date_warning
            case.deadline_policy_id = following.policy_id
            case.deadline_paused = following.date_paused

    @api.depends("date_deadline", "date_warning", "deadline_paused")
    def _compute_deadline_state(self):
        now = fields.Datetime.now()
        for case in self:
            at = case.deadline_paused or now
            if not case.date_deadline:
                case.deadline_state = False
            elif case.date_deadline < at:
                case.deadline_state = "breached"
            elif case.date_warning and case.date_warning <= at:
                case.deadline_state = "at_risk"
            else:
                case.deadline_state = "on_track"
            case.deadline_color = _COLOURS.get(case.deadline_state, 0)

    def _search_deadline_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = tuple(value - {False}) or ("",)
        exact = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", model._field_to_sql(alias, "deadline_state", query), states
            ),
            predicate=lambda case: case.deadline_state in value,
        )
        now = fields.Datetime.now()
        # What the state is exactly no index tells; which cases can be in it, some do.
        domains = {
            "breached": Domain("date_deadline", "<", now) & exact,
            "at_risk": Domain("date_warning", "<=", now) & exact,
            "on_track": Domain("date_deadline", "!=", False) & exact,
            False: Domain("date_deadline", "=", False),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "deadline_state":
            return super()._field_to_sql(alias, field_expr, query)
        # What `_compute_deadline_state` says, for lists that group by it.
        columns = {
            name: super(DisputeSlaMixin, self)._field_to_sql(alias, name, query)
            for name in ("date_deadline", "date_warning", "deadline_paused")
        }
        return SQL(
            """CASE WHEN %(date_deadline)s < COALESCE(%(deadline_paused)s, %(now)s) THEN 'breached'
                    WHEN %(date_warning)s <= COALESCE(%(deadline_paused)s, %(now)s) THEN 'at_risk'
                    WHEN %(date_deadline)s IS NOT NULL THEN 'on_track' END""",
            now=fields.Datetime.now(),
            **columns,
        )

    # Business

    def _get_calendar(self):
        """:return: resource.calendar of the team, else of the company; may be empty"""
        self.ensure_one()
        return self.team_id.calendar_id or self.company_id.resource_calendar_id

    def _get_customer_turns(self):
        """:return: list of ``(start, stop)`` in which the clock stands still; naive UTC"""
        self.ensure_one()
        return [
            (row.date_entered, row.date_left)
            for row in self.stage_history_ids
            if row.date_left and (row.waiting_on == "customer" or row.stage_id.kind in CLOSED_KINDS)
        ]

    def _follow_promises(self, stage, at):
        """Meet, cancel and move the promises of cases that just entered a stage.

        :param stage: dispute.stage entered
        :param at: naive UTC datetime
        """
        # Written by the clock, never by hand: users may only read promises.
        statuses = self.sla_status_ids.sudo()
        closing = stage.kind in CLOSED_KINDS
        met = statuses.filtered(
            lambda status: (
                (status.target == "stage_kind" and (status.stage_kind == stage.kind or closing))
                or (status.target == "closing" and closing)
            )
        )
        met._reach(at)
        open_statuses = statuses.filtered("is_open")
        if closing:
            open_statuses.write({"is_cancelled": True})
        else:
            open_statuses._refresh_deadlines()

    def _resume_promises(self):
        """Let the promises of reopened cases go on with what remained."""
        # Written by the clock, never by hand: users may only read promises.
        statuses = self.sla_status_ids.sudo()
        statuses.filtered(lambda status: status.target == "closing")._resume()
        statuses.filtered("is_cancelled").write({"is_cancelled": False})
        self._renew_promises()

    def _meet_first_response(self, at):
        """Note the first answer of a person to the customer.

        :param at: naive UTC datetime
        """
        waiting = self.filtered(lambda case: not case.date_first_response)
        # A colleague's answer counts although they may not change the case.
        waiting.sudo().write({"date_first_response": at})
        waiting.sudo().sla_status_ids.filtered(lambda status: status.target == "first_response")._reach(at)

    def _after_clock_change(self):
        """Called after deadlines of these cases were computed anew; override to follow them."""
