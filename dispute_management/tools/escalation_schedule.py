"""When a case escalates: facts of the case and the admin's rules in, occasions out.

An occasion is one reason to escalate at one moment: this promise at 75 %, this stay in a
stage after ten days, the second reopening. Its key stays the same however often it is asked
for, so that what fired once is known and fires no more. Nothing here asks the clock: what
is due is what has its moment behind it, and the first moment ahead is when to look again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: Rules that count days stand still while it is the customer's turn; promises know when they do.
TIMED = frozenset({"no_progress", "stage_days"})


@dataclass(frozen=True)
class Rule:
    """One rule; an empty scope is no limit.

    :param threshold: per cent, days, an amount, a count or a risk, as the trigger says; of a
        risk, 0 is that of the case's company
    :param question_ids: templates of the questions it looks at
    :param since: moments before it are past and fire nothing; None: all of them count
    """

    id: int
    trigger: str
    threshold: float = 0
    day_unit: str = "working"
    target: str = ""
    since: datetime | None = None
    company_ids: Collection[int] = ()
    team_ids: Collection[int] = ()
    reason_ids: Collection[int] = ()
    pipeline_ids: Collection[int] = ()
    stage_ids: Collection[int] = ()
    tier_ids: Collection[int] = ()
    priorities: Collection[str] = ()
    question_ids: Collection[int] = ()

    @property
    def days_key(self) -> tuple[str, float, str]:
        """What the days of this rule are counted by, see `Facts.days` and `Question.days`."""
        return self.trigger, self.threshold, self.day_unit


@dataclass(frozen=True)
class Promise:
    """An open promise.

    :param is_paused: its clock stands still, and so does what hangs on it
    :param moments: when each share of its time, in per cent, is used up; None: never
    """

    id: int
    target: str
    moments: Mapping[float, datetime | None]
    is_paused: bool = False

    def get_moment(self, percent: float) -> datetime | None:
        """When the share is used up; None while nobody can tell."""
        return None if self.is_paused else self.moments.get(percent)


@dataclass(frozen=True)
class Question:
    """A question that somebody has not answered yet.

    :param since: when it was due; when it was passed on, if that was later
    :param days: when so many days after that are over, by `Rule.days_key`
    :param template_id: what it was made of; 0: of nothing
    """

    id: int
    since: datetime
    days: Mapping[tuple, datetime | None]
    template_id: int = 0


@dataclass(frozen=True)
class Facts:
    """What the rules look at. A moment that is not known is None.

    :param days: when so many days are over, by `Rule.days_key`
    :param stay: what this stay in the stage is known by
    :param claims: ``(date, amount claimed from then on)``, in company currency and in order
    :param risk_alert: from which risk on the company warns
    :param limit: when the time of its level is over
    :param next_tier_id: the level above, if there is one
    """

    company_id: int = 0
    team_id: int = 0
    reason_id: int = 0
    pipeline_id: int = 0
    stage_id: int = 0
    tier_id: int = 0
    priority: str = "0"
    is_closed: bool = False
    is_customers_turn: bool = False
    promises: Iterable[Promise] = ()
    days: Mapping[tuple, datetime | None] = field(default_factory=dict)
    stay: int = 0
    date_progress: datetime | None = None
    claims: Iterable[tuple[datetime, float]] = ()
    reopen_count: int = 0
    date_reopened: datetime | None = None
    unanswered_count: int = 0
    unanswered_since: datetime | None = None
    date_customer_message: datetime | None = None
    date_legal_threat: datetime | None = None
    risk: int = 0
    risk_alert: int = 100
    date_risk: datetime | None = None
    date_escalated: datetime | None = None
    limit: datetime | None = None
    next_tier_id: int = 0
    questions: Iterable[Question] = ()


@dataclass(frozen=True)
class Occasion:
    """One reason to escalate: by a rule, or (`rule_id` 0) because a level's time is over.

    :param subject: id of the promise or question it is about; 0: of none
    """

    moment: datetime
    rule_id: int
    key: str
    subject: int = 0


def get_occasions(
    facts: Facts, rules: Iterable[Rule], fired: Collection[tuple[int, str]] = ()
) -> list[Occasion]:
    """Occasions of a case that have not fired, the earliest first.

    :param fired: ``(rule id, key)`` of the occasions that did
    """
    if facts.is_closed:
        return []
    found = [
        occasion
        for rule in rules
        if _fits(rule, facts) and not (facts.is_customers_turn and rule.trigger in TIMED)
        for occasion in _TRIGGERS[rule.trigger](rule, facts)
        if not _is_past(rule.since, occasion.moment)
    ]
    if facts.limit and facts.next_tier_id and facts.date_escalated and not facts.is_customers_turn:
        key = f"level {facts.tier_id} since {facts.date_escalated.isoformat()}"
        found.append(Occasion(facts.limit, 0, key))
    return sorted(
        (
            occasion
            for occasion in found
            # What was due before a case was closed is over: reopening starts afresh.
            if not _is_past(facts.date_reopened, occasion.moment)
            and (occasion.rule_id, occasion.key) not in fired
        ),
        key=lambda occasion: (occasion.moment, occasion.rule_id, occasion.key),
    )


def get_due(occasions: Iterable[Occasion], at: datetime) -> list[Occasion]:
    """Those of the occasions whose moment has come."""
    return [occasion for occasion in occasions if occasion.moment <= at]


def get_next_moment(occasions: Iterable[Occasion]) -> datetime | None:
    """When anything may fire next; it may be past already."""
    return min((occasion.moment for occasion in occasions), default=None)


def _is_past(since: datetime | None, moment: datetime) -> bool:
    return since is not None and moment < since


def _fits(rule: Rule, facts: Facts) -> bool:
    return all(
        not scope or value in scope
        for scope, value in (
            (rule.company_ids, facts.company_id),
            (rule.team_ids, facts.team_id),
            (rule.reason_ids, facts.reason_id),
            (rule.pipeline_ids, facts.pipeline_id),
            (rule.stage_ids, facts.stage_id),
            (rule.tier_ids, facts.tier_id),
            (rule.priorities, facts.priority),
        )
    )


def _on_share(rule, facts):
    for promise in facts.promises:
        moment = promise.get_moment(rule.threshold)
        if moment and rule.target in ("", promise.target):
            key = f"promise {promise.id} at {rule.threshold:g} %"
            yield Occasion(moment, rule.id, key, promise.id)


def _on_breach(rule, facts):
    for promise in facts.promises:
        moment = promise.get_moment(100)
        if moment and rule.target in ("", promise.target):
            yield Occasion(moment, rule.id, f"promise {promise.id} breached", promise.id)


def _on_no_progress(rule, facts):
    moment = facts.days.get(rule.days_key)
    if moment and facts.date_progress:
        yield Occasion(moment, rule.id, f"no progress since {facts.date_progress.isoformat()}")


def _on_stage_days(rule, facts):
    moment = facts.days.get(rule.days_key)
    if moment:
        yield Occasion(moment, rule.id, f"stay {facts.stay}")


def _on_amount(rule, facts):
    moment = None
    for date, amount in facts.claims:
        moment = None if amount < rule.threshold else moment or date
    if moment:
        yield Occasion(moment, rule.id, f"amount from {rule.threshold:g}")


def _on_reopened(rule, facts):
    if facts.date_reopened and facts.reopen_count >= rule.threshold:
        yield Occasion(facts.date_reopened, rule.id, f"reopened {facts.reopen_count}")


def _on_messages(rule, facts):
    if facts.unanswered_since and facts.unanswered_count >= rule.threshold:
        key = f"unanswered since {facts.unanswered_since.isoformat()}"
        yield Occasion(facts.date_customer_message, rule.id, key)


def _on_legal(rule, facts):
    if facts.date_legal_threat:
        yield Occasion(facts.date_legal_threat, rule.id, f"legal since {facts.date_legal_threat.isoformat()}")


def _on_risk(rule, facts):
    threshold = rule.threshold or facts.risk_alert
    # At 100 it has happened already: too late for a warning.
    if facts.date_risk and threshold <= facts.risk < 100:
        yield Occasion(facts.date_risk, rule.id, f"risk from {rule.threshold:g}")


def _on_unanswered(rule, facts):
    for question in facts.questions:
        moment = question.days.get(rule.days_key)
        if moment and (not rule.question_ids or question.template_id in rule.question_ids):
            key = f"question {question.id} due {question.since.isoformat()}"
            yield Occasion(moment, rule.id, key, question.id)


_TRIGGERS = {
    "sla_share": _on_share,
    "sla_breach": _on_breach,
    "no_progress": _on_no_progress,
    "stage_days": _on_stage_days,
    "amount": _on_amount,
    "reopened": _on_reopened,
    "messages": _on_messages,
    "legal": _on_legal,
    "risk": _on_risk,
    "unanswered": _on_unanswered,
}
