"""What a counter-offer makes of an offer: amounts in, amounts out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """What an offer gives of one disputed line.

    :param key: what the caller knows the disputed line by
    :param given: credited, paid or let off of it, in smallest units of the currency
    :param open: what is open of the claim on it, the given amount included; never below it
    """

    key: object
    given: int
    open: int


def spread(shares, wanted):
    """Raise what an offer gives to what the customer wants, the first line first.

    :param shares: `Share` of each disputed line, in their order
    :param wanted: total in smallest units; at least what is given, at most what is open
    :return: ``{key: amount}`` that totals `wanted`
    :raise ValueError: when the shares can't make that total
    """
    left = wanted - sum(share.given for share in shares)
    if left < 0:
        raise ValueError("less than is offered")
    amounts = {}
    for share in shares:
        more = min(left, share.open - share.given)
        amounts[share.key] = share.given + more
        left -= more
    if left:
        raise ValueError("more than is open")
    return amounts
