from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..report.dispute_report import AMOUNT_FIELDS
from ..tools.workbook_writer import Column, Currency, WorkbookWriter

# (aggregate of dispute.report, kind of the cell); the title is the field's own.
MEASURES = (
    ("__count", "integer"),
    ("cycle_days:count", "integer"),
    *((f"{name}:sum", "money") for name in AMOUNT_FIELDS),
    ("cycle_days:avg", "days"),
    ("cycle_days_median:avg", "days"),
    ("cycle_days_p90:avg", "days"),
    ("is_valid:avg", "percent"),
    ("valid_amount_rate:avg", "percent"),
)


class DisputeWorkbook(models.TransientModel):
    """Asks for a period and gives the figures of ``dispute.report`` as a workbook.

    Nothing is computed here: every figure is an aggregate of ``dispute.report``, read with
    the rights of the person who downloads it.
    """

    _name = "dispute.workbook"
    _description = "Download the Dispute Workbook"
    _inherit = [
        "dispute.wizard.mixin",
        "dispute.workbook.cases",
        "dispute.workbook.figures",
        "dispute.workbook.job.mixin",
    ]
    # A large one is there when somebody comes back for it.
    _transient_max_hours = 24.0

    date_basis = fields.Selection(
        selection=[
            ("date_opened", "Opened in the period"),
            ("date_closed", "Closed in the period"),
        ],
        string="Cases",
        default="date_opened",
        required=True,
    )
    date_from = fields.Date(default=lambda self: self._default_date_from())
    date_to = fields.Date(default=fields.Date.context_today)
    company_ids = fields.Many2many(
        "res.company", string="Companies", default=lambda self: self.env.companies, required=True
    )
    team_ids = fields.Many2many("dispute.team", string="Teams", help="Empty: all teams.")

    @api.model
    def _default_date_from(self):
        return fields.Date.context_today(self).replace(month=1, day=1)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for workbook in self:
            if workbook.date_from and workbook.date_to and workbook.date_from > workbook.date_to:
                raise ValidationError(
                    self.env._("The period ends before it starts. Please exchange the two dates.")
                )

    # === FIGURES ===

    def _get_domain(self):
        """The rows of ``dispute.report`` that the workbook is about."""
        self.ensure_one()
        domain = Domain("company_id", "in", self.company_ids.ids)
        if self.date_basis == "date_closed":
            domain &= Domain("is_closed", "=", True)
        if self.date_from:
            domain &= Domain(self.date_basis, ">=", self.date_from)
        if self.date_to:
            domain &= Domain(self.date_basis, "<=", self.date_to)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        return domain

    def _get_dimensions(self):
        """The sheets by dimension: ``(sheet name, groupby of dispute.report, whether it has an order)``.

        What has no order stands by what was disputed of it, the largest first.
        """
        return [
            (self.env._("Reasons"), "reason_id", False),
            (self.env._("Root causes"), "cause_id", False),
            (self.env._("Customers"), "partner_id", False),
            (self.env._("Countries"), "country_id", False),
            (self.env._("Customer tags"), "partner_tag_ids", False),
            (self.env._("Months"), f"{self.date_basis}:month", True),
            (self.env._("Stages"), "stage_id", True),
        ]

    def _get_file_name(self):
        period = [str(day) for day in (self.date_from, self.date_to) if day]
        return "_".join([self.env._("disputes"), *period]) + ".xlsx"

    def _write_workbook(self, stream, progress=None):
        """Write the workbook to a binary stream, with the rights of the current user.

        :param progress: called with the number of cases written so far, every some thousands
        :raise AccessError: when the user may no longer see all of its companies
        """
        self.ensure_one()
        # As superuser, or companies taken from the user since would be left out silently.
        companies = self.sudo().company_ids
        if companies - self.env.user.company_ids:
            raise AccessError(
                self.env._("You have no access to all companies of this workbook. Please ask anew.")
            )
        workbook = self.with_context(allowed_company_ids=companies.ids)
        domain = workbook._get_domain()
        workbook._write_sheets(stream, domain, progress)

    def _write_sheets(self, stream, domain, progress=None):
        Report = self.env["dispute.report"]
        totals = Report._read_group(domain, ["company_currency_id"], [spec for spec, _kind in MEASURES])
        with WorkbookWriter(stream, nothing=self.env._("Nothing in this period")) as writer:
            writer.add_facts(self.env._("Summary"), self.env._("Disputes"), self._get_facts(totals))
            self._write_key_figures(writer)
            self._write_pareto(writer, domain)
            self._write_cycle_times(writer, domain)
            self._write_ageing(writer)
            self._write_sla(writer)
            self._write_dimensions(writer, domain, totals)
            rows = self._get_case_rows(domain, progress)
            writer.add_table(self.env._("Cases"), self._get_case_columns(), rows)

    # === SHEETS ===

    def _get_measure_columns(self):
        titles = {
            "__count": self.env._("Cases"),
            "cycle_days:count": self.env._("Closed"),
        }
        labels = self.env["dispute.report"].fields_get(attributes=["string"])
        return [
            Column(titles.get(spec) or labels[spec.partition(":")[0]]["string"], kind)
            for spec, kind in MEASURES
        ]

    def _get_facts(self, totals):
        """Rows of the first sheet: what was asked, and the totals a currency."""
        self.ensure_one()
        basis = dict(self._fields["date_basis"]._description_selection(self.env))
        any_day = self.env._("any day")
        yield self.env._("Asked for"), None, None, None
        yield self.env._("Cases"), basis[self.date_basis], "text", None
        yield self.env._("From"), self.date_from or any_day, "date", None
        yield self.env._("To"), self.date_to or any_day, "date", None
        if compared := self._get_compared_period():
            yield self.env._("Compared from"), compared[0], "date", None
            yield self.env._("Compared to"), compared[1], "date", None
        yield self.env._("Companies"), ", ".join(self.company_ids.mapped("name")), "text", None
        yield (
            self.env._("Teams"),
            ", ".join(self.team_ids.mapped("name")) or self.env._("all"),
            "text",
            None,
        )
        yield self.env._("Made by"), self.env.user.name, "text", None
        yield self.env._("Made on"), fields.Date.context_today(self), "date", None
        columns = self._get_measure_columns()
        for currency, *values in totals:
            yield self.env._("Totals in %(currency)s", currency=currency.name), None, None, None
            for column, value in zip(columns, self._get_cells(values), strict=True):
                yield column.title, value, column.kind, self._get_currency(currency)
        if not totals:
            yield self.env._("No cases in this period"), None, None, None

    def _write_dimensions(self, writer, domain, totals):
        """A sheet of the measures by each dimension and, as they can't be added up, by currency."""
        dimensions = self._get_dimensions()
        # In one statement: to work out what is measured of the cases takes longer than to group them.
        found = self.env["dispute.report"]._read_grouping_sets(
            domain,
            [[groupby, "company_currency_id"] for _name, groupby, _ordered in dimensions],
            [spec for spec, _kind in MEASURES],
            order=", ".join(
                [groupby for _name, groupby, ordered in dimensions if ordered] + ["amount_disputed:sum desc"]
            ),
        )
        for (name, groupby, _ordered), groups in zip(dimensions, found, strict=True):
            self._write_dimension(writer, name, groupby, groups, totals)

    def _write_dimension(self, writer, name, groupby, groups, totals):
        field_name, _separator, is_month = groupby.partition(":")
        label = self.env["dispute.report"]._fields[field_name]._description_string(self.env)
        columns = [
            Column(self.env._("Month"), "month") if is_month else Column(label, width=34),
            Column(self.env._("Currency"), width=10),
            *self._get_measure_columns(),
        ]
        nothing, everything = self.env._("None"), self.env._("All cases")

        def get_row(value, currency, values):
            cells = [value, currency.name, *self._get_cells(values)]
            return cells, self._get_currency(currency)

        writer.add_table(
            name,
            columns,
            (
                get_row(self._get_label(value) or nothing, currency, values)
                for value, currency, *values in groups
            ),
            total=[get_row(everything, currency, values) for currency, *values in totals],
        )

    @api.model
    def _get_label(self, value):
        """What stands in a cell for a value of a dimension; None leaves it empty."""
        if isinstance(value, models.BaseModel):
            return value.display_name if value else None
        return value or None

    @api.model
    def _get_cells(self, values):
        """The measures of one group; a mean, median or rate of nothing is empty, not zero."""
        return [None if value is False or value is None else value for value in values]

    @api.model
    def _get_currency(self, currency):
        return Currency(currency.name, currency.decimal_places)
