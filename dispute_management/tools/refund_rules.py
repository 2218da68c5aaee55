"""What refund terms say of a claim: terms and facts in, a verdict with its reasons out.

All amounts are in the smallest unit of the case's currency. The days, the history and what is
owed are facts that the caller gathers; the same terms and facts always give the same verdict.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal

ACCEPT, REVIEW, REFUSE = "accept", "review", "refuse"

#: The stricter verdict wins.
_RANK = {ACCEPT: 0, REVIEW: 1, REFUSE: 2}


@dataclass(frozen=True)
class Terms:
    """Terms of one version of a policy.

    :param verdict: of what is within the terms
    :param reasons: keys of the reasons they hold for; none: for all
    :param window_days: days in which a claim is in time; 0: at any time
    :param outside_verdict: of what is later
    :param share: percentage of the claim that is refunded at most
    :param ceiling: highest amount of a case; 0: no limit
    :param history_count: earlier refunds from which a claim is reviewed; 0: any number
    :param history_amount: their amount from which a claim is reviewed; 0: any amount
    :param is_debt_reviewed: whether overdue debts have a claim reviewed
    :param automatic_limit: up to this amount, what is accepted needs nobody
    """

    verdict: str = REVIEW
    reasons: frozenset = frozenset()
    window_days: int = 0
    outside_verdict: str = REVIEW
    share: float = 100
    ceiling: int = 0
    is_evidence_required: bool = True
    history_count: int = 0
    history_amount: int = 0
    is_debt_reviewed: bool = False
    automatic_limit: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known of a claim.

    :param claimed_on: the day it was made
    :param counted_from: the day its window starts; None where that is not known
    :param claimed: the whole claim
    :param given: what the customer got of it already
    :param open: what is neither settled nor refused
    :param missing: names of required evidence that is not there
    :param earlier_count: refunds that the customer got before, on other cases
    :param earlier_amount: what those came to
    :param overdue: what the customer owes and should have paid, what is in dispute left out
    """

    claimed_on: date
    claimed: int
    open: int
    given: int = 0
    reason: object = None
    counted_from: date | None = None
    missing: tuple = ()
    earlier_count: int = 0
    earlier_amount: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Reason:
    """Why a verdict is what it is: a code, and the figures that a sentence about it needs."""

    code: str
    values: dict = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Verdict:
    """:param decision: ``accept``, ``review`` or ``refuse``
    :param amount: what the terms give; nothing where they refuse
    :param reasons: `Reason`, those that decided first; never empty
    :param is_automatic: accepted, and so small that nobody has to look
    """

    decision: str
    amount: int
    reasons: tuple
    is_automatic: bool = False


def judge(terms, facts):
    """Judge a claim by terms.

    :param terms: `Terms`, or None where no policy fits
    :param facts: `Facts`
    :return: `Verdict`
    """
    if terms is None:
        return Verdict(REVIEW, max(0, facts.open), (Reason("no_terms"),))
    amount, limits = _get_amount(terms, facts)
    found = [*_judge_time(terms, facts), *_judge_claim(terms, facts), *_judge_customer(terms, facts)]
    if amount <= 0:
        found += [(REFUSE, reason) for reason in (Reason("nothing_left"), *limits)]
    found.append((terms.verdict, Reason("within" if not found else "terms")))
    decision = max((verdict for verdict, _reason in found), key=_RANK.get)
    deciding = [reason for verdict, reason in found if verdict == decision]
    others = [reason for verdict, reason in found if verdict not in (decision, ACCEPT)]
    if len(deciding) > 1:
        # What the terms say of any claim tells nothing where this one has reasons of its own.
        deciding = [reason for reason in deciding if reason.code not in ("terms", "within")]
    if decision == REFUSE:
        return Verdict(REFUSE, 0, (*deciding, *others))
    is_automatic = decision == ACCEPT and 0 < amount <= terms.automatic_limit
    return Verdict(decision, amount, (*deciding, *others, *limits), is_automatic)


def _get_amount(terms, facts):
    """:return: what share and ceiling leave of a claim, and the reasons where they take from it"""
    share = Decimal(str(terms.share)) / 100
    by_share = int((facts.claimed * share).to_integral_value(ROUND_FLOOR)) - facts.given
    amount, limits = max(0, facts.open), []
    if by_share < amount:
        amount = max(0, by_share)
        limits.append(Reason("share", {"share": terms.share}))
    if terms.ceiling and terms.ceiling - facts.given < amount:
        amount = max(0, terms.ceiling - facts.given)
        limits.append(Reason("ceiling", {"ceiling": terms.ceiling}))
    return amount, limits


def _judge_time(terms, facts):
    if not terms.window_days:
        return
    if facts.counted_from is None:
        yield REVIEW, Reason("window_unknown")
        return
    days = (facts.claimed_on - facts.counted_from).days
    if days > terms.window_days:
        yield terms.outside_verdict, Reason("late", {"days": days, "allowed": terms.window_days})


def _judge_claim(terms, facts):
    if terms.reasons and facts.reason not in terms.reasons:
        yield REVIEW, Reason("reason")
    if terms.is_evidence_required and facts.missing:
        yield REVIEW, Reason("evidence", {"missing": facts.missing})


def _judge_customer(terms, facts):
    if terms.history_count and facts.earlier_count >= terms.history_count:
        yield REVIEW, Reason("history_count", {"count": facts.earlier_count})
    if terms.history_amount and facts.earlier_amount >= terms.history_amount:
        yield REVIEW, Reason("history_amount", {"amount": facts.earlier_amount})
    if terms.is_debt_reviewed and facts.overdue > 0:
        yield REVIEW, Reason("overdue", {"amount": facts.overdue})


@dataclass(frozen=True)
class Usual:
    """How much of something is usual; 0: not looked at."""

    count: int = 0
    amount: float = 0


def find_unusual(done, usual):
    """Tell whose refunds are unusual: the brake on what runs by itself.

    :param done: ``{who: (count, amount)}`` in the days that are looked at, the next one included
    :param usual: ``{who: Usual}``
    :return: list of ``(who, "count" or "amount")``
    """
    unusual = []
    for who, (count, amount) in done.items():
        limit = usual.get(who, Usual())
        if limit.count and count > limit.count:
            unusual.append((who, "count"))
        if limit.amount and amount > limit.amount:
            unusual.append((who, "amount"))
    return unusual
