from odoo import api, fields, models
from odoo.tools import SQL

from .measure_fields import mean, money, rate

# The measures that follow the money of a case, in the company's currency.
AMOUNT_FIELDS = (
    "amount_disputed",
    "amount_open",
    "amount_credited",
    "amount_refunded",
    "amount_rebilled",
    "amount_applied",
    "amount_written_off",
    "amount_rejected",
    "amount_paid_after",
)


class DisputeReport(models.Model):
    """One row a case: what managers count, sum up and average."""

    _name = "dispute.report"
    _inherit = ["dispute.report.cost.mixin", "dispute.report.time.mixin"]
    _description = "Dispute Analysis"
    _auto = False
    _rec_name = "name"
    _order = "date_opened desc, id desc"

    _instants = {"date_opened": ("opened_at", None), "date_closed": ("closed_at", "is_closed")}

    _formulas = {
        "waiting_on": "CASE WHEN NOT %(is_closed)s THEN %(turn)s END",
        "is_reopened": "COALESCE(%(reopen_count)s, 0) > 0",
        "is_escalated": "%(escalation.case_id)s IS NOT NULL",
        "is_repeat": """EXISTS (
            SELECT FROM dispute_case earlier
             WHERE earlier.partner_id = %(partner_id)s
               AND earlier.company_id = %(company_id)s
               AND earlier.id <> %(case_id)s
               AND earlier.merged_into_id IS NULL
               AND (earlier.date_opened, earlier.id) < (%(opened_at)s, %(case_id)s)
               AND earlier.date_opened >= %(opened_at)s - INTERVAL '12 months'
        )""",
        "validity": """CASE WHEN NOT %(is_closed)s THEN NULL
            WHEN %(resolution.is_decided)s IS NOT TRUE THEN 'undecided'
            WHEN %(is_right)s THEN 'valid'
            ELSE 'not_valid' END""",
        "was_right": "%(is_decided)s AND %(is_right)s IS TRUE",
        "was_wrong": "%(is_decided)s AND %(is_right)s IS NOT TRUE",
        "count_decided": "(%(is_decided)s)::int",
        "count_valid": "(%(was_right)s)::int",
        "count_ever_closed": "(%(is_closed)s OR %(is_reopened)s)::int",
        "count_reopened": "(%(is_reopened)s)::int",
        "count_escalated": "(%(is_escalated)s)::int",
        "count_repeat": "(%(is_repeat)s)::int",
        "amount_decided": "CASE WHEN %(is_decided)s THEN %(amount_disputed)s ELSE 0 END",
        "amount_valid": "CASE WHEN %(was_right)s THEN %(amount_disputed)s ELSE 0 END",
        "amount_closed": "CASE WHEN %(is_closed)s THEN %(amount_disputed)s ELSE 0 END",
        "amount_given_back": "CASE WHEN %(is_closed)s THEN %(amount_credited)s + %(amount_refunded)s ELSE 0 END",
        "amount_lost": "CASE WHEN %(is_closed)s THEN %(amount_written_off)s ELSE 0 END",
        "amount_recovered": "CASE WHEN %(was_wrong)s THEN %(amount_paid_after)s ELSE 0 END",
        "amount_recoverable": """CASE WHEN %(was_wrong)s
            THEN %(amount_paid_after)s + %(amount_rejected)s + %(amount_written_off)s ELSE 0 END""",
        "amount_expected": """CASE WHEN %(is_closed)s THEN 0
            ELSE ROUND((%(amount_open)s * COALESCE(%(past.credit_rate)s, 0))::numeric, %(currency.decimal_places)s) END""",
        "rating_sum": "COALESCE(%(rated.points)s, 0)",
        "rating_count": "COALESCE(%(rated.ratings)s, 0)",
    }
    _lookups = {
        "escalation": (
            SQL("(SELECT case_id FROM dispute_escalation_log WHERE is_failed IS NOT TRUE GROUP BY case_id)"),
            {"case_id": "case_id"},
        ),
        "past": (
            SQL(
                """(
                    SELECT earlier.company_id,
                           earlier.reason_id,
                           SUM(earlier.amount_credited_company + earlier.amount_refunded_company)::float8
                               / NULLIF(SUM(earlier.amount_disputed_company), 0) AS credit_rate
                      FROM dispute_case earlier
                      LEFT JOIN dispute_resolution way ON way.id = earlier.resolution_id
                     WHERE earlier.is_closed AND way.code IS DISTINCT FROM 'MRG'
                  GROUP BY earlier.company_id, earlier.reason_id
                )"""
            ),
            {"company_id": "company_id", "reason_id": "reason_id"},
        ),
        "rated": (
            SQL(
                """(
                    SELECT res_id, SUM(rating) AS points, COUNT(*) AS ratings
                      FROM rating_rating
                     WHERE res_model = 'dispute.case' AND consumed AND rating >= 1
                  GROUP BY res_id
                )"""
            ),
            {"res_id": "case_id"},
        ),
    }
    _ratios = {
        "is_valid": ("count_valid", "count_decided"),
        "valid_amount_rate": ("amount_valid", "amount_decided"),
        "recovery_rate": ("amount_recovered", "amount_recoverable"),
        "credit_rate": ("amount_given_back", "amount_closed"),
        "write_off_rate": ("amount_lost", "amount_closed"),
        "reopen_rate": ("count_reopened", "count_ever_closed"),
        "escalation_rate": ("count_escalated", "count"),
        "repeat_rate": ("count_repeat", "count"),
        "rating": ("rating_sum", "rating_count"),
    }
    name = fields.Char(string="Number", readonly=True)
    count = fields.Integer(string="Cases")
    pipeline_id = fields.Many2one("dispute.pipeline", readonly=True)
    stage_id = fields.Many2one("dispute.stage", readonly=True)
    stage_kind = fields.Selection(selection="_selection_stage_kind", readonly=True)
    waiting_on = fields.Selection(selection="_selection_waiting_on", readonly=True)
    priority = fields.Selection(selection="_selection_priority", readonly=True)
    date_closed = fields.Date(string="Closed on", readonly=True)
    date_deadline = fields.Datetime(string="Deadline", readonly=True)
    reopen_count = fields.Integer(string="Reopened", readonly=True)
    is_reopened = fields.Boolean(string="Was Reopened", readonly=True)
    is_escalated = fields.Boolean(string="Escalated", readonly=True)
    is_repeat = fields.Boolean(
        string="Repeated",
        readonly=True,
        help="The customer had opened another case in the twelve months before.",
    )
    validity = fields.Selection(
        selection=[
            ("valid", "Valid"),
            ("not_valid", "Not valid"),
            ("undecided", "Not decided"),
        ],
        readonly=True,
        falsy_value_label="Still open",
        help="Whether the customer was right, as decided when the case was closed.",
    )
    amount_disputed = money("Disputed")
    amount_open = money("Still Open")
    amount_credited = money("Credited")
    amount_refunded = money("Refunded")
    amount_rebilled = money("Re-invoiced")
    amount_applied = money("Applied")
    amount_written_off = money("Written Off")
    amount_rejected = money("Rejected")
    amount_paid_after = money("Paid Afterwards")

    count_decided = fields.Integer(string="Decided", readonly=True, help="Closed, and decided who was right.")
    count_valid = fields.Integer(string="Valid", readonly=True, help="Decided that the customer was right.")
    count_ever_closed = fields.Integer(string="Closed Once", readonly=True, help="Closed now or before.")
    count_reopened = fields.Integer(string="Reopened Cases", readonly=True)
    count_escalated = fields.Integer(string="Escalated Cases", readonly=True)
    count_repeat = fields.Integer(string="Repeated Cases", readonly=True)
    amount_decided = money("Disputed, Decided")
    amount_valid = money("Disputed, Valid")
    amount_closed = money("Disputed, Closed")
    amount_given_back = money("Given Back", "Credited or refunded on closed cases.")
    amount_lost = money("Lost", "Written off on closed cases.")
    amount_recovered = money("Recovered", "Paid afterwards on cases closed as not valid.")
    amount_recoverable = money(
        "Recoverable", "Paid afterwards, rejected or written off on cases closed as not valid."
    )
    amount_expected = money(
        "Expected Credit", "Open amount x the credit rate of its reason in the closed cases of the company."
    )
    rating_sum = fields.Float(string="Rating Points", readonly=True)
    rating_count = fields.Integer(string="Ratings", readonly=True)

    is_valid = rate(
        "Validity Rate",
        "Cases in which the customer was right / closed cases in which that was decided.",
    )
    valid_amount_rate = rate(
        "Validity Rate by Amount",
        "Amount disputed rightly / amount of the closed cases in which that was decided.",
    )
    recovery_rate = rate(
        "Recovery Rate",
        "Paid afterwards / (paid afterwards + rejected + written off), of cases closed as not valid.",
    )
    credit_rate = rate("Credit Rate", "(Credited + refunded) / disputed, of closed cases.")
    write_off_rate = rate("Write-off Rate", "Written off / disputed, of closed cases.")
    reopen_rate = rate("Reopen Rate", "Cases that were reopened / cases that were ever closed.")
    escalation_rate = rate("Escalation Rate", "Cases that were escalated / all cases.")
    repeat_rate = rate(
        "Repeat Rate", "Cases whose customer had opened another in the twelve months before / all cases."
    )
    rating = mean("Customer Rating", "Mean of the ratings that customers gave, 1 to 5.")

    _depends = {
        "dispute.case": [
            "pipeline_id",
            "stage_id",
            "stage_kind",
            "waiting_on",
            "priority",
            "date_closed",
            "date_deadline",
            "is_valid",
            "reopen_count",
            "closed_days",
            *(f"{name}_company" for name in AMOUNT_FIELDS),
        ],
        "dispute.escalation.log": ["case_id", "is_failed"],
        "rating.rating": ["res_id", "res_model", "rating", "consumed"],
    }

    @api.model
    def _selection_stage_kind(self):
        return self._get_words("stage_kind")

    @api.model
    def _selection_waiting_on(self):
        return self._get_words("waiting_on")

    @api.model
    def _selection_priority(self):
        return self._get_words("priority")

    # === QUERY ===

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """
            %(select)s,
            dispute.id,
            dispute.name,
            dispute.pipeline_id,
            dispute.stage_id,
            dispute.stage_kind,
            dispute.waiting_on AS turn,
            dispute.priority,
            dispute.date_closed AS closed_at,
            dispute.date_deadline,
            dispute.reopen_count,
            %(amounts)s
            """,
            select=super()._select(),
            amounts=SQL(", ").join(
                SQL("%s AS %s", SQL.identifier("dispute", f"{name}_company"), SQL.identifier(name))
                for name in AMOUNT_FIELDS
            ),
        )
