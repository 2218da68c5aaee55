from odoo import api, fields, models
from odoo.tools import SQL

#: In the context of who shows sums in one currency and asks for no other, as the cards of a dashboard.
ONE_CURRENCY = "dispute_one_currency"
CURRENCIES = "company_currency_id:array_agg_distinct"


class DisputeReportCurrencyMixin(models.AbstractModel):
    """Amounts of companies that keep their books in several currencies.

    What adds up over them, and what rates of amounts are taken of, is in the currency of the
    company that the user works in, at today's rates. Lists, pivots and graphs of Odoo ask for
    such sums beside the plain ones and show them where a group has several currencies; a
    spreadsheet doesn't, so the dashboard says it in its context.
    """

    _name = "dispute.report.currency.mixin"
    _inherit = ["dispute.report.company.mixin"]
    _description = "Currencies of Dispute Reports"

    @api.model
    @api.readonly
    def formatted_read_grouping_sets(self, domain, grouping_sets, aggregates=(), *, order=None):
        """Override: answers sums in one currency to who shows no other."""
        names = {spec: spec for spec in aggregates}
        if self.env.context.get(ONE_CURRENCY) and CURRENCIES not in names:
            sums = [spec.removesuffix(":sum") for spec in names if spec.endswith(":sum")]
            names |= {f"{name}:sum": spec for name, spec in self._get_converted_aggregates(sums).items()}
        groups = super().formatted_read_grouping_sets(
            domain, grouping_sets, list(names.values()), order=order
        )
        for row in (row for rows in groups for row in rows):
            row |= {spec: row[name] for spec, name in names.items()}
        return groups

    @api.model
    def _get_converted_aggregates(self, names):
        """The aggregates of amounts where a group has several currencies.

        :return: ``{field: spec of the aggregate}``
        """
        return {
            name: f"{name}:sum_currency"
            for name in names
            if name in self._fields and self._fields[name].type == "monetary"
        }

    def _read_group_select(self, aggregate_spec, query):
        name, _separator, function = aggregate_spec.partition(":")
        if aggregate_spec == CURRENCIES:
            only = self._get_only_currency()
            if only:
                return SQL("CASE WHEN COUNT(*) > 0 THEN ARRAY[%s] END", only.id)
        if function == "sum_currency" and self._fields[name].type == "monetary":
            if not self._get_company_rates():
                return SQL("SUM(%s)", self._field_to_sql(self._table, name, query))
            return SQL(
                "ROUND(SUM(%s)::numeric, %s)",
                self._sql_in_one_currency(name, query),
                self.env.company.currency_id.decimal_places,
            )
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _sql_in_one_currency(self, name, query) -> SQL:
        """The field of a row; an amount in the currency of the user's company."""
        amount, field = self._field_to_sql(self._table, name, query), self._fields[name]
        rates = self._get_company_rates() if field.type == "monetary" else {}
        if not rates:
            return amount
        return SQL(
            "(%s * CASE %s %s ELSE 1 END)",
            amount,
            self._field_to_sql(self._table, field.get_currency_field(self), query),
            SQL(" ").join(SQL("WHEN %s THEN %s", currency.id, rate) for currency, rate in rates.items()),
        )

    @api.model
    def _get_company_rates(self):
        """:return: ``{currency: what one of it is worth}``, of the currencies of rows but the company's own"""
        own, today = self.env.company.currency_id, fields.Date.context_today(self)
        return {
            currency: currency._get_conversion_rate(currency, own, self.env.company, today)
            for currency in self._get_row_companies().currency_id - own
        }
