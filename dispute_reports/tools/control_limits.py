"""Is a week's count unusual? Control limits for counts, the c chart.

The limits are three standard deviations around the mean of the weeks before, and of a Poisson
count the deviation is the root of the mean (Montgomery, Introduction to Statistical Quality
Control, chapter 7.3: control charts for nonconformities). Small counts are skewed, and there the
formula alone calls 2 instead of 1 unusual; so a count also has to lie beyond the probability
limits of the same chance, 0.00135 on each side. These are taken of the next count given those
seen (a negative binomial), so that few weeks, or a mean of none, don't make everything unusual.
"""

from dataclasses import dataclass
from math import exp, lgamma, log, log1p, sqrt

#: The chance beyond three standard deviations on one side of a normal distribution.
TAIL = 0.00135
SIGMAS = 3
#: Fewer weeks say nothing about what is usual, and fewer cases are no pattern.
MIN_WEEKS = 8
MIN_COUNT = 3


@dataclass(frozen=True)
class Limits:
    """What counts are usual: from `lower` to `upper`, both included."""

    mean: float
    lower: int
    upper: int

    def is_outside(self, count: int) -> bool:
        """Whether a count is unusual."""
        return not self.lower <= count <= self.upper


def get_limits(total: int, weeks: int) -> Limits | None:
    """The limits of the next week.

    :param total: cases of the weeks before, those without any included
    :param weeks: how many weeks that were
    :return: None while too few weeks are known
    """
    if weeks < MIN_WEEKS:
        return None
    mean = total / weeks
    width = SIGMAS * sqrt(mean)
    low, high = _get_probability_limits(total, weeks)
    # Whole numbers: a count above 7.2 is 8, and one below 7.2 is 7.
    upper = max(int(mean + width), high, MIN_COUNT - 1)
    lower = min(max(-int(-(mean - width) // 1), 0), low)
    return Limits(mean, lower, upper)


def _get_probability_limits(total, weeks):
    """The least and the greatest count that are not improbable after `total` in `weeks`."""
    shape, below, count = total + 0.5, 0.0, 0
    low = None
    while True:
        chance = _get_chance(count, shape, weeks)
        below += chance
        if low is None and below > TAIL:
            low = count
        if 1 - below <= TAIL:
            return low, count
        count += 1


def _get_chance(count, shape, weeks):
    """The chance of a count in the week after `weeks`: a Poisson count of unknown mean.

    By Jeffreys' prior the mean is gamma distributed, and the count negative binomial.
    """
    return exp(
        lgamma(count + shape)
        - lgamma(shape)
        - lgamma(count + 1)
        - shape * log1p(1 / weeks)
        - count * log(weeks + 1)
    )
