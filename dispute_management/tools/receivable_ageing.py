"""How long what customers owe is overdue, and which part of it is in dispute. Pure: the day is an argument."""

#: Days overdue at most, by the keys of `dispute.receivable`; the last has no end.
OVERDUE = ((0, "not_due"), (30, "1_30"), (60, "31_60"), (90, "61_90"), (None, "over_90"))


def get_overdue_key(days):
    """:return: the key in `OVERDUE` of what is overdue by that many days"""
    return next(key for most, key in OVERDUE if most is None or days <= most)


def share_disputed(items, owed):
    """Share what of each document is in dispute out over its open items.

    Of a document in several instalments the disputed part counts with what is due last.

    :param items: ``(document, open amount)``, what is due last first
    :param owed: ``{document: amount disputed of what it owes}``
    :return: the disputed amount of each item, in order; negative items have none
    """
    left, shares = dict(owed), []
    for document, amount in items:
        share = max(0, min(left.get(document, 0), amount))
        if share:
            left[document] -= share
        shares.append(share)
    return shares
