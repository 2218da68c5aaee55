"""The rows of the histories that were played, and which of them belong together."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from psycopg2.extras import execute_values

from odoo.tools import SQL

#: What no copy is made of.
SKIPPED = re.compile(
    r"^(ir_(?!attachment)|res_|bus_|mail_mail|mail_compose|base_|product_|account_journal|account_account)"
)
#: Around the number of a name in a text of a template.
MARK = "\x01"


@dataclass
class Table:
    """One table of which rows are copied.

    :param most: rows of it that a history has at most
    :param references: ``{column: table}`` of which rows are copied too
    :param generic: ``{column: column with the name of the model}``
    """

    name: str
    model: object = None
    most: int = 0
    references: dict = field(default_factory=dict)
    generic: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)


class Template:
    """Rows made after :meth:`mark`, grouped into histories: what refers to each other is one.

    In the database: ``data_row`` (table, id, history, number of the row in it), and a table
    ``data_t_<table>`` each, with the rows, to what they refer, and their texts marked.
    """

    def __init__(self, env):
        self._env = env
        self._models = {
            model._table: model
            for model in env.values()
            if not (model._abstract or model._transient or not model._auto or SKIPPED.match(model._table))
        }
        self._marks = {}
        self.tables = {}
        self.rels = {}

    def mark(self):
        """Note what is there before the histories are played."""
        self._marks = {name: self._get_last_id(name) for name in self._models}

    def get_mark(self, name):
        """:return: the last id of a table before the histories"""
        return self._marks[name]

    def _get_last_id(self, name):
        return self._fetch(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(name)))[0][0]

    def _fetch(self, query):
        return self._env.execute_query(query)

    def collect(self):
        """Find the rows, their histories, and what of them is text with names."""
        for name, model in self._models.items():
            if self._get_last_id(name) > self._marks[name]:
                self.tables[name] = Table(name, model)
        foreign = self._get_foreign_keys()
        for table in self.tables.values():
            table.references = {
                column: target
                for (name, column), target in foreign.items()
                if name == table.name and target in self.tables
            }
            table.generic = {
                name: one.model_field
                for name, one in table.model._fields.items()
                if one.type == "many2one_reference" and one.store and one.model_field in table.model._fields
            }
        self._find_rels(foreign)
        self._number_rows(self._group_rows())

    def _get_foreign_keys(self):
        rows = self._fetch(
            SQL(
                """
                SELECT rel.relname, att.attname, target.relname
                  FROM pg_constraint con
                  JOIN pg_class rel ON rel.oid = con.conrelid
                  JOIN pg_class target ON target.oid = con.confrelid
                  JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
                 WHERE con.contype = 'f' AND rel.relnamespace = 'public'::regnamespace
                """
            )
        )
        return {(name, column): target for name, column, target in rows}

    def _find_rels(self, foreign):
        """Tables of many-to-many fields with at least one end in what is copied."""
        passing = {model._table for model in self._env.values() if model._transient}
        for name, _column in foreign:
            if name in self._models or name in self.rels or SKIPPED.match(name):
                continue
            if any(model._table == name for model in self._env.values()):
                continue
            ends = {column: target for (rel, column), target in foreign.items() if rel == name}
            if set(ends.values()) & passing:
                continue
            if len(ends) == 2 and set(ends.values()) & set(self.tables):
                self.rels[name] = {
                    column: target if target in self.tables else None for column, target in ends.items()
                }

    # Histories

    def _group_rows(self):
        """:return: ``{(table, id): one of the rows of its history}``"""
        parents = {}

        def find(node):
            while parents[node] != node:
                parents[node] = parents[parents[node]]
                node = parents[node]
            return node

        links = []
        for table in self.tables.values():
            columns = [*table.references, *(c for pair in table.generic.items() for c in pair)]
            query = SQL(
                "SELECT id %s FROM %s WHERE id > %s",
                SQL().join(SQL(", %s", SQL.identifier(column)) for column in columns),
                SQL.identifier(table.name),
                self._marks[table.name],
            )
            for row_id, *values in self._fetch(query):
                parents[table.name, row_id] = (table.name, row_id)
                found = dict(zip(columns, values, strict=True))
                targets = list(table.references.items())
                for column, model_column in table.generic.items():
                    if found[model_column] in self._env:
                        targets.append((column, self._env[found[model_column]]._table))
                links += [((table.name, row_id), (target, found[column])) for column, target in targets]
        for one, other in links:
            if other in parents:
                parents[find(one)] = find(other)
        return {node: find(node) for node in parents}

    def _number_rows(self, roots):
        histories, numbers, rows = {}, defaultdict(int), []
        with_move = {root for (table, _id), root in roots.items() if table == "account_move"}
        for (table, row_id), root in sorted(roots.items()):
            if root not in with_move:
                # Rows of what is configured: nothing that happened to an invoice.
                continue
            history = histories.setdefault(root, len(histories) + 1)
            numbers[table, history] += 1
            rows.append((table, row_id, history, numbers[table, history]))
        for (table, _history), count in numbers.items():
            self.tables[table].most = max(self.tables[table].most, count)
        self.tables = {name: table for name, table in self.tables.items() if table.most}
        for table in self.tables.values():
            table.references = {
                column: target for column, target in table.references.items() if target in self.tables
            }
        cr = self._env.cr
        cr.execute("DROP TABLE IF EXISTS data_row")
        cr.execute(
            "CREATE UNLOGGED TABLE data_row (tbl text, id int, comp int, rn int, PRIMARY KEY (tbl, id))"
        )
        execute_values(cr._obj, "INSERT INTO data_row VALUES %s", rows, page_size=1000)
        cr.execute("ANALYZE data_row")

    # Tables of templates

    def build(self, names):
        """Make the tables ``data_t_<table>``.

        :param names: ``{history: {name as played: number of the name}}``
        """
        for table in self.tables.values():
            self._build_table(table)
            self._mark_texts(table, names)

    def _build_table(self, table):
        references = {column: f"ref_{column}" for column in table.references}
        selects, joins = [], []
        for column, alias in references.items():
            selects.append(SQL(", %s.rn AS %s", SQL.identifier(alias), SQL.identifier(alias)))
            joins.append(
                SQL(
                    "LEFT JOIN data_row %(alias)s ON %(alias)s.tbl = %(target)s AND %(alias)s.id = row.%(column)s",
                    alias=SQL.identifier(alias),
                    target=table.references[column],
                    column=SQL.identifier(column),
                )
            )
        for column, model_column in table.generic.items():
            alias = f"ref_{column}"
            models = SQL(", ").join(
                SQL("(%s, %s)", target.model._name, target.name) for target in self.tables.values()
            )
            selects.append(
                SQL(
                    ", %(alias)s.rn AS %(alias)s, %(alias)s.tbl AS %(tbl)s",
                    alias=SQL.identifier(alias),
                    tbl=SQL.identifier(f"tbl_{column}"),
                )
            )
            joins.append(
                SQL(
                    """LEFT JOIN (VALUES %(models)s) %(names)s(model, tbl) ON %(names)s.model = row.%(model)s
                    LEFT JOIN data_row %(alias)s ON %(alias)s.tbl = %(names)s.tbl AND %(alias)s.id = row.%(column)s""",
                    models=models,
                    names=SQL.identifier(f"models_{column}"),
                    model=SQL.identifier(model_column),
                    alias=SQL.identifier(alias),
                    column=SQL.identifier(column),
                )
            )
        target = SQL.identifier(f"data_t_{table.name}")
        self._env.cr.execute(SQL("DROP TABLE IF EXISTS %s", target))
        self._env.cr.execute(
            SQL(
                """CREATE UNLOGGED TABLE %s AS
                SELECT row.*, own.comp AS data_comp, own.rn AS data_rn %s
                  FROM %s row JOIN data_row own ON own.tbl = %s AND own.id = row.id %s""",
                target,
                SQL().join(selects),
                SQL.identifier(table.name),
                table.name,
                SQL(" ").join(joins),
            )
        )

    def _mark_texts(self, table, names):
        columns = [
            name
            for name, one in table.model._fields.items()
            if one.store and one.column_type and one.type in ("char", "text", "html") and not one.translate
        ]
        if not columns:
            return
        target = SQL.identifier(f"data_t_{table.name}")
        rows = self._fetch(
            SQL(
                "SELECT id, data_comp, %s FROM %s",
                SQL(", ").join(SQL.identifier(column) for column in columns),
                target,
            )
        )
        for column in columns:
            self._env.cr.execute(
                SQL("ALTER TABLE %s ADD COLUMN %s int[]", target, SQL.identifier(f"names_{column}"))
            )
        for row_id, comp, *texts in rows:
            known = names.get(comp, {})
            for column, text in zip(columns, texts, strict=True):
                marked, found = _mark_text(text, known)
                if found:
                    table.texts[column] = max(table.texts.get(column, 0), len(found))
                    self._env.cr.execute(
                        SQL(
                            "UPDATE %s SET %s = %s, %s = %s WHERE id = %s",
                            target,
                            SQL.identifier(column),
                            marked,
                            SQL.identifier(f"names_{column}"),
                            found,
                            row_id,
                        )
                    )


def _mark_text(text, names):
    """:return: ``(text with numbers for names, sorted numbers)``"""
    found = set()
    if not text:
        return text, []
    for name in sorted(names, key=len, reverse=True):
        if name in text:
            text, count = re.subn(
                rf"(?<![A-Za-z0-9{MARK}]){re.escape(name)}(?![0-9])", f"{MARK}{names[name]}{MARK}", text
            )
            if count:
                found.add(names[name])
    return text, sorted(found)
