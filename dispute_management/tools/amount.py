"""Read an amount as a customer types it, without ever rounding or guessing.

Pure: the language's marks and the currency's decimals are arguments. What can be read in two ways is read the
way the customer's language writes it, and what no language would write like that is refused.
"""

import re
import unicodedata
from decimal import Decimal

MAX_TEXT_LENGTH = 40
MAX_INTEGER_DIGITS = 13  # with two decimals this is what a float keeps to the cent

# Marks that group digits in some language and are a decimal mark in none.
_NEUTRAL_GROUP_MARKS = " \u00a0\u2009\u202f'\u2019"
_MINUS_SIGNS = "-\u2212\u2010\u2011\u2013"


class AmountError(ValueError):
    """An amount that can't be accepted; ``code`` says why.

    Codes: ``missing``, ``format``, ``decimals``, ``huge``, ``negative``, ``zero``.
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def parse_amount(text, decimal_point=".", thousands_sep=",", decimal_places=2, symbols=()):
    """Return the positive amount written in ``text`` as a Decimal.

    :param str decimal_point: decimal mark of the customer's language
    :param str thousands_sep: grouping mark of the customer's language, possibly empty
    :param int decimal_places: decimals of the currency; more are refused, never rounded
    :param symbols: currency symbol and code, tolerated before or after the figure
    :raise AmountError: with the code of what is wrong
    """
    text = _normalize(text, symbols)
    if not text:
        raise AmountError("missing")
    if len(text) > MAX_TEXT_LENGTH:
        raise AmountError("huge" if text.isdecimal() else "format")
    negative = text[0] in _MINUS_SIGNS
    if negative or text[0] == "+":
        text = text[1:].lstrip()
    integer, decimals = _split_digits(text, decimal_point, thousands_sep)
    if len(integer) > MAX_INTEGER_DIGITS:
        raise AmountError("huge")
    if len(decimals) > decimal_places:
        raise AmountError("decimals")
    amount = Decimal(f"{integer or '0'}.{decimals or '0'}")
    if not amount:
        raise AmountError("zero")
    if negative:
        raise AmountError("negative")
    return amount


def format_amount_input(amount, decimal_point=".", decimal_places=2):
    """Return ``amount`` as ``parse_amount`` reads it back: no grouping, the currency's decimals."""
    return f"{amount:.{decimal_places}f}".replace(".", decimal_point)


def _normalize(text, symbols):
    """Return ``text`` trimmed, in ASCII digits and without the currency around it."""
    if not isinstance(text, str):
        return ""
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text).strip()
    for symbol in filter(None, symbols):
        if text.casefold().startswith(symbol.casefold()):
            text = text[len(symbol) :].strip()
        elif text.casefold().endswith(symbol.casefold()):
            text = text[: -len(symbol)].strip()
    return text


def _split_digits(text, decimal_point, thousands_sep):
    """Return the digits before and after the decimal mark.

    The customer's language comes first. The other reading (12.50 where the language writes 12,50) counts only
    when the first one makes no sense and the second has no twin: one lone mark before three digits stays refused.
    """
    digits = _match_digits(text, decimal_point, thousands_sep)
    if digits is None:
        other_point, other_sep = (",", ".") if decimal_point == "." else (".", decimal_point)
        digits = _match_digits(text, other_point, other_sep)
        if digits is None or (len(digits[1]) == 3 and other_sep not in text):
            raise AmountError("format")
    integer, decimals = digits
    return integer.lstrip("0"), decimals


def _match_digits(text, decimal_point, thousands_sep):
    """Return (integer, decimals) when ``text`` is well written with these marks, else None."""
    group_marks = re.escape("".join(set(_NEUTRAL_GROUP_MARKS + thousands_sep) - {decimal_point}))
    match = re.fullmatch(
        rf"(?P<integer>[0-9]*|[0-9]{{1,3}}(?:(?P<mark>[{group_marks}])[0-9]{{2,3}}(?:(?P=mark)[0-9]{{2,3}})*)?)"
        rf"(?:{re.escape(decimal_point)}(?P<decimals>[0-9]*))?",
        text,
    )
    if not match or not re.search("[0-9]", text):
        return None
    if match["mark"]:
        groups = match["integer"].split(match["mark"])
        if len(groups[-1]) != 3:
            return None
    integer = re.sub("[^0-9]", "", match["integer"])
    return integer, match["decimals"] or ""
