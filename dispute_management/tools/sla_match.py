"""Which promises hold for a case: of each kind of promise the first policy that fits."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What policies ask of a case; ids, None where there is none."""

    companies: frozenset[int]  # its company and the parents of that
    reason: int | None = None
    team: int | None = None
    pipeline: int | None = None
    priority: str = "0"
    country: int | None = None
    tags: frozenset[int] = frozenset()
    amount: float = 0.0  # disputed, in company currency


@dataclass(frozen=True)
class Scope:
    """Which cases a policy is for; what is empty asks nothing."""

    policy: int
    lane: Hashable  # policies of one lane exclude each other
    company: int | None = None
    reasons: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    pipelines: frozenset[int] = frozenset()
    priority: str | None = None
    countries: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    amount_min: float = 0.0
    amount_max: float = 0.0


def fits(scope: Scope, facts: Facts) -> bool:
    """Tell whether a policy promises something to a case."""
    return (
        (not scope.company or scope.company in facts.companies)
        and (not scope.reasons or facts.reason in scope.reasons)
        and (not scope.teams or facts.team in scope.teams)
        and (not scope.pipelines or facts.pipeline in scope.pipelines)
        and (not scope.priority or facts.priority == scope.priority)
        and (not scope.countries or facts.country in scope.countries)
        and (not scope.tags or not scope.tags.isdisjoint(facts.tags))
        and (not scope.amount_min or facts.amount >= scope.amount_min)
        and (not scope.amount_max or facts.amount < scope.amount_max)
    )


def first_matches(scopes: Iterable[Scope], facts: Facts) -> dict[Hashable, Scope]:
    """Of each lane the first policy that fits.

    :param scopes: in the order of the list that the admin keeps
    :return: ``{lane: scope}``
    """
    found: dict[Hashable, Scope] = {}
    for scope in scopes:
        if scope.lane not in found and fits(scope, facts):
            found[scope.lane] = scope
    return found
