from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.dispute_management.models.dispute_stage_kinds import CLOSED_KINDS

from .measure_fields import mean


class DisputeReportTimeMixin(models.AbstractModel):
    """How long cases took, in calendar and in working time.

    What was worked in the stages that a case left is stored; what goes on still is worked out
    when it is asked for.
    """

    _name = "dispute.report.time.mixin"
    _description = "Times of Disputes"
    _inherit = ["dispute.report.mixin"]

    _percentiles = {
        "cycle_days_median": (0.5, "cycle_days"),
        "cycle_days_p90": (0.9, "cycle_days"),
        "cycle_working_days_median": (0.5, "cycle_working_days"),
        "cycle_working_days_p90": (0.9, "cycle_working_days"),
        "first_response_hours_median": (0.5, "first_response_hours"),
        "first_response_hours_p90": (0.9, "first_response_hours"),
    }

    _formulas = {
        "worked": "COALESCE(%(spent.worked)s, 0)",
        "day": "COALESCE(NULLIF(%(calendar.hours_per_day)s, 0), 24)",
        # A case without a day of closing is open.
        "cycle_days": "(%(date_closed)s - %(date_opened)s - COALESCE(%(closed_days)s, 0))::float8",
        "open_days": """CASE WHEN NOT %(is_closed)s
            THEN (%(today)s - %(date_opened)s - COALESCE(%(closed_days)s, 0))::float8 END""",
        "age": """(ARRAY['1_0_7', '2_8_14', '3_15_30', '4_31_60', '5_61_90', '6_over_90'])[
            1 + width_bucket(%(open_days)s, ARRAY[8, 15, 31, 61, 91]::float8[])]""",
        "cycle_working_days": "CASE WHEN %(is_closed)s THEN %(worked)s / %(day)s END",
        "handling_days": "CASE WHEN %(is_closed)s THEN COALESCE(%(spent.handled)s, 0) / %(day)s END",
    }

    _lookups = {
        "calendar": ("resource_calendar", {"id": "calendar_id"}),
        "spent": (
            SQL(
                """(
                    SELECT history.case_id,
                           SUM(history.working_hours) AS worked,
                           SUM(history.working_hours) FILTER (WHERE history.waiting_on <> 'customer') AS handled,
                           MAX(history.date_entered) FILTER (WHERE history.date_left IS NULL) AS running_since
                      FROM dispute_stage_history history
                      JOIN dispute_stage stage ON stage.id = history.stage_id
                     WHERE stage.kind NOT IN %s
                  GROUP BY history.case_id
                )""",
                CLOSED_KINDS,
            ),
            {"case_id": "case_id"},
        ),
    }

    age = fields.Selection(
        selection=[
            ("1_0_7", "0-7 days"),
            ("2_8_14", "8-14 days"),
            ("3_15_30", "15-30 days"),
            ("4_31_60", "31-60 days"),
            ("5_61_90", "61-90 days"),
            ("6_over_90", "Over 90 days"),
        ],
        readonly=True,
        falsy_value_label="Closed",
        help="For how many days a case that is still open has been open.",
    )

    cycle_days = mean(
        "Cycle Time (mean days)",
        "Calendar days from opening to the last closing, less the days in which the case was closed.",
    )
    cycle_days_median = mean(
        "Cycle Time (median days)", "Half of the closed cases took at most this many days."
    )
    cycle_days_p90 = mean(
        "Cycle Time (90 % within days)", "Nine out of ten closed cases took at most this many days."
    )
    cycle_working_days = mean(
        "Cycle Time (mean working days)",
        "Working time in the open stages of closed cases, in days of the calendar of team or company.",
    )
    cycle_working_days_median = mean(
        "Cycle Time (median working days)", "Half of the closed cases took at most this many working days."
    )
    cycle_working_days_p90 = mean(
        "Cycle Time (90 % within working days)",
        "Nine out of ten closed cases took at most this many working days.",
    )
    handling_days = mean(
        "Net Handling (mean working days)",
        "Working time in the open stages of closed cases, less that in which it was the customer's turn.",
    )
    open_days = mean(
        "Open for (mean days)", "Calendar days for which a case that is still open has been open."
    )
    open_working_days = mean(
        "Open for (mean working days)", "Working time for which a case that is still open has been open."
    )
    first_response_hours = mean(
        "First Response (mean hours)",
        "Working hours from opening to the first message of a person to the customer, or a logged call.",
    )
    first_response_hours_median = mean(
        "First Response (median hours)", "Half of the answered cases were answered within these hours."
    )
    first_response_hours_p90 = mean(
        "First Response (90 % within hours)", "Nine out of ten were answered within these working hours."
    )

    _depends = {
        "dispute.case": ["date_first_response"],
        "dispute.stage": ["kind"],
        "dispute.stage.history": [
            "case_id",
            "stage_id",
            "waiting_on",
            "date_entered",
            "date_left",
            "working_hours",
        ],
    }

    @api.model
    def _select(self) -> SQL:
        return SQL("%s, dispute.closed_days, dispute.date_first_response", super()._select())

    def _field_to_sql(self, alias, field_expr, query=None):
        def term(name):
            return self._sql_term(alias, name, query)

        if field_expr == "open_working_days":
            return SQL(
                "(CASE WHEN NOT %s THEN (%s + COALESCE(%s, 0)) / %s END)",
                term("is_closed"),
                term("worked"),
                self._sql_worked_hours(term("calendar_id"), term("spent.running_since"), term("now")),
                term("day"),
            )
        if field_expr == "first_response_hours":
            return SQL(
                "(CASE WHEN %s IS NOT NULL THEN %s END)",
                term("date_first_response"),
                self._sql_worked_hours(term("calendar_id"), term("opened_at"), term("date_first_response")),
            )
        return super()._field_to_sql(alias, field_expr, query)
