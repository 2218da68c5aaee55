"""The wkhtmltopdf that Odoo prints PDFs with, found on PATH or unpacked privately."""

from .console import Failure, warn
from .private_program import PrivateProgram

WKHTMLTOPDF = PrivateProgram(
    names=("wkhtmltopdf",),
    package="wkhtmltopdf",
    binary="usr/bin/wkhtmltopdf",
    label="wkhtmltopdf for PDF files (100 MB on disk)",
    reason="nothing to make PDF files with: install wkhtmltopdf",
    # It draws on paper: no screen is needed, nor found on a server.
    variables=("QT_QPA_PLATFORM=offscreen", 'QT_PLUGIN_PATH="$(echo "{root}"/usr/lib/*/qt5/plugins)"'),
)


def offer():
    """Get it where it can be had; without it, what would be a PDF stays a web page."""
    try:
        WKHTMLTOPDF.ensure()
    except Failure as failure:
        warn(str(failure))


def folder():
    """The folder to put on PATH so that Odoo finds what was unpacked, "" for none."""
    return WKHTMLTOPDF.unpacked_folder()
