"""Copies of rows: other ids, days, customers, amounts and names, all else as it was played."""

from odoo.tools import SQL

from .plan import FIRST_NAME
from .template import MARK

#: Columns that follow other rules than those of their type.
SPECIAL = {
    ("account_move", "sequence_prefix"): "regexp_replace(name.names[row.names_name[1]], '\\d+$', '')",
    ("account_move", "sequence_number"): f"name.numbers[row.names_name[1] - {FIRST_NAME - 1}]",
    ("mail_message", "message_id"): "'<' || copy.j || '.' || row.id || '@data>'",
    ("dispute_stage_history", "calendar_hours"): (
        "EXTRACT(EPOCH FROM ({date_left}) - ({date_entered}))::float8 / 3600"
    ),
}
TOKENS = ("access_token", "token_hash", "public_uuid")


class Multiplier:
    """Inserts the rows of ``data_copy``.

    :param template: :class:`.template.Template`, built
    :param zones: time zones in which people work: what was done at ten stays at ten
    """

    def __init__(self, env, template, zones):
        self._env = env
        self._template = template
        self._zones = zones
        self._bases = {}

    def prepare(self):
        """Look up where the ids of each table go on."""
        for name in self._template.tables:
            rows = self._env.execute_query(SQL("SELECT MAX(id) FROM %s", SQL.identifier(name)))
            self._bases[name] = rows[0][0]

    def insert(self, table):
        """Insert the copies of one table's rows.

        :return: how many
        """
        columns = {
            name: one
            for name, one in table.model._fields.items()
            if one.store and one.column_type and name != "id"
        }
        cr = self._env.cr
        cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (id, %(columns)s)
                SELECT %(id)s, %(values)s
                  FROM data_copy copy
                  JOIN data_name name ON name.j = copy.j
                  JOIN %(template)s row ON row.data_comp = copy.comp
              ORDER BY copy.j, row.data_rn
                """,
                table=SQL.identifier(table.name),
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                id=self._new_id(table.name, SQL("row.data_rn")),
                values=SQL(", ").join(self._get_value(table, name, one) for name, one in columns.items()),
                template=SQL.identifier(f"data_t_{table.name}"),
            )
        )
        count = cr.rowcount
        cr.execute(
            SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT MAX(id) FROM %s))",
                table.name,
                SQL.identifier(table.name),
            )
        )
        return count

    def insert_rel(self, name, ends):
        """Insert the copies of a many-to-many table's rows.

        :param ends: ``{column: table that is copied, or None}``
        """
        selects, joins, comp = [], [], None
        for column, target in ends.items():
            if not target:
                selects.append(SQL.identifier("row", column))
                continue
            alias = f"ref_{column}"
            joins.append(
                SQL(
                    "JOIN data_row %(alias)s ON %(alias)s.tbl = %(target)s AND %(alias)s.id = row.%(column)s",
                    alias=SQL.identifier(alias),
                    target=target,
                    column=SQL.identifier(column),
                )
            )
            selects.append(self._new_id(target, SQL.identifier(alias, "rn")))
            comp = comp or SQL.identifier(alias, "comp")
        self._env.cr.execute(
            SQL(
                "INSERT INTO %(name)s (%(columns)s) SELECT %(values)s FROM %(name)s row %(joins)s"
                " JOIN data_copy copy ON copy.comp = %(comp)s",
                name=SQL.identifier(name),
                columns=SQL(", ").join(map(SQL.identifier, ends)),
                values=SQL(", ").join(selects),
                joins=SQL(" ").join(joins),
                comp=comp,
            )
        )
        return self._env.cr.rowcount

    def _new_id(self, table, number: SQL) -> SQL:
        most = self._template.tables[table].most
        return SQL("%s + (copy.j - 1) * %s + %s", self._bases[table], most, number)

    # Values

    def _get_value(self, table, name, one) -> SQL:
        """:return: what stands in a column of the copy"""
        value = SQL.identifier("row", name)
        if (table.name, name) in SPECIAL:
            return self._get_special(table, name)
        if name in TOKENS:
            return SQL("CASE WHEN %s IS NOT NULL THEN gen_random_uuid()::text END", value)
        if name in table.references:
            copied = self._new_id(table.references[name], SQL.identifier("row", f"ref_{name}"))
            return SQL("COALESCE(%s, %s)", copied, value)
        if name in table.generic:
            return self._get_generic(name)
        if name in table.texts:
            return self._get_text(table, name)
        return self._get_by_type(name, one, value)

    def _get_by_type(self, name, one, value) -> SQL:
        """:return: customers, days and amounts of the copy; all else as it was played"""
        if one.type == "many2one" and one.comodel_name == "res.partner":
            return SQL(
                "CASE %(value)s WHEN copy.own_id THEN copy.partner_id WHEN copy.own_contact_id THEN copy.contact_id"
                " ELSE %(value)s END",
                value=value,
            )
        if one.type in ("date", "datetime"):
            return self._shift(value, one.type)
        if one.type == "monetary" or name == "price_unit":
            return SQL("%s * copy.times", value)
        return value

    def _get_special(self, table, name):
        words = {
            other: self._env.cr.mogrify(self._shift(SQL.identifier("row", other), "datetime")).decode()
            for other in ("date_left", "date_entered")
            if "{" in SPECIAL[table.name, name]
        }
        return SQL(SPECIAL[table.name, name].format(**words).replace("%", "%%"))

    def _get_generic(self, name):
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", target, self._new_id(target, SQL.identifier("row", f"ref_{name}")))
            for target in self._template.tables
        )
        return SQL(
            "CASE %s %s ELSE %s END", SQL.identifier("row", f"tbl_{name}"), cases, SQL.identifier("row", name)
        )

    def _shift(self, value, kind):
        if kind == "date":
            return SQL("%s - copy.weeks * 7", value)
        if self._zones == {"UTC"}:
            return SQL("%s - copy.weeks * INTERVAL '7 days'", value)
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE copy.zone - copy.weeks * INTERVAL '7 days')"
            " AT TIME ZONE copy.zone AT TIME ZONE 'UTC'",
            value,
        )

    def _get_text(self, table, name):
        text, numbers = SQL.identifier("row", name), SQL.identifier("row", f"names_{name}")
        value = text
        for index in range(1, table.texts[name] + 1):
            value = SQL(
                "replace(%(value)s, %(mark)s || COALESCE(%(numbers)s[%(index)s]::text, '-') || %(mark)s,"
                " COALESCE(name.names[%(numbers)s[%(index)s]], ''))",
                value=value,
                mark=MARK,
                numbers=numbers,
                index=index,
            )
        return SQL("CASE WHEN %s IS NULL THEN %s ELSE %s END", numbers, text, value)
