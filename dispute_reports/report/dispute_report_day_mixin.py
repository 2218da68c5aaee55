from datetime import date, datetime, time, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: How far local time is from UTC at most, either way.
MOST_EARLY, MOST_LATE = timedelta(hours=14), timedelta(hours=12)
ONE_DAY = timedelta(days=1)


class DisputeReportDayMixin(models.AbstractModel):
    """Days of a report are those where the company works, worked out of instants.

    No index helps to find rows by what is worked out, and it takes time for each row. So a
    condition on a day becomes one on the instant behind it, wide enough for any time zone; only
    of the rows near its ends the day itself is worked out.
    """

    _name = "dispute.report.day.mixin"
    _inherit = ["dispute.report.formula.mixin", "dispute.report.company.mixin"]
    _description = "Days in Dispute Reports"

    #: ``{field: (column of the query with the instant, column that says whether there is a day)}``
    _instants = {}

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in self._instants:
            return super()._field_to_sql(alias, field_expr, query)
        column, is_there = self._instants[field_expr]
        day = self._sql_local_date(alias, self._sql_term(alias, column, query), query)
        return (
            SQL("(CASE WHEN %s THEN %s END)", self._sql_term(alias, is_there, query), day)
            if is_there
            else day
        )

    def _sql_term(self, alias, name, query):
        """Override: ``today`` is where the company of the row works."""
        if name == "today":
            return self._sql_local_date(alias, self._sql_now(), query)
        return super()._sql_term(alias, name, query)

    def _sql_local_date(self, alias, moment: SQL, query) -> SQL:
        """The day on which ``moment`` fell where the company of the row works."""
        zone = self._get_only_zone() or self._sql_term(alias, "zone", query)
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)

    @api.model
    def _search(self, domain, *args, **kwargs):
        domain = Domain(domain).optimize_full(self).map_conditions(self._with_instant)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _with_instant(self, condition):
        if condition.field_expr not in self._instants:
            return condition
        first, last, is_whole = self._get_days(condition)
        column, is_there = self._instants[condition.field_expr]
        # By instants: what all rows of these days satisfy, and what only rows of them do.
        near, inner = [], []
        if first:
            near.append((">=", first, -MOST_EARLY))
            inner.append((">=", first, MOST_LATE))
        if last:
            near.append(("<", last, ONE_DAY + MOST_LATE))
            inner.append(("<", last, ONE_DAY - MOST_EARLY))
        if not near:
            return condition

        def get_sql(model, alias, query):
            def compare(ends):
                instant = self._sql_term(alias, column, query)
                return SQL(" AND ").join(
                    SQL("%s %s %s", instant, SQL(operator), datetime.combine(day, time.min) + offset)
                    for operator, day, offset in ends
                )

            exact = condition._to_sql(model, alias, query)
            # First what is there already: the database looks no further where that is enough.
            exact = SQL("(%s OR %s)", compare(inner), exact) if is_whole else exact
            return SQL("(%s AND %s)", compare(near), exact)

        found = Domain.custom(to_sql=get_sql)
        return Domain(is_there, "=", True) & found if is_there else found

    @api.model
    def _get_days(self, condition):
        """:return: ``(first, last, is_whole)``: days that a condition is between, None where there is
        no end, and whether all between them satisfy it
        """
        operator, value = condition.operator, condition.value
        if operator in (">", ">=", "<", "<=") and isinstance(value, date):
            if operator.startswith(">"):
                return value + ONE_DAY * (operator == ">"), None, True
            return None, value - ONE_DAY * (operator == "<"), True
        if operator == "in" and value and all(isinstance(day, date) for day in value):
            return min(value), max(value), False
        return None, None, False
