"""What order, delivery, invoice and claim say about the same goods, held against each other."""

from dataclasses import dataclass

from odoo.tools import float_compare

INVOICED_OVER_ORDERED = "invoiced_over_ordered"
INVOICED_OVER_DELIVERED = "invoiced_over_delivered"
CLAIMED_OVER_INVOICED = "claimed_over_invoiced"
PRICE_OVER_ORDER = "price_over_order"
PRICE_UNDER_ORDER = "price_under_order"
PRICE_OVER_PRICELIST = "price_over_pricelist"
PRICE_UNDER_PRICELIST = "price_under_pricelist"


@dataclass(frozen=True)
class Figures:
    """Figures of one invoice line in its unit of measure and currency; None: nothing to tell.

    Prices are per unit, less discount. `invoiced_total` is what all invoices of the order
    lines have billed, less their credit notes.
    """

    invoiced: float
    invoiced_price: float
    ordered: float | None = None
    delivered: float | None = None
    invoiced_total: float | None = None
    claimed: float | None = None
    ordered_price: float | None = None
    pricelist_price: float | None = None
    claimed_price: float | None = None


def find_differences(figures, quantity_digits, price_digits):
    """Tell in what the figures of an invoice line disagree.

    :return: list of the codes above
    """

    def compare(one, other, digits):
        return 0 if None in (one, other) else float_compare(one, other, precision_digits=digits)

    billed = figures.invoiced if figures.invoiced_total is None else figures.invoiced_total
    by_order = compare(figures.invoiced_price, figures.ordered_price, price_digits)
    by_pricelist = compare(figures.invoiced_price, figures.pricelist_price, price_digits)
    checks = {
        INVOICED_OVER_ORDERED: compare(billed, figures.ordered, quantity_digits) > 0,
        INVOICED_OVER_DELIVERED: compare(billed, figures.delivered, quantity_digits) > 0,
        CLAIMED_OVER_INVOICED: compare(figures.claimed, figures.invoiced, quantity_digits) > 0,
        PRICE_OVER_ORDER: by_order > 0,
        PRICE_UNDER_ORDER: by_order < 0,
        PRICE_OVER_PRICELIST: by_pricelist > 0,
        PRICE_UNDER_PRICELIST: by_pricelist < 0,
    }
    return [code for code, found in checks.items() if found]
