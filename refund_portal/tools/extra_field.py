"""Read what a customer typed into an extra field of a reason. Pure: the field's definition is an argument."""

import re
from datetime import date

MAX_CHAR_LENGTH = 200
MAX_TEXT_LENGTH = 5000

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
_FLOAT = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ExtraFieldError(ValueError):
    """What was typed can't be accepted; ``code`` says why: ``long``, ``number``, ``date`` or ``choice``."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def parse_extra_field(definition, text, decimal_point="."):
    """Return the value that ``text`` is for a field, False where it is empty.

    :param dict definition: of the property: ``type``, and the options of a ``selection``
    :param str text: cleaned text
    :param str decimal_point: decimal mark of the customer's language
    :raise ExtraFieldError: with the code of what is wrong
    """
    if definition["type"] == "boolean":
        return text == "1"
    return _PARSERS[definition["type"]](definition, text, decimal_point) if text else False


def _parse_char(_definition, text, _decimal_point):
    return _limit(text, MAX_CHAR_LENGTH)


def _parse_text(_definition, text, _decimal_point):
    return _limit(text, MAX_TEXT_LENGTH)


def _limit(text, length):
    if len(text) > length:
        raise ExtraFieldError("long")
    return text


def _parse_integer(_definition, text, _decimal_point):
    if not _INTEGER.fullmatch(text):
        raise ExtraFieldError("number")
    return int(text)


def _parse_float(_definition, text, decimal_point):
    text = text.replace(decimal_point, ".")
    if not _FLOAT.fullmatch(text):
        raise ExtraFieldError("number")
    return float(text)


def _parse_date(_definition, text, _decimal_point):
    if not _DATE.fullmatch(text):
        raise ExtraFieldError("date")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ExtraFieldError("date") from None


def _parse_selection(definition, text, _decimal_point):
    if text not in dict(definition.get("selection") or ()):
        raise ExtraFieldError("choice")
    return text


_PARSERS = {
    "char": _parse_char,
    "text": _parse_text,
    "integer": _parse_integer,
    "float": _parse_float,
    "date": _parse_date,
    "selection": _parse_selection,
}
#: Types a customer may fill in; what points to records of ours or holds markup is not asked of them.
ASKED_TYPES = (*_PARSERS, "boolean")
