from odoo import api, models
from odoo.tools import SQL


class DisputeReportFigureMixin(models.AbstractModel):
    """A report by SQL whose figures aggregate rightly.

    A rate is a ratio of sums, in one currency, and a percentile one of the rows of the group,
    never a mean of others; :attr:`_ratios` and :attr:`_percentiles` say of what.

    Who mixes this in defines ``_select``, ``_from`` and ``_where``, and what is worked out of
    their columns in :attr:`_formulas`; other addons add columns by extending them.
    """

    _name = "dispute.report.figure.mixin"
    _description = "Figures of Dispute Reports"
    _inherit = [
        "dispute.report.formula.mixin",
        "dispute.report.currency.mixin",
        "dispute.report.order.mixin",
    ]

    #: ``{field: (numerator, denominator)}``, both fields of the report.
    _ratios = {}
    #: ``{field: (share of the rows, field)}``: the value that this share of the rows has at most.
    _percentiles = {}

    @property
    def _table_query(self) -> SQL:
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    def _field_to_sql(self, alias, field_expr, query=None):
        """The rate or the value of a single row."""
        if field_expr in self._ratios:
            numerator, denominator = (
                self._field_to_sql(alias, name, query) for name in self._ratios[field_expr]
            )
            return SQL("(%s::float8 / NULLIF(%s, 0))", numerator, denominator)
        if field_expr in self._percentiles:
            return self._field_to_sql(alias, self._percentiles[field_expr][1], query)
        return super()._field_to_sql(alias, field_expr, query)

    def _read_group_select(self, aggregate_spec, query):
        name, _separator, function = aggregate_spec.partition(":")
        if function == "avg" and name in self._ratios:
            numerator, denominator = (self._sql_in_one_currency(part, query) for part in self._ratios[name])
            return SQL("SUM(%s)::float8 / NULLIF(SUM(%s), 0)", numerator, denominator)
        if function == "avg" and name in self._percentiles:
            share, part = self._percentiles[name]
            return SQL(
                "PERCENTILE_CONT(%s) WITHIN GROUP (ORDER BY %s)",
                share,
                self._field_to_sql(self._table, part, query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _get_own_aggregates(self, names):
        """The aggregates of fields that nobody can work out from the values of rows.

        :return: ``{field: spec of the aggregate}``
        """
        return {
            name: f"{name}:avg"
            for name in names
            if name in self._fields and self._fields[name].aggregator == "avg"
        }
