"""Makes the scripts and styles of pages once, for all tests to find.

Odoo makes them at the first request and keeps them in the database. A test takes back all that it
did, these too, and the next one would have to make them anew.
"""

import subprocess

from . import paths
from .console import Failure

#: What pages, the customer portal, printed documents and tours ask for.
BUNDLES = (
    "bus.websocket_worker_assets",
    "portal.assets_chatter",
    "portal.assets_chatter_style",
    "spreadsheet.o_spreadsheet",
    "web.__assets_tests_call__",
    "web.assets_backend_lazy",
    "web.assets_emoji",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
    "web.assets_web",
    "web.assets_web_print",
    "web.report_assets_common",
)
SCRIPT = f"""
for bundle in {BUNDLES!r}:
    assets = env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=True)
    if assets.javascripts:
        assets.js()
    if assets.stylesheets:
        assets.css()
env.cr.commit()
"""


def make(environment, database):
    """Make them in a database."""
    made = subprocess.run(
        environment.odoo("shell", "-d", database, "--no-http", "--log-level=warn"),
        input=SCRIPT,
        env=environment.env,
        cwd=paths.CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Failure(f"the scripts and styles of pages can't be made:\n{made.stdout}{made.stderr}")
