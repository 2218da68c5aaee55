"""Read what was typed into the form of a question. Pure: values in, values or a code out."""

from datetime import date

from .amount import AmountError, parse_amount
from .plain_text import clean_text

MAX_TEXT = 5_000


class AnswerError(ValueError):
    """An answer that can't be taken; ``code`` says why.

    Codes: ``missing``, ``long``, ``choice``, ``amount``, ``date``.
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def parse_answer(
    kind, raw, is_required=False, choices=(), decimal_places=2, decimal_point=".", thousands_sep=","
):
    """Return the value written in ``raw``: a string, a float, a date, or None where nothing was.

    :param str kind: ``choice``, ``amount``, ``date`` or ``text``
    :param raw: what came over the wire
    :param choices: what there is to choose from
    :param int decimal_places: of the currency, for an amount; more are refused, never rounded
    :param str decimal_point: decimal mark of the language
    :param str thousands_sep: grouping mark of the language
    :raise AnswerError: with the code of what is wrong
    """
    text = clean_text(raw, multiline=kind == "text")
    if not text:
        if is_required:
            raise AnswerError("missing")
        return None
    if len(text) > MAX_TEXT:
        raise AnswerError("long")
    if kind == "choice":
        if text not in choices:
            raise AnswerError("choice")
        return text
    if kind == "amount":
        return _parse_amount(text, decimal_places, decimal_point, thousands_sep)
    if kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise AnswerError("date") from None
    return text


def find_choice(text, choices):
    """Return the one choice that stands on a line of its own in what somebody wrote, or None.

    :param str text: a reply by mail
    :param choices: what there is to choose from
    """
    named = {choice.casefold(): choice for choice in choices}
    lines = {line.strip().rstrip(".!").casefold() for line in text.splitlines()}
    found = [choice for name, choice in named.items() if name.rstrip(".!") in lines]
    return found[0] if len(found) == 1 else None


def _parse_amount(text, decimal_places, decimal_point, thousands_sep):
    try:
        return float(parse_amount(text, decimal_point, thousands_sep, decimal_places))
    except AmountError as error:
        if error.code == "zero":
            # Nothing is an answer: "we take over none of it".
            return 0.0
        raise AnswerError("amount") from None
