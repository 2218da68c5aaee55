"""Clean what came over the wire into plain text and small integers. Pure."""

import re
import unicodedata

_LINE_BREAKS = re.compile("\r\n|\r|\u2028|\u2029|\x0b|\x0c|\x85")
_DROPPED_CATEGORIES = ("Cc", "Cs")  # control characters, NUL among them, and lone surrogates


def clean_text(value, max_length=None, multiline=False):
    """Return ``value`` as printable plain text: no control characters, trimmed; anything but a string is empty.

    Markup is kept as the characters it is: it is text here, and templates escape it.
    """
    if not isinstance(value, str):
        return ""
    value = _LINE_BREAKS.sub("\n", value)
    kept = "\n\t" if multiline else ""
    if not multiline:
        value = re.sub(r"[\n\t]+", " ", value)
    value = "".join(
        char for char in value if char in kept or unicodedata.category(char) not in _DROPPED_CATEGORIES
    )
    value = value.strip()
    return value[:max_length].rstrip() if max_length else value


def parse_id(value):
    """Return the record id written in ``value``, or 0: only plain digits that fit PostgreSQL's integer."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,10}", value) and int(value) <= 0x7FFFFFFF:
        return int(value)
    return 0
