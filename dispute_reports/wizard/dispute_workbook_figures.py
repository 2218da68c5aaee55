from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.dispute_management.report.dispute_receivable import AGEING

from ..tools.kpi import share
from ..tools.workbook_writer import Cell, Chart, Column


class DisputeWorkbookFigures(models.AbstractModel):
    """The sheets of the workbook that tell more than sums by one dimension."""

    _name = "dispute.workbook.figures"
    _description = "Figures of the Dispute Workbook"

    comparison = fields.Selection(
        selection=[
            ("none", "Nothing"),
            ("previous", "The period before"),
            ("year", "The same period a year before"),
        ],
        string="Compare with",
        default="previous",
        required=True,
    )

    def _get_compared_period(self):
        """:return: first and last day of the period to compare with, or None"""
        self.ensure_one()
        if self.comparison == "none" or not (self.date_from and self.date_to):
            return None
        if self.comparison == "year":
            return (self.date_from - relativedelta(years=1), self.date_to - relativedelta(years=1))
        days = relativedelta(days=(self.date_to - self.date_from).days + 1)
        return (self.date_from - days, self.date_to - days)

    # === KEY FIGURES ===

    def _write_key_figures(self, writer):
        """Each key figure of each company, for the period and the one it is compared with."""
        compared = self._get_compared_period()
        columns = [
            Column(self.env._("Key figure"), width=38),
            Column(self.env._("Company"), width=24),
            Column(self.env._("This period"), "integer", 16),
            Column(self.env._("Compared with"), "integer", 16),
            Column(self.env._("Change"), "change"),
            Column(self.env._("Formula"), width=90),
        ]
        writer.add_table(self.env._("Key figures"), columns, self._get_key_figure_rows(compared))

    def _get_key_figure_rows(self, compared):
        kpis = self.env["dispute.kpi"]
        for company in self.company_ids:
            options = {"teams": self.team_ids}
            now = kpis._get_values(company, self.date_from, self.date_to, **options)
            before = kpis._get_values(company, *compared, **options) if compared else {}
            currency = self._get_currency(company.currency_id)
            for key, title, formula, kind, _better in kpis._get_labels():
                # What stands as of now has no other period to be compared with.
                old = before.get(key) if self._is_of_a_period(key) else None
                change = share(now[key] - old, abs(old)) if old and now[key] is not None else None
                cells = [
                    title,
                    company.name,
                    Cell(now[key], kind),
                    Cell(old, kind),
                    change,
                    formula,
                ]
                yield cells, currency

    @api.model
    def _is_of_a_period(self, key):
        return any(kpi.key == key and kpi.basis for kpi in self.env["dispute.kpi"]._get_kpis())

    # === SHEETS ===

    def _write_pareto(self, writer, domain):
        """Root causes that were found, by what was disputed of them, with what they come to together."""
        Report = self.env["dispute.report"]
        groups = Report._read_group(
            domain & Domain("cause_id", "!=", False),
            ["company_currency_id", "cause_id"],
            ["__count", "amount_disputed:sum", "amount_cost:sum"],
            order="company_currency_id, amount_disputed:sum desc, cause_id",
        )
        totals = {}
        for currency, _cause, _count, amount, _cost in groups:
            totals[currency] = totals.get(currency, 0) + amount
        columns = [
            Column(Report._fields["cause_id"]._description_string(self.env), width=34),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Cases"), "integer"),
            Column(self.env._("Disputed"), "money"),
            Column(self.env._("Share"), "percent"),
            Column(self.env._("Together"), "percent"),
            Column(self.env._("Cost"), "money"),
        ]

        def get_rows():
            running = {}
            for currency, cause, count, amount, cost in groups:
                running[currency] = running.get(currency, 0) + amount
                yield (
                    [
                        self._get_label(cause),
                        currency.name,
                        count,
                        amount,
                        share(amount, totals[currency]),
                        share(running[currency], totals[currency]),
                        cost,
                    ],
                    self._get_currency(currency),
                )

        # Of one currency only: amounts of two don't stand on one axis.
        most = sum(group[0] == groups[0][0] for group in groups) if groups else 0
        charts = ()
        if most:
            title = self.env._("Disputed by root cause, in %s", groups[0][0].name)
            charts = [Chart(title, 0, (3,), (5,), most=min(most, 15))]
        writer.add_table(self.env._("Pareto"), columns, get_rows(), charts=charts)

    def _write_cycle_times(self, writer, domain):
        """How long cases took, by the month of closing."""
        specs = {
            "cycle_days:avg": self.env._("Mean days"),
            "cycle_days_median:avg": self.env._("Median days"),
            "cycle_days_p90:avg": self.env._("90 % within days"),
            "cycle_working_days:avg": self.env._("Mean working days"),
            "cycle_working_days_median:avg": self.env._("Median working days"),
            "cycle_working_days_p90:avg": self.env._("90 % within working days"),
            "handling_days:avg": self.env._("Net handling (working days)"),
        }
        groups = self.env["dispute.report"]._read_group(
            domain & Domain("is_closed", "=", True), ["date_closed:month"], ["__count", *specs]
        )
        columns = [
            Column(self.env._("Closed in"), "month"),
            Column(self.env._("Cases"), "integer"),
            *(Column(title, "days") for title in specs.values()),
        ]
        chart = Chart(self.env._("Days from opening to closing"), 0, lines=(2, 3, 4), most=36)
        writer.add_table(
            self.env._("Cycle times"),
            columns,
            (([month, *self._get_cells(values)], None) for month, *values in groups),
            charts=[chart],
        )

    def _write_ageing(self, writer):
        """Open disputes by age, and receivables by days overdue, as of now."""
        domain = Domain("company_id", "in", self.company_ids.ids)
        of_team = Domain("team_id", "in", self.team_ids.ids) if self.team_ids else Domain.TRUE
        Report, items = self.env["dispute.report"], self.env["dispute.receivable"]
        ages = Report._fields["age"]._description_selection(self.env)
        found = {
            (currency, age): values
            for currency, age, *values in Report._read_group(
                domain & of_team & Domain("is_closed", "=", False),
                ["company_currency_id", "age"],
                ["__count", "amount_open:sum"],
            )
        }
        columns = [
            Column(self.env._("Open for"), width=24),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Cases"), "integer"),
            Column(self.env._("Open now"), "money"),
        ]
        currencies = self.company_ids.currency_id
        # Of the first only: amounts of two don't stand on one axis.
        shown = currencies[:1].name
        writer.add_table(
            self.env._("Ageing of disputes"),
            columns,
            (
                (
                    [label, currency.name, *found.get((currency, age), (0, 0))],
                    self._get_currency(currency),
                )
                for currency in currencies
                for age, label in ages
            ),
            charts=[Chart(self.env._("Open disputes by age, in %s", shown), 0, (3,), most=len(ages))],
        )
        labels = dict(items._fields["ageing"]._description_selection(self.env))
        owed = {
            (currency, key): values
            for currency, key, *values in items._read_group(
                domain,
                ["company_currency_id", "ageing"],
                ["amount_residual:sum", "amount_disputed:sum", "amount_undisputed:sum"],
            )
        }
        columns = [
            Column(self.env._("Receivables"), width=24),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Open now"), "money"),
            Column(self.env._("Disputed"), "money"),
            Column(self.env._("Not in dispute"), "money"),
        ]
        writer.add_table(
            self.env._("Receivables"),
            columns,
            (
                (
                    [labels[key], currency.name, *owed.get((currency, key), (0, 0, 0))],
                    self._get_currency(currency),
                )
                for currency in currencies
                for key, _label in AGEING
            ),
            charts=[
                Chart(
                    self.env._("Receivables by days overdue, in %s", shown),
                    0,
                    (3, 4),
                    stacked=True,
                    most=len(AGEING),
                )
            ],
        )

    def _write_sla(self, writer):
        """Promises by team, by their deadlines in the period."""
        Report = self.env["dispute.sla.report"]
        domain = Domain("company_id", "in", self.company_ids.ids)
        domain &= self.env["dispute.kpi"]._get_period("date_deadline", self.date_from, self.date_to)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        specs = {
            "count_met:sum": "integer",
            "count_failed:sum": "integer",
            "attainment:avg": "percent",
            "hours_late:avg": "hours",
            "hours_late_median:avg": "hours",
            "hours_late_p90:avg": "hours",
        }
        groups = Report._read_group(domain, ["team_id", "target"], list(specs))
        targets = dict(Report._fields["target"]._description_selection(self.env))
        columns = [
            Column(self.env._("Team"), width=28),
            Column(self.env._("Promise"), width=28),
            *(
                Column(Report._fields[spec.partition(":")[0]]._description_string(self.env), kind)
                for spec, kind in specs.items()
            ),
        ]
        writer.add_table(
            self.env._("SLA"),
            columns,
            (
                (
                    [
                        self._get_label(team) or self.env._("None"),
                        targets[target],
                        *self._get_cells(values),
                    ],
                    None,
                )
                for team, target, *values in groups
            ),
            charts=[Chart(self.env._("Promises met and failed"), (0, 1), (2, 3), stacked=True)],
        )
