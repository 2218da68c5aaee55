"""Reducing amounts in proportion, so that they still add up.

All amounts are integers in the smallest unit of a currency.
"""

from collections.abc import Sequence
from fractions import Fraction


def reduce_to(total: int, amounts: Sequence[int], share: Fraction) -> list[int]:
    """Multiply amounts by a share and round them so that they come to a total.

    Each is less than a unit off its exact share where the total is the sum of these, and none
    changes its sign. The units that rounding leaves over go to who lost most by it.

    :param total: what the reduced amounts are to come to
    :param amounts: the amounts before, positive or negative
    :param share: what becomes of each
    :return: the reduced amounts, in the same order
    """
    exact = [amount * share for amount in amounts]
    reduced = [round(amount) for amount in exact]
    missing = total - sum(reduced)
    unit = 1 if missing > 0 else -1
    lost_most = sorted(range(len(exact)), key=lambda index: unit * (reduced[index] - exact[index]))
    for number in range(abs(missing)):
        reduced[lost_most[number % len(lost_most)]] += unit
    return reduced
