"""Histories drawn by chance: what is disputed, what happens to it, how it ends."""

from dataclasses import dataclass

from odoo.addons.dispute_management.demo.demo_stories import Story

from .cast import PRODUCTS

#: Reason: (share, causes, wish).
REASONS = {
    "PRI": (18, ("PRA", "PRM", "CUE"), "credit"),
    "QTY": (16, ("PIC", "TRN", "POD"), "credit"),
    "QUA": (12, ("DEF", "TRN", "SUP"), "credit"),
    "NDL": (9, ("DLY", "POD"), "credit"),
    "LAT": (6, ("DLY",), "credit"),
    "RET": (7, ("RTN",), "credit"),
    "DUP": (6, ("DBL",), "credit"),
    "PAI": (7, ("CSH",), "explanation"),
    "CRN": (6, ("BON",), "credit"),
    "DIS": (5, ("PRA", "MAS"), "credit"),
    "CHG": (4, ("INV", "ORD"), "corrected_invoice"),
    "OVP": (4, ("CSH",), "refund"),
}
#: Ending: (share, plot); {n} are days drawn by chance.
ENDINGS = {
    "credit": (42, "settle:credit_note,CRF"),
    "part": (12, "share:credit_note,CRP accept+{n}"),
    "refused": (16, "refuse:REJ"),
    "withdrawn": (7, "withdraw close:WDN"),
    "paid": (7, "pay close:PAID"),
    "goodwill": (4, "settle:credit_note,GWL"),
    "small": (5, "settle:write_off,SMW"),
    "rebilled": (4, "settle:replacement_invoice,REB"),
    "reopened": (5, "refuse:REJ protest+{n} reopen settle+{n}:credit_note,CRF"),
    "merged": (3, "twin merge+1 settle+{n}:credit_note,CRF"),
}
DECIDED = ("credit", "part", "refused", "goodwill", "reopened")


@dataclass(frozen=True)
class DataStory(Story):
    """A story of the demo that also tells how it ends."""

    ending: str = ""


def make_stories(rng, count, customers, owners, open_share):
    """Draw stories.

    :param rng: random.Random
    :param open_share: how many of them are still going on, 0 to 1
    :return: list of :class:`DataStory`
    """
    return [_make_story(rng, customers, owners, rng.random() < open_share) for _index in range(count)]


def _choose(rng, table):
    return rng.choices(list(table), [row[0] for row in table.values()])[0]


def _make_story(rng, customers, owners, is_open):
    reason = _choose(rng, REASONS)
    _share, causes, wish = REASONS[reason]
    ending = "open" if is_open else _choose(rng, ENDINGS)
    paid, claim = "", rng.choice(("", "", "2%", "5%", "10%", "25%", "1", "2"))
    if reason == "OVP":
        ending, paid, claim = ("open" if is_open else "credit"), "all", ""
    if ending == "rebilled":
        claim = ""
    if ending == "small":
        claim, paid = "1%", "short"
    if reason == "PAI" and not is_open:
        ending, paid, claim = "paid", "", ""
    steps, length = _make_plot(rng, ending)
    first, second = rng.sample(list(PRODUCTS), 2)
    return DataStory(
        opened=length + (rng.randint(0, 12) if is_open else rng.randint(1, 5)),
        customer=rng.choice(customers),
        reason=reason,
        goods=f"{first}*{5 * rng.randint(1, 12)} {second}*{rng.randint(1, 4)}",
        claim=claim,
        plot=steps,
        cause=rng.choice(causes),
        owner=rng.choice(owners),
        source=rng.choice(("internal", "internal", "mail", "portal", "import")),
        priority=rng.choice("0001123"[:6]),
        invoiced=rng.randint(3, 40),
        wish=wish,
        paid=paid,
        ending=ending,
    )


def _make_plot(rng, ending):
    """:return: ``(plot, working days that it takes)``"""
    days = []

    def wait(most):
        # Most things are quick, some take very long.
        days.append(min(most, int(rng.expovariate(3 / most))))
        return days[-1]

    steps = [f"reply+{wait(2)}", f"check+{wait(3)}"]
    if rng.random() < 0.35:
        steps += [f"ask+{wait(3)}", f"answer+{wait(12)}"]
    if rng.random() < 0.45:
        steps += [f"refer+{wait(3)}", f"finding+{wait(15)}"]
    if ending == "open":
        return " ".join(steps[: rng.randint(0, len(steps))]), sum(days)
    wait(6)
    plot = ENDINGS[ending][1]
    while "{n}" in plot:
        plot = plot.replace("{n}", str(wait(9)), 1)
    if "+" not in plot.split()[0]:
        first, *others = plot.split()
        name, _colon, argument = first.partition(":")
        plot = " ".join([f"{name}+{days[-1] % 6}" + (f":{argument}" if argument else ""), *others])
        days.append(6)
    if ending in DECIDED and rng.random() < 0.4:
        plot += f" rate+1:{rng.choice((1, 3, 4, 4, 5, 5, 5))}"
        days.append(1)
    if rng.random() < 0.7:
        plot += f" settle_rest+{wait(8)}"
    return " ".join([*steps, plot]), sum(days) + 4
