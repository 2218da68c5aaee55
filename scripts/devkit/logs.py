"""Which lines of Odoo's log count as a failure."""

import re

LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) ")
BAD = {"WARNING", "ERROR", "CRITICAL"}
# Complaints about the machine or Odoo itself; each says why it is no fault of ours.
EXPECTED = (
    # No address can be looked up without a GeoIP database, and nothing here needs it.
    r"GeoIP",
    # PDF reports need wkhtmltopdf, which is optional for working on the suite.
    r"wkhtmltopdf",
    # The message of the operating system about a production server run as root.
    r"Running as user 'root'",
    # A browser test that has ended leaves the page while it still loads files.
    r"received after termination",
)
EXPECTED_RE = re.compile("|".join(EXPECTED))


def is_complaint(level, text):
    """Whether a record of this level and text should fail a run."""
    return level in BAD and not EXPECTED_RE.search(text)


def complaints(text):
    """The complaining lines of a log, each with its traceback's last line."""
    found, collecting = [], False
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            collecting = is_complaint(match["level"], line)
            if collecting:
                found.append(line)
        elif collecting and line and not line.startswith((" ", "Traceback")):
            found.append(f"    {line}")
    return found
