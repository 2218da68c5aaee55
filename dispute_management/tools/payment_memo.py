"""Read reason and reference of a deduction from a payment's memo. Pure: values in, values out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Shorter numbers are found in any memo.
MIN_REFERENCE = 4


@dataclass(frozen=True)
class ReasonWords:
    """How a memo may name a reason.

    :param key: what the caller recognises the reason by
    :param code: the reason's code, which counts as a word of its own only
    :param words: further words or phrases, as an administrator listed them
    """

    key: object
    code: str
    words: tuple[str, ...] = ()


def split_words(text: str | None) -> tuple[str, ...]:
    """Return the words and phrases that an administrator listed, one a line or between commas."""
    return tuple(word for part in re.split(r"[,;\n]", text or "") if (word := " ".join(part.split())))


def find_reason(memo: str | None, reasons: Iterable[ReasonWords]) -> object | None:
    """Return the key of the reason that a memo names first, or None.

    The code is looked for as it is written, so that PRI is no part of PRINTER and "los" no
    code; other words in any case. Of several at the same place the longest is meant.

    :param memo: what the customer wrote to the payment
    :param reasons: in the order in which they count
    """
    memo = " ".join((memo or "").split())
    best = None
    for rank, reason in enumerate(reasons):
        patterns = [(re.escape(reason.code), 0)] if reason.code else []
        patterns += [(re.escape(" ".join(word.split())), re.IGNORECASE) for word in reason.words]
        for pattern, flags in patterns:
            found = re.search(rf"(?<!\w){pattern}(?!\w)", memo, flags)
            if found:
                place = (found.start(), found.start() - found.end(), rank)
                if best is None or place < best[0]:
                    best = (place, reason.key)
    return best[1] if best else None


def find_reference(memo: str | None, references: Iterable[tuple[object, str]]) -> object | None:
    """Return the key of the reference that a memo names, or None; the longest is meant.

    A reference counts as whole words in any case, and only with a digit in it: "offer" is none.

    :param memo: what the customer wrote to the payment
    :param references: the customer's numbers of open claims, each ``(key, number)``
    """
    memo = " ".join((memo or "").split())
    for key, reference in sorted(references, key=lambda item: -len(item[1])):
        words = " ".join(reference.split())
        if len(words) < MIN_REFERENCE or not re.search(r"\d", words):
            continue
        if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", memo, re.IGNORECASE):
            return key
    return None
