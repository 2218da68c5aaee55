"""A Chromium for the browser tests, found on PATH or unpacked privately."""

from .private_program import PrivateProgram

CHROMIUM = PrivateProgram(
    # The names Odoo's test runner looks for, in its order.
    names=("google-chrome", "chromium", "chromium-browser", "google-chrome-stable"),
    package="chromium",
    binary="usr/lib/chromium/chromium",
    label="Chromium for the browser tests (400 MB on disk)",
    reason="no browser for the tests: install chromium or google-chrome",
)


def ensure():
    """Answer the folder to put on PATH so that Odoo finds a browser, "" for none."""
    return CHROMIUM.ensure()
