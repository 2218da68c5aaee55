from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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

# Measures that are a point of the distribution of the cycle times.
CYCLE_PERCENTILES = {
    "cycle_days_median:avg": 0.5,
    "cycle_days_p90:avg": 0.9,
}


class DisputeReport(models.Model):
    """One row a case: what managers count, sum up and average.

    Rates and percentiles are computed over the rows of a group and never from
    other averages, see :meth:`_read_group_select`. Merged cases are left out:
    the case that they went into stands for them.

    Other addons add columns by extending :meth:`_select` and :meth:`_from`.
    """

    _name = "dispute.report"
    _description = "Dispute Analysis"
    _auto = False
    _rec_name = "name"
    _order = "date_opened desc, id desc"

    case_id = fields.Many2one("dispute.case", readonly=True)
    name = fields.Char(string="Number", readonly=True)
    count = fields.Integer(string="Cases", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one("res.country", string="Customer Country", readonly=True)
    partner_tag_ids = fields.Many2many(
        related="partner_id.category_id", string="Customer Tags", readonly=True
    )
    reason_id = fields.Many2one("dispute.reason", readonly=True)
    cause_id = fields.Many2one("dispute.cause", string="Root Cause", readonly=True)
    department_id = fields.Many2one("dispute.department", string="Department of the Cause", readonly=True)
    resolution_id = fields.Many2one("dispute.resolution", readonly=True)
    pipeline_id = fields.Many2one("dispute.pipeline", readonly=True)
    stage_id = fields.Many2one("dispute.stage", readonly=True)
    stage_kind = fields.Selection(selection="_selection_stage_kind", readonly=True)
    team_id = fields.Many2one("dispute.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    source = fields.Selection(selection="_selection_source", readonly=True)
    priority = fields.Selection(selection="_selection_priority", readonly=True)

    date_opened = fields.Date(string="Opened on", readonly=True)
    date_closed = fields.Date(string="Closed on", readonly=True)
    date_deadline = fields.Datetime(string="Deadline", readonly=True)
    is_closed = fields.Boolean(string="Closed", readonly=True)
    reopen_count = fields.Integer(string="Reopened", readonly=True)
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
    is_valid = fields.Float(
        string="Validity Rate",
        aggregator="avg",
        readonly=True,
        help="Cases in which the customer was right, out of the closed cases in which that was decided.",
    )
    valid_amount_rate = fields.Float(
        string="Validity Rate by Amount",
        aggregator="avg",
        readonly=True,
        help="Amount disputed rightly, out of the amount of the closed cases in which that was decided.",
    )

    amount_disputed = fields.Monetary(currency_field="company_currency_id", string="Disputed", readonly=True)
    amount_open = fields.Monetary(currency_field="company_currency_id", string="Still Open", readonly=True)
    amount_credited = fields.Monetary(currency_field="company_currency_id", string="Credited", readonly=True)
    amount_refunded = fields.Monetary(currency_field="company_currency_id", string="Refunded", readonly=True)
    amount_rebilled = fields.Monetary(
        currency_field="company_currency_id", string="Re-invoiced", readonly=True
    )
    amount_applied = fields.Monetary(currency_field="company_currency_id", string="Applied", readonly=True)
    amount_written_off = fields.Monetary(
        currency_field="company_currency_id", string="Written Off", readonly=True
    )
    amount_rejected = fields.Monetary(currency_field="company_currency_id", string="Rejected", readonly=True)
    amount_paid_after = fields.Monetary(
        currency_field="company_currency_id", string="Paid Afterwards", readonly=True
    )

    cycle_days = fields.Float(
        string="Cycle Time (mean days)",
        digits=(16, 2),
        aggregator="avg",
        readonly=True,
        help="Calendar days from opening to the last closing, less the days in which the case was closed.",
    )
    cycle_days_median = fields.Float(
        string="Cycle Time (median days)",
        digits=(16, 2),
        aggregator="avg",
        readonly=True,
        help="Half of the closed cases took at most this many days.",
    )
    cycle_days_p90 = fields.Float(
        string="Cycle Time (90 % within days)",
        digits=(16, 2),
        aggregator="avg",
        readonly=True,
        help="Nine out of ten closed cases took at most this many days.",
    )
    open_days = fields.Float(
        string="Open for (mean days)",
        digits=(16, 2),
        aggregator="avg",
        readonly=True,
        help="Calendar days for which a case that is still open has been open.",
    )

    # Every field that the query reads: a change of one is flushed before it runs.
    _depends = {
        "dispute.case": [
            "name",
            "company_id",
            "company_currency_id",
            "partner_id",
            "reason_id",
            "cause_id",
            "resolution_id",
            "pipeline_id",
            "stage_id",
            "stage_kind",
            "team_id",
            "user_id",
            "source",
            "priority",
            "date_opened",
            "date_closed",
            "date_deadline",
            "is_closed",
            "is_valid",
            "reopen_count",
            "closed_days",
            *(f"{name}_company" for name in AMOUNT_FIELDS),
        ],
        "dispute.cause": ["department_id"],
        "dispute.resolution": ["code", "is_decided"],
        "res.partner": ["country_id"],
        "res.company": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
    }

    # === SELECTIONS: the words of the case ===

    @api.model
    def _selection_stage_kind(self):
        return self.env["dispute.case"]._fields["stage_kind"]._description_selection(self.env)

    @api.model
    def _selection_source(self):
        return self.env["dispute.case"]._fields["source"]._description_selection(self.env)

    @api.model
    def _selection_priority(self):
        return self.env["dispute.case"]._fields["priority"]._description_selection(self.env)

    # === QUERY ===

    @property
    def _table_query(self) -> SQL:
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """
            SELECT
                dispute.id,
                dispute.id AS case_id,
                dispute.name,
                1 AS count,
                dispute.company_id,
                dispute.company_currency_id,
                dispute.partner_id,
                partner.country_id,
                dispute.reason_id,
                dispute.cause_id,
                cause.department_id,
                dispute.resolution_id,
                dispute.pipeline_id,
                dispute.stage_id,
                dispute.stage_kind,
                dispute.team_id,
                dispute.user_id,
                dispute.source,
                dispute.priority,
                %(date_opened)s AS date_opened,
                %(date_closed)s AS date_closed,
                dispute.date_deadline,
                dispute.is_closed,
                dispute.reopen_count,
                %(validity)s AS validity,
                %(is_valid)s AS is_valid,
                %(is_valid)s AS valid_amount_rate,
                %(amounts)s,
                %(cycle_days)s AS cycle_days,
                %(cycle_days)s AS cycle_days_median,
                %(cycle_days)s AS cycle_days_p90,
                %(open_days)s AS open_days
            """,
            date_opened=self._sql_local_date(SQL("dispute.date_opened")),
            date_closed=SQL(
                "CASE WHEN dispute.is_closed THEN %s END",
                self._sql_local_date(SQL("dispute.date_closed")),
            ),
            validity=SQL(
                """CASE WHEN NOT dispute.is_closed THEN NULL
                        WHEN resolution.is_decided IS NOT TRUE THEN 'undecided'
                        WHEN dispute.is_valid THEN 'valid'
                        ELSE 'not_valid' END"""
            ),
            is_valid=SQL(
                """CASE WHEN dispute.is_closed AND resolution.is_decided
                        THEN CASE WHEN dispute.is_valid THEN 1.0 ELSE 0.0 END END"""
            ),
            amounts=SQL(", ").join(
                SQL(
                    "%s AS %s",
                    SQL.identifier("dispute", f"{name}_company"),
                    SQL.identifier(name),
                )
                for name in AMOUNT_FIELDS
            ),
            cycle_days=SQL(
                "CASE WHEN dispute.is_closed THEN %s END",
                self._sql_days_open(SQL("dispute.date_closed")),
            ),
            open_days=SQL(
                "CASE WHEN NOT dispute.is_closed THEN %s END",
                self._sql_days_open(SQL("%s::timestamp", fields.Datetime.now())),
            ),
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            """
            FROM dispute_case dispute
                JOIN res_company company ON company.id = dispute.company_id
                LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
                LEFT JOIN res_partner partner ON partner.id = dispute.partner_id
                LEFT JOIN dispute_cause cause ON cause.id = dispute.cause_id
                LEFT JOIN dispute_resolution resolution ON resolution.id = dispute.resolution_id
            """
        )

    @api.model
    def _where(self) -> SQL:
        return SQL("WHERE resolution.code IS DISTINCT FROM 'MRG'")

    @api.model
    def _sql_local_date(self, moment: SQL) -> SQL:
        """The day on which ``moment`` fell where the company works."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date", moment)

    @api.model
    def _sql_days_open(self, until: SQL) -> SQL:
        """Days from opening to ``until``, less those for which the case was closed."""
        return SQL(
            "(%s - %s - COALESCE(dispute.closed_days, 0))::float8",
            self._sql_local_date(until),
            self._sql_local_date(SQL("dispute.date_opened")),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Aggregate percentiles and rates over the rows of the group."""
        if aggregate_spec in CYCLE_PERCENTILES:
            return SQL(
                "PERCENTILE_CONT(%s) WITHIN GROUP (ORDER BY %s)",
                CYCLE_PERCENTILES[aggregate_spec],
                self._field_to_sql(self._table, "cycle_days", query),
            )
        if aggregate_spec == "valid_amount_rate:avg":
            amount = self._field_to_sql(self._table, "amount_disputed", query)
            is_valid = self._field_to_sql(self._table, "is_valid", query)
            return SQL(
                "SUM(%(amount)s * %(valid)s) / NULLIF(SUM(%(amount)s) FILTER (WHERE %(valid)s IS NOT NULL), 0)",
                amount=amount,
                valid=is_valid,
            )
        return super()._read_group_select(aggregate_spec, query)

    # === ACTIONS ===

    def action_open_case(self):
        """Open the case behind a row, or the cases behind many."""
        cases = self.env["dispute.case"].search(Domain("id", "in", self.case_id.ids))
        return cases._get_records_action(name=self.env._("Disputes"))
