"""An Odoo environment outside of a server."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

# Nobody is told, and nothing is logged as done today, of what happened in the past.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_automation_skip": True,
}


@contextmanager
def open_environment(config_path, database, context=None):
    """Yield an environment of the superuser on ``database``.

    What is not committed when the block ends is rolled back.
    """
    config.parse_config(
        ["-c", config_path, "-d", database, "--no-http", "--log-level=error"], setup_logging=True
    )
    registry = Registry(database)
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, context or {})
        cr.rollback()
