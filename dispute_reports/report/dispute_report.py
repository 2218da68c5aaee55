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
        "dispute.resolution": ["is_decided"],
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
            CASE WHEN NOT dispute.is_closed THEN dispute.waiting_on END AS waiting_on,
            dispute.priority,
            CASE WHEN dispute.is_closed THEN %(date_closed)s END AS date_closed,
            dispute.date_closed AS closed_at,
            dispute.date_deadline,
            %(figures)s
            """,
            select=super()._select(),
            date_closed=self._sql_local_date(SQL("dispute.date_closed")),
            figures=self._select_figures(),
        )

    @api.model
    def _select_figures(self) -> SQL:
        """Amounts and counts of a case, and what rates are made of."""
        return SQL(
            """
            %(amounts)s,
            dispute.reopen_count,
            COALESCE(dispute.reopen_count, 0) > 0 AS is_reopened,
            (COALESCE(dispute.reopen_count, 0) > 0)::int AS count_reopened,
            (dispute.is_closed OR COALESCE(dispute.reopen_count, 0) > 0)::int AS count_ever_closed,
            escalation.case_id IS NOT NULL AS is_escalated,
            (escalation.case_id IS NOT NULL)::int AS count_escalated,
            %(is_repeat)s AS is_repeat,
            %(is_repeat)s::int AS count_repeat,
            CASE WHEN NOT dispute.is_closed THEN NULL
                 WHEN resolution.is_decided IS NOT TRUE THEN 'undecided'
                 WHEN dispute.is_valid THEN 'valid'
                 ELSE 'not_valid' END AS validity,
            %(decided)s::int AS count_decided,
            (%(decided)s AND dispute.is_valid IS TRUE)::int AS count_valid,
            CASE WHEN %(decided)s THEN dispute.amount_disputed_company ELSE 0 END AS amount_decided,
            CASE WHEN %(decided)s AND dispute.is_valid THEN dispute.amount_disputed_company ELSE 0 END
                AS amount_valid,
            CASE WHEN dispute.is_closed THEN dispute.amount_disputed_company ELSE 0 END AS amount_closed,
            CASE WHEN dispute.is_closed
                 THEN dispute.amount_credited_company + dispute.amount_refunded_company ELSE 0 END
                AS amount_given_back,
            CASE WHEN dispute.is_closed THEN dispute.amount_written_off_company ELSE 0 END AS amount_lost,
            CASE WHEN %(decided)s AND dispute.is_valid IS NOT TRUE
                 THEN dispute.amount_paid_after_company ELSE 0 END AS amount_recovered,
            CASE WHEN %(decided)s AND dispute.is_valid IS NOT TRUE
                 THEN dispute.amount_paid_after_company + dispute.amount_rejected_company
                    + dispute.amount_written_off_company ELSE 0 END AS amount_recoverable,
            CASE WHEN dispute.is_closed THEN 0
                 ELSE ROUND((dispute.amount_open_company * COALESCE(past.credit_rate, 0))::numeric,
                            currency.decimal_places) END AS amount_expected,
            COALESCE(rated.points, 0) AS rating_sum,
            COALESCE(rated.ratings, 0) AS rating_count
            """,
            amounts=SQL(", ").join(
                SQL("%s AS %s", SQL.identifier("dispute", f"{name}_company"), SQL.identifier(name))
                for name in AMOUNT_FIELDS
            ),
            decided=SQL("(dispute.is_closed AND resolution.is_decided IS TRUE)"),
            is_repeat=SQL(
                """EXISTS (
                    SELECT FROM dispute_case earlier
                     WHERE earlier.partner_id = dispute.partner_id
                       AND earlier.company_id = dispute.company_id
                       AND earlier.id <> dispute.id
                       AND earlier.merged_into_id IS NULL
                       AND (earlier.date_opened, earlier.id) < (dispute.date_opened, dispute.id)
                       AND earlier.date_opened >= dispute.date_opened - INTERVAL '12 months'
                )"""
            ),
        )

    @api.model
    def _from(self) -> SQL:
        # What a query does not ask for, the database leaves out: all are joined by a unique key.
        return SQL(
            """
            %(tables)s
                LEFT JOIN (
                    SELECT case_id FROM dispute_escalation_log WHERE is_failed IS NOT TRUE GROUP BY case_id
                ) escalation ON escalation.case_id = dispute.id
                LEFT JOIN (
                    SELECT earlier.company_id,
                           earlier.reason_id,
                           SUM(earlier.amount_credited_company + earlier.amount_refunded_company)::float8
                               / NULLIF(SUM(earlier.amount_disputed_company), 0) AS credit_rate
                      FROM dispute_case earlier
                      LEFT JOIN dispute_resolution way ON way.id = earlier.resolution_id
                     WHERE earlier.is_closed AND way.code IS DISTINCT FROM 'MRG'
                  GROUP BY earlier.company_id, earlier.reason_id
                ) past ON past.company_id = dispute.company_id AND past.reason_id = dispute.reason_id
                LEFT JOIN (
                    SELECT res_id, SUM(rating) AS points, COUNT(*) AS ratings
                      FROM rating_rating
                     WHERE res_model = 'dispute.case' AND consumed AND rating >= 1
                  GROUP BY res_id
                ) rated ON rated.res_id = dispute.id
            """,
            tables=super()._from(),
        )
