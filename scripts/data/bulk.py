"""Loading much: no checks of references row by row, and indexes made once, at the end."""

from contextlib import contextmanager

from psycopg2 import errors

from odoo.tools import SQL


@contextmanager
def unchecked(cr):
    """References are not checked while rows are copied: they are right by construction."""
    try:
        with cr.savepoint():
            cr.execute("SET LOCAL session_replication_role = replica")
    except errors.InsufficientPrivilege:
        # A server of which we are no superuser checks, which takes longer.
        pass
    yield
    cr.execute("RESET session_replication_role")


@contextmanager
def unindexed(cr, tables, progress):
    """Indexes that keep nothing unique are dropped, and made anew in the same transaction."""
    cr.execute(
        """
        SELECT index.relname, pg_get_indexdef(index.oid), rel.relname
          FROM pg_index
          JOIN pg_class index ON index.oid = indexrelid
          JOIN pg_class rel ON rel.oid = indrelid
         WHERE NOT indisunique AND rel.relname = ANY(%s) AND rel.relnamespace = 'public'::regnamespace
        """,
        (list(tables),),
    )
    indexes = cr.fetchall()
    for name, _definition, _table in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for number, (_name, definition, table) in enumerate(indexes):
        progress(f"indexes {number}/{len(indexes)} {table}")
        cr.execute(SQL(definition.replace("%", "%%")))
