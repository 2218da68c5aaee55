from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.dispute_management.models.dispute_stage_kinds import CLOSED_KINDS

from .measure_fields import mean, rate


class DisputeSlaReport(models.Model):
    """One row a promise: met, failed, or neither yet; and by how much it is late."""

    _name = "dispute.sla.report"
    _inherit = ["dispute.report.mixin"]
    _description = "SLA Analysis"
    _auto = False
    _rec_name = "policy_id"
    _order = "date_deadline desc, id desc"

    _instants = {
        "date_opened": ("opened_at", None),
        "date_deadline": ("deadline_at", None),
        "date_reached": ("reached_at", None),
    }

    _formulas = {
        "calendar_id": "CASE WHEN %(is_fixed)s IS NOT TRUE THEN %(promised_calendar_id)s END",
        "is_met": "%(reached_at)s IS NOT NULL AND %(is_late)s IS NOT TRUE",
        "is_failed": """%(is_late)s IS TRUE
            OR (%(reached_at)s IS NULL AND %(paused_at)s IS NULL AND %(deadline_at)s < %(now)s)""",
        "state": """CASE WHEN %(is_failed)s THEN 'breached'
            WHEN %(is_met)s THEN 'reached'
            WHEN %(paused_at)s IS NOT NULL THEN 'paused'
            ELSE 'running' END""",
        "hours_used": "CASE WHEN %(reached_at)s IS NOT NULL THEN %(hours_run)s END",
        "hours_paused": "CASE WHEN %(reached_at)s IS NOT NULL THEN %(hours_customer)s END",
        "count_met": "(%(is_met)s)::int",
        "count_failed": "(%(is_failed)s)::int",
        "count_due": "(%(is_met)s OR %(is_failed)s)::int",
        "late_when_ended": "CASE WHEN %(reached_at)s IS NOT NULL THEN %(hours_late_in_all)s END",
        "late_until": "COALESCE(%(paused_at)s, %(now)s)",
    }
    _ratios = {"attainment": ("count_met", "count_due")}
    _percentiles = {"hours_late_median": (0.5, "hours_late"), "hours_late_p90": (0.9, "hours_late")}

    count = fields.Integer(string="Promises")
    policy_id = fields.Many2one("dispute.sla.policy", readonly=True)
    target = fields.Selection(selection="_selection_target", readonly=True)
    target_kind = fields.Selection(selection="_selection_target_kind", string="Stage to Reach", readonly=True)
    state = fields.Selection(selection="_selection_state", readonly=True)
    date_deadline = fields.Date(string="Due on", readonly=True)
    date_reached = fields.Date(string="Reached on", readonly=True)
    hours_allowed = fields.Float(aggregator="avg", readonly=True)
    hours_used = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Working hours that promises took, which have ended.",
    )
    hours_paused = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Working hours in which it was the customer's turn, of promises that have ended.",
    )
    count_met = fields.Integer(string="Met", readonly=True)
    count_failed = fields.Integer(string="Failed", readonly=True, help="Reached too late, or overdue.")
    count_due = fields.Integer(string="Met or Failed", readonly=True)
    attainment = rate(
        "SLA Attainment", "Promises met / (met + failed); those open and overdue count as failed."
    )
    hours_late = mean(
        "Late by (mean hours)", "Working hours after the deadline, of failed promises, until now or reached."
    )
    hours_late_median = mean(
        "Late by (median hours)", "Half of the failed promises were late by at most these working hours."
    )
    hours_late_p90 = mean(
        "Late by (90 % within hours)", "Nine out of ten failed promises were late by at most these hours."
    )

    _depends = {
        "dispute.sla.status": [
            "case_id",
            "policy_id",
            "target",
            "stage_kind",
            "is_fixed",
            "calendar_id",
            "hours_allowed",
            "hours_run",
            "hours_paused",
            "hours_late",
            "date_reached",
            "date_paused",
            "is_cancelled",
            "is_late",
            "deadline",
        ],
        "dispute.stage.history": ["case_id", "stage_id", "waiting_on", "date_entered", "date_left"],
        "dispute.stage": ["kind"],
    }

    @api.model
    def _selection_target(self):
        return self._get_words("target", "dispute.sla.status")

    @api.model
    def _selection_target_kind(self):
        return self._get_words("stage_kind", "dispute.sla.status")

    @api.model
    def _selection_state(self):
        return self._get_words("state", "dispute.sla.status")

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """
            %s,
            promise.id,
            promise.policy_id,
            promise.target,
            promise.stage_kind AS target_kind,
            promise.is_late,
            promise.deadline AS deadline_at,
            promise.date_reached AS reached_at,
            promise.date_paused AS paused_at,
            promise.hours_allowed,
            promise.hours_run,
            promise.hours_paused AS hours_customer,
            promise.hours_late AS hours_late_in_all,
            promise.is_fixed,
            promise.calendar_id AS promised_calendar_id
            """,
            super()._select(),
        )

    @api.model
    def _from(self) -> SQL:
        return SQL("%s JOIN dispute_sla_status promise ON promise.case_id = dispute.id", super()._from())

    @api.model
    def _where(self) -> SQL:
        return SQL("%s AND promise.is_cancelled IS NOT TRUE", super()._where())

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "hours_late":
            return self._sql_hours_late(alias, query)
        return super()._field_to_sql(alias, field_expr, query)

    def _sql_hours_late(self, alias, query):
        clocks = self._get_clocks()

        def column(name):
            return self._sql_term(alias, name, query)

        def worked(start, end):
            return self._sql_worked_hours(column("calendar_id"), start, end, clocks)

        # What stopped the clock after the deadline: customers' turns, and being closed.
        turns = SQL(
            """COALESCE((
                SELECT SUM(%(worked)s)
                  FROM dispute_stage_history turn
                  JOIN dispute_stage stage ON stage.id = turn.stage_id
                 WHERE turn.case_id = %(case)s
                   AND (turn.waiting_on = 'customer' OR stage.kind IN %(closed_kinds)s)
                   AND turn.date_left > %(deadline)s
                   AND %(fixed)s IS NOT TRUE
            ), 0)""",
            closed_kinds=CLOSED_KINDS,
            worked=worked(
                SQL("GREATEST(turn.date_entered, %s)", column("deadline_at")), SQL("turn.date_left")
            ),
            case=column("case_id"),
            fixed=column("is_fixed"),
            deadline=column("deadline_at"),
        )
        return SQL(
            "(CASE WHEN %s THEN COALESCE(%s, %s - %s) END)",
            column("is_failed"),
            column("late_when_ended"),
            worked(column("deadline_at"), column("late_until")),
            turns,
        )
