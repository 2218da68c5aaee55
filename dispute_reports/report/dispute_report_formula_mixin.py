import re

from odoo import api, fields, models, tools
from odoo.tools import SQL, frozendict

TERM = re.compile(r"%\((\w+)\)s")


class DisputeReportFormulaMixin(models.AbstractModel):
    """Fields that are worked out of the columns of a row, only where they are asked for.

    A column of a report's query that is more than one of a table is worked out by PostgreSQL
    before it filters and joins, wherever the groups of a pivot are of several sets. A formula
    is worked out for the rows that are left, and stands only in the queries that need it.
    """

    _name = "dispute.report.formula.mixin"
    _description = "Formulas of Dispute Reports"

    #: ``{name: SQL}`` of fields, and of what several of them share. ``%(name)s`` in it stands for
    #: a column of the query, a field, another formula, or ``now``. Those of all classes count;
    #: an extension of the model replaces one by naming it again.
    _formulas = {}

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr in self._get_formulas():
            return self._sql_term(alias, field_expr, query)
        return super()._field_to_sql(alias, field_expr, query)

    def _sql_term(self, alias, name, query=None) -> SQL:
        """What a formula, a field or a column of the query comes to in a row.

        :param alias: of the report in the statement
        :param query: the Query that fields join other tables to
        """
        formula = self._get_formulas().get(name)
        if formula:
            terms = {term: self._sql_term(alias, term, query) for term in set(TERM.findall(formula))}
            return SQL("(%s)", SQL(formula, **terms))
        if name == "now":
            return self._sql_now()
        if name in self._fields:
            return self._field_to_sql(alias, name, query)
        return SQL.identifier(alias, name)

    @api.model
    @tools.ormcache()
    def _get_formulas(self):
        formulas = {}
        for cls in reversed(type(self).__mro__):
            formulas |= vars(cls).get("_formulas", {})
        return frozendict(formulas)

    @api.model
    def _sql_now(self) -> SQL:
        return SQL("%s::timestamp", fields.Datetime.now())
