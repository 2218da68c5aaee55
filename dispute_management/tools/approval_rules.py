"""Whose approval a settlement takes: amounts and tiers in, decisions needed out."""

from dataclasses import dataclass

#: Share of a limit from which an amount that stays below it is remarkable.
JUST_BELOW = 0.9


@dataclass(frozen=True)
class Tier:
    """One rung of the ladder of a kind.

    :param key: what the caller knows it by
    :param group: whose approval it takes
    :param threshold: amount from which it is reached
    """

    key: object
    group: object
    threshold: float


@dataclass(frozen=True)
class Decision:
    """One person's decision that is needed; it may stand for tiers of several kinds."""

    keys: tuple
    group: object
    threshold: float


@dataclass(frozen=True)
class Verdict:
    """What a settlement needs before it may be carried out.

    :param decisions: `Decision`, lowest first, each to be taken by a different person
    :param blocked: kinds that no tier and no limit lets pass
    :param just_below: ``(kind, limit)`` of limits that the amounts only just don't reach
    """

    decisions: tuple
    blocked: tuple
    just_below: tuple

    @property
    def is_automatic(self):
        """Whether nobody has to approve."""
        return not self.decisions and not self.blocked


def judge(amounts, ladders, limits):
    """Decide whose approval amounts take.

    :param amounts: ``{kind: amount}`` to be tested, of the kinds that are settled
    :param ladders: ``{kind: [Tier]}``
    :param limits: ``{kind: amount or bool}``: below it, or always, no approval is needed
        where no tier is reached
    :return: `Verdict`
    """
    reached, blocked, just_below = [], [], []
    for kind, amount in amounts.items():
        ladder = sorted(ladders.get(kind, ()), key=lambda tier: tier.threshold)
        own = [tier for tier in ladder if tier.threshold <= amount]
        limit = limits.get(kind, 0)
        if own:
            reached.append(own)
        elif limit is not True and amount >= limit:
            blocked.append(kind)
        coming = [tier.threshold for tier in ladder if tier.threshold > amount]
        if not ladder and limit is not True and limit > amount:
            coming.append(limit)
        if coming and amount >= JUST_BELOW * min(coming):
            just_below.append((kind, min(coming)))
    return Verdict(_combine(reached), tuple(blocked), tuple(just_below))


def _combine(ladders):
    """One group decides once for all kinds; where a ladder asks it twice, it is asked twice."""
    found = {}
    for ladder in ladders:
        seen = {}
        for rank, tier in enumerate(ladder):
            seen[tier.group] = seen.get(tier.group, 0) + 1
            found.setdefault((tier.group, seen[tier.group]), []).append((rank, tier))
    ordered = sorted(
        found.values(),
        key=lambda ranked: (max(rank for rank, _tier in ranked), max(tier.threshold for _, tier in ranked)),
    )
    return tuple(
        Decision(
            keys=tuple(tier.key for _rank, tier in ranked),
            group=ranked[0][1].group,
            threshold=max(tier.threshold for _rank, tier in ranked),
        )
        for ranked in ordered
    )
