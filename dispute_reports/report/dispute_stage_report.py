from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.dispute_management.models.dispute_stage_kinds import CLOSED_KINDS

from .measure_fields import mean


class DisputeStageReport(models.Model):
    """One row a stay of a case in an open stage with one turn: where cases wait, and for whom."""

    _name = "dispute.stage.report"
    _inherit = ["dispute.report.mixin"]
    _description = "Waiting Times Analysis"
    _auto = False
    _rec_name = "case_id"
    _order = "date_entered desc, id desc"

    _instants = {
        "date_opened": ("opened_at", None),
        "date_entered": ("entered_at", None),
        "date_left": ("left_at", None),
    }

    _formulas = {
        "is_running": "%(left_at)s IS NULL",
        "hours": "EXTRACT(EPOCH FROM COALESCE(%(left_at)s, %(now)s) - %(entered_at)s)::float8 / 3600",
    }
    _percentiles = {
        "hours_median": (0.5, "hours"),
        "hours_p90": (0.9, "hours"),
    }

    count = fields.Integer(string="Stays")
    stage_id = fields.Many2one("dispute.stage", readonly=True)
    stage_kind = fields.Selection(selection="_selection_stage_kind", readonly=True)
    waiting_on = fields.Selection(selection="_selection_waiting_on", readonly=True)
    mover_id = fields.Many2one("res.users", string="Moved by", readonly=True)
    date_entered = fields.Date(string="Entered on", readonly=True)
    date_left = fields.Date(string="Left on", readonly=True)
    is_running = fields.Boolean(string="Still There", readonly=True)
    hours = fields.Float(readonly=True, help="Calendar time of the stays; those that go on count until now.")
    working_hours = fields.Float(
        readonly=True, help="Working time of the stays; those that go on count until now."
    )
    case_count = fields.Integer(
        string="Cases", aggregator="count_distinct", readonly=True, help="Different cases that were there."
    )
    hours_per_case = mean("Hours a Case", "Calendar hours / different cases that were there.")
    working_hours_per_case = mean("Working Hours a Case", "Working hours / different cases that were there.")
    hours_median = mean("Hours a Stay (median)", "Half of the stays took at most this many hours.")
    hours_p90 = mean("Hours a Stay (90 % within)", "Nine out of ten stays took at most this many hours.")

    _depends = {
        "dispute.stage.history": [
            "case_id",
            "stage_id",
            "waiting_on",
            "date_entered",
            "date_left",
            "user_id",
            "calendar_hours",
            "working_hours",
        ],
        "dispute.stage": ["kind"],
    }

    @api.model
    def _selection_stage_kind(self):
        return self._get_words("kind", "dispute.stage")

    @api.model
    def _selection_waiting_on(self):
        return self._get_words("waiting_on")

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """
            %s,
            stay.id,
            stay.case_id AS case_count,
            stay.stage_id,
            stage.kind AS stage_kind,
            stay.waiting_on,
            stay.user_id AS mover_id,
            stay.working_hours AS worked_hours,
            stay.date_entered AS entered_at,
            stay.date_left AS left_at
            """,
            super()._select(),
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            """
            %s
                JOIN dispute_stage_history stay ON stay.case_id = dispute.id
                JOIN dispute_stage stage ON stage.id = stay.stage_id
            """,
            super()._from(),
        )

    @api.model
    def _where(self) -> SQL:
        # Time after closing is no waiting.
        return SQL("%s AND stage.kind NOT IN %s", super()._where(), CLOSED_KINDS)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "working_hours":
            return SQL(
                "(CASE WHEN %s THEN %s ELSE %s END)",
                self._sql_term(alias, "is_running", query),
                self._sql_worked_hours(
                    self._sql_term(alias, "calendar_id", query),
                    SQL.identifier(alias, "entered_at"),
                    self._sql_now(),
                ),
                SQL.identifier(alias, "worked_hours"),
            )
        if field_expr in ("hours_per_case", "working_hours_per_case"):
            # Of a single stay.
            return self._field_to_sql(alias, field_expr.removesuffix("_per_case"), query)
        return super()._field_to_sql(alias, field_expr, query)

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec in ("hours_per_case:avg", "working_hours_per_case:avg"):
            return SQL(
                "SUM(%s) / NULLIF(COUNT(DISTINCT %s), 0)",
                self._field_to_sql(self._table, aggregate_spec.removesuffix("_per_case:avg"), query),
                self._field_to_sql(self._table, "case_id", query),
            )
        return super()._read_group_select(aggregate_spec, query)
