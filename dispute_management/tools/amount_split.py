"""Where every cent of a claim stands: the money rules of a dispute.

All amounts are integers in the smallest unit of the document's currency, so that
sums hold exactly. The identity every caller may rely on, for each claim::

    claim = open + credited + refunded + rebilled + applied
            + written_off + rejected + paid_after

Nothing is negative and each cent counts once: a part is capped by what the parts
before it left over, and ``open`` is the rest.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from odoo.tools import float_round

#: The parts a claim dissolves into; ``open`` is what they leave.
PARTS = (
    "credited",
    "refunded",
    "rebilled",
    "applied",
    "written_off",
    "rejected",
    "paid_after",
)

#: Parts made by a settlement's own documents, in the order in which they are counted.
_BOOKED = ("credited", "refunded", "rebilled", "applied", "written_off")


@dataclass(frozen=True)
class Claim:
    """One disputed amount on a document.

    :param key: what the caller recognises the claim by
    :param amount: the claim
    :param owed: how much of it the document still owed when the claim was made
    :param booked: amounts of the case's own executed settlement lines, by part
    :param credited_before: the document's foreign credit notes when the claim was made
    :param refused: the case is closed as refused or withdrawn, so that what is open is rejected
    :param credited_at_refusal: the document's foreign credit notes when it was refused
    """

    key: object
    amount: int
    owed: int
    booked: Mapping[str, int] = field(default_factory=dict)
    credited_before: int = 0
    refused: bool = False
    credited_at_refusal: int = 0


@dataclass(frozen=True)
class Lowering:
    """Something other than our own settlements or a reversal that lowered the residual."""

    amount: int
    is_payment: bool


@dataclass(frozen=True)
class Document:
    """The accounting side of the disputed document, as it stands now.

    :param residual: what the document still owes
    :param credited: posted credit notes reversing it that no settlement of ours made
    :param lowerings: payments, credits and entries matched with it, oldest first
    :param cancelled: the document was cancelled, which credits every claim on it
    """

    residual: int
    credited: int = 0
    lowerings: Sequence[Lowering] = ()
    cancelled: bool = False


def split_claims(document: Document, claims: Sequence[Claim]) -> dict[object, Counter]:
    """Split every claim on one document into its parts.

    Our own settlements come first, then foreign credit notes: they answer what is in dispute,
    oldest claim first, then refused money, and the undisputed part last. Whatever else lowered
    the residual first covered the undisputed part, then refused money, then open money, oldest
    claim first, at most what was owed when it was claimed.

    :param document: the document as accounting has it now
    :param claims: all claims on it, oldest first
    :return: ``{claim key: Counter of PARTS and "open"}``
    """
    split = {}
    for claim in claims:
        parts = split[claim.key] = Counter()
        for part in _BOOKED:
            _take(claim, parts, part, claim.booked.get(part, 0))
        if document.cancelled:
            _take(claim, parts, "credited", claim.amount)
    _credit(document, claims, split)
    for claim in claims:
        parts = split[claim.key]
        rest = claim.amount - parts.total()
        rejected = rest if claim.refused else claim.booked.get("rejected", 0)
        _take(claim, parts, "rejected", rejected)
        parts["open"] = claim.amount - parts.total()
    _cover(document, claims, split)
    return split


def _credit(document, claims, split):
    """Share out foreign credit notes, a line from 0 to ``document.credited``.

    A claim sees what was credited after it was made. What was credited before a claim was refused
    stays where it went: a refusal takes nothing away from a claim and gives nothing to another.
    """
    free = [(0, document.credited)]
    for claim in claims:
        until = claim.credited_at_refusal if claim.refused else document.credited
        open_part = claim.amount if claim.refused else claim.amount - claim.booked.get("rejected", 0)
        free = _take_free(claim, split[claim.key], free, until, open_part)
    for claim in claims:
        free = _take_free(claim, split[claim.key], free, document.credited, claim.amount)


def _take_free(claim, parts, free, until, limit):
    """Credit a claim, up to a limit of all its parts, by what is free of a stretch of the line.

    :return: the segments that are free afterwards
    """
    left = []
    for start, end in free:
        first = max(start, min(end, claim.credited_before))
        room = max(0, min(end, until) - first)
        last = first + _take(claim, parts, "credited", min(room, limit - parts.total()))
        left += [(start, first), (last, end)]
    return [(start, end) for start, end in left if start < end]


def _take(claim: Claim, parts: Counter, part: str, amount: int) -> int:
    taken = min(max(0, amount), claim.amount - parts.total())
    parts[part] += taken
    return taken


def _cover(document, claims, split):
    """Move what others paid or matched out of refused, then out of open money."""
    owed = {
        claim.key: max(0, claim.owed - sum(split[claim.key][part] for part in _BOOKED)) for claim in claims
    }
    for claim in claims:
        parts = split[claim.key]
        owed[claim.key] = min(owed[claim.key], parts["rejected"] + parts["open"])
    covered = sum(owed.values()) - max(0, document.residual)
    for lowering in _latest(document.lowerings, covered):
        target = "paid_after" if lowering.is_payment else "applied"
        left = lowering.amount
        for source in ("rejected", "open"):
            for claim in claims:
                parts = split[claim.key]
                moved = min(left, owed[claim.key], parts[source])
                parts[source] -= moved
                parts[target] += moved
                owed[claim.key] -= moved
                left -= moved


def _latest(lowerings, covered):
    """The lowerings that reached disputed money: the last ones, oldest of them first."""
    reached = []
    for lowering in reversed(lowerings):
        if covered <= 0:
            break
        amount = min(covered, lowering.amount)
        reached.append(Lowering(amount, lowering.is_payment))
        covered -= amount
    return reversed(reached)


def convert(amounts: Sequence[int], rate: float) -> list[int]:
    """Convert parts into another currency so that they add up to the converted total.

    Each part is the difference of two rounded running sums, hence never negative and
    never a cent off in sum; the last part takes the odd cent. Halves are rounded up, as Odoo
    rounds what it books.

    :param amounts: the parts, in smallest units of the first currency
    :param rate: units of the second currency's smallest unit per smallest unit of the first
    :return: the parts, in smallest units of the second currency
    """
    converted, running, before = [], 0, 0
    for amount in amounts:
        if not amount:
            converted.append(0)
            continue
        running += amount
        after = int(float_round(running * rate, precision_digits=0))
        converted.append(after - before)
        before = after
    return converted
