"""How probable something is for a case, by how often it happened to cases like it: naive Bayes.

The rate of each value is drawn towards that of all cases, the less often it was seen the more
(the m-estimate, Cestnik 1990), and the odds of a case are those of all cases times what each of
its values does to them. Values that go together, as a reason and its team, would count twice:
a weight below 1, tried on each fifth of the cases in turn, takes that out.

What was learnt is judged on cases it has not seen, by the Brier score (Brier 1950: the mean of
the squared differences between what was foretold and what happened) against telling everybody
the rate of all cases. Nothing here asks the clock or the database.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt

#: As many cases of the general rate are added to what was seen of a value.
PRIOR_CASES = 10
#: A value seen less often explains nothing.
MIN_SEEN = 5
#: A value that raises the rate less is no reason.
MIN_LIFT = 1.2
#: So many closed cases are needed, and so many of them to which it happened, or did not.
MIN_CASES = 100
MIN_OUTCOMES = 10
#: The newest fifth is held back.
HELD_BACK = 5
#: By how many standard errors the score has to be better: chance alone does that once in twenty.
MIN_SIGMAS = 1.645
WEIGHTS = (0.25, 0.5, 0.75, 1.0)
BINS = 10

#: What is known of a case: pairs of a variable and its value; several of one variable may be true.
Values = Collection[tuple[str, str]]


@dataclass(frozen=True)
class Example:
    """A closed case: what was known, and whether it happened."""

    values: Values
    happened: bool


@dataclass(frozen=True)
class Model:
    """What was learnt.

    :param frequencies: ``{(variable, value): (cases, of these with it happened)}``
    :param weight: how much the values of a case count; 0: not at all
    """

    cases: int = 0
    happened: int = 0
    frequencies: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    weight: float = 1.0

    @property
    def base_rate(self) -> float:
        """The rate of all cases; never quite 0 or 1."""
        return (self.happened + 1) / (self.cases + 2)

    def get_rate(self, key: tuple[str, str]) -> float:
        """The rate of cases with a value."""
        cases, happened = self.frequencies.get(key, (0, 0))
        return (happened + PRIOR_CASES * self.base_rate) / (cases + PRIOR_CASES)

    def get_lift(self, key: tuple[str, str]) -> float:
        """How many times as often it happens to cases with a value as to all."""
        return self.get_rate(key) / self.base_rate

    def predict(self, values: Values) -> float:
        """:return: how probable it is, between 0 and 1"""
        return _logistic(_logit(self.base_rate) + self.weight * self.get_evidence(values))

    def get_evidence(self, values: Values) -> float:
        """:return: what the values do to the logarithm of the odds, taken at full weight"""
        base = _logit(self.base_rate)
        return sum(_logit(self.get_rate(key)) - base for key in values)

    def explain(self, values: Values, limit: int = 3) -> list[tuple[tuple[str, str], float]]:
        """:return: what raises the risk most, as ``((variable, value), lift)``"""
        lifts = [
            (key, self.get_lift(key)) for key in values if self.frequencies.get(key, (0,))[0] >= MIN_SEEN
        ]
        lifts = [(key, lift) for key, lift in lifts if lift >= MIN_LIFT]
        return sorted(lifts, key=lambda item: (-item[1], item[0]))[:limit]


@dataclass(frozen=True)
class Bin:
    """Cases held back of which about the same was foretold."""

    lower: float
    upper: float
    cases: int
    predicted: float
    happened: float


@dataclass(frozen=True)
class Judgement:
    """How well it told what happened to the cases held back.

    :param brier: its score; less is better
    :param base_brier: the score of telling everybody the base rate
    :param is_better: whether the difference is more than chance
    """

    cases: int = 0
    brier: float = 0.0
    base_brier: float = 0.0
    is_better: bool = False
    bins: Sequence[Bin] = ()


def learn(examples: Iterable[Example], weight: float = 1.0) -> Model:
    """:return: the `Model` of these cases"""
    cases, happened, total, bad = Counter(), Counter(), 0, 0
    for example in examples:
        total += 1
        cases.update(example.values)
        if example.happened:
            bad += 1
            happened.update(example.values)
    return Model(total, bad, {key: (count, happened[key]) for key, count in cases.items()}, weight)


def judge(model: Model, held_back: Sequence[Example]) -> Judgement:
    """:return: `Judgement` of a model by cases that it has not seen"""
    if not held_back:
        return Judgement()
    foretold = [model.predict(example.values) for example in held_back]
    errors = [(guess - example.happened) ** 2 for guess, example in zip(foretold, held_back, strict=True)]
    base_errors = [(model.base_rate - example.happened) ** 2 for example in held_back]
    gains = [base - error for base, error in zip(base_errors, errors, strict=True)]
    cases = len(held_back)
    gain = sum(gains) / cases
    variance = sum((each - gain) ** 2 for each in gains) / max(cases - 1, 1)
    return Judgement(
        cases,
        sum(errors) / cases,
        sum(base_errors) / cases,
        gain > 0 and gain > MIN_SIGMAS * sqrt(variance / cases),
        _get_bins(foretold, held_back),
    )


def train(examples: Sequence[Example]) -> tuple[Model, Judgement]:
    """Learn from the older cases, judge on the newest fifth, then learn from all.

    :param examples: in the order in which they were closed
    """
    older, newest = _hold_back(examples)
    weight = _choose_weight(older)
    return learn(examples, weight), judge(learn(older, weight), newest)


def has_enough(model: Model) -> bool:
    """Whether there are cases enough to learn from."""
    return model.cases >= MIN_CASES and min(model.happened, model.cases - model.happened) >= MIN_OUTCOMES


def to_percent(probability: float) -> int:
    """:return: 1 to 99; 0 stands for what is not known and 100 for what has happened"""
    return min(max(round(100 * probability), 1), 99)


def get_bounds(amounts: Sequence[float]) -> list[float]:
    """Bounds that part amounts into five bands of about as many, in round numbers.

    :return: up to four bounds, rising
    """
    ordered = sorted(amounts)
    if not ordered:
        return []
    cuts = (_round(ordered[len(ordered) * part // 5]) for part in range(1, 5))
    return sorted({cut for cut in cuts if cut > 0})


def get_band(amount: float, bounds: Sequence[float]) -> int:
    """:return: number of the band, from 0; a bound belongs to the band above it"""
    return bisect_right(bounds, amount)


def _hold_back(examples):
    older = len(examples) - len(examples) // HELD_BACK
    return examples[:older], examples[older:]


def _choose_weight(examples):
    """The weight that does best when each fifth of these is told by the others; the smaller of equals."""
    told = []
    for fold in range(HELD_BACK):
        held_back = examples[fold::HELD_BACK]
        model = learn(example for number, example in enumerate(examples) if number % HELD_BACK != fold)
        base = _logit(model.base_rate)
        told += [(base, model.get_evidence(example.values), example.happened) for example in held_back]

    def get_score(weight):
        return sum((_logistic(base + weight * evidence) - happened) ** 2 for base, evidence, happened in told)

    return min(WEIGHTS, key=get_score)


def _get_bins(foretold, held_back):
    found = {}
    for guess, example in zip(foretold, held_back, strict=True):
        found.setdefault(min(int(guess * BINS), BINS - 1), []).append((guess, example.happened))
    return tuple(
        Bin(
            number / BINS,
            (number + 1) / BINS,
            len(pairs),
            sum(guess for guess, _happened in pairs) / len(pairs),
            sum(happened for _guess, happened in pairs) / len(pairs),
        )
        for number, pairs in sorted(found.items())
    )


def _round(amount):
    """To two digits that count."""
    return float(f"{amount:.1e}")


def _logit(probability):
    return log(probability / (1 - probability))


def _logistic(value):
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))
