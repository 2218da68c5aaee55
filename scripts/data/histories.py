"""The histories that are multiplied: drawn by chance, played once."""

from odoo import fields

from odoo.addons.dispute_management.demo.demo_time import DemoTime

from .cast import PRODUCTS, make_random
from .player import DataLedger, DataPlayer
from .stories import make_stories

#: How many are played when there is no other wish: as many as differ to the eye.
HISTORIES = 240
OPEN_SHARE = 0.3
#: Invoices that nobody disputes, for each dispute played.
QUIET_SHARE = 0.4


def play(env, casts, seed, count, progress):
    """Play histories in two companies, two of three in the first.

    :param count: how many disputes
    """
    quiet = count * QUIET_SHARE
    for cast, share in zip(casts, (2 / 3, 1 / 3), strict=True):
        rng = make_random(seed, cast.company)
        clock = DemoTime(fields.Datetime.now(), cast.company.resource_calendar_id.tz)
        ledger = DataLedger(cast, clock)
        customers, owners = cast.get_names()
        stories = make_stories(rng, max(1, round(count * share)), customers, owners, OPEN_SHARE)
        ledger.make_quiet_invoices(
            [
                (
                    rng.randint(1, 90),
                    rng.choice(customers),
                    f"{rng.choice(list(PRODUCTS))}*{5 * rng.randint(1, 20)}",
                    rng.choice((None, 8, 14, 21, 28, 28, 30, 31, 45)),
                )
                for _index in range(max(1, round(quiet * share)))
            ]
        )
        player = DataPlayer(cast, clock, ledger)
        player.play(ledger.make_invoices(stories), progress)
