import re

from odoo import api, fields, models, tools
from odoo.tools import SQL, frozendict

TERM = re.compile(r"%\(([\w.]+)\)s")


class DisputeReportFormulaMixin(models.AbstractModel):
    """Fields that are worked out of the columns of a row, or looked up elsewhere, where they are asked for.

    A query of a report has what every row needs. All else would be worked out by PostgreSQL
    before it filters and joins, wherever the groups of a pivot are of several sets, and takes
    time to plan even where nothing of it is asked for.
    """

    _name = "dispute.report.formula.mixin"
    _description = "Formulas of Dispute Reports"

    #: ``{name: SQL}`` of fields, and of what several of them share. ``%(name)s`` in it stands for
    #: a column of the query, a field, another formula or ``now``, ``%(lookup.column)s`` for what
    #: is looked up. Those of all classes count; an extension replaces one by naming it again.
    _formulas = {}
    #: ``{name: (table or SQL of one, {column: term})}``: other tables, of which each row of the
    #: report meets one row at most, by columns that equal its terms. Added up as formulas are.
    _lookups = {}

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr in self._get_whole("_formulas"):
            return self._sql_term(alias, field_expr, query)
        return super()._field_to_sql(alias, field_expr, query)

    def _sql_term(self, alias, name, query) -> SQL:
        """What a formula, a field, a column of the query or of a lookup comes to in a row.

        :param alias: of the report in the statement
        :param query: the Query, which lookups are joined to
        """
        formula = self._get_whole("_formulas").get(name)
        if formula:
            terms = {term: self._sql_term(alias, term, query) for term in set(TERM.findall(formula))}
            return SQL("(%s)", SQL(formula, **terms))
        if name == "now":
            return self._sql_now()
        lookup, dot, column = name.partition(".")
        if dot:
            return SQL.identifier(self._join_lookup(alias, lookup, query), column)
        if name in self._fields:
            return self._field_to_sql(alias, name, query)
        return SQL.identifier(alias, name)

    def _join_lookup(self, alias, name, query):
        """:return: alias of a lookup in the query, which it is part of from now on"""
        table, keys = self._get_whole("_lookups")[name]
        found = query.make_alias(alias, name)
        conditions = (
            SQL("%s = %s", SQL.identifier(found, column), self._sql_term(alias, term, query))
            for column, term in keys.items()
        )
        query.add_join("LEFT JOIN", found, table, SQL(" AND ").join(conditions))
        return found

    @api.model
    @tools.ormcache("attribute")
    def _get_whole(self, attribute):
        """:return: what all classes of the model say in an attribute, the nearest last"""
        whole = {}
        for cls in reversed(type(self).__mro__):
            whole |= vars(cls).get(attribute, {})
        return frozendict(whole)

    @api.model
    def _sql_now(self) -> SQL:
        return SQL("%s::timestamp", fields.Datetime.now())
