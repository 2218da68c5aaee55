from odoo import models

from .measure_fields import money


class DisputeReportCostMixin(models.AbstractModel):
    """What disputes cost: losses, goodwill, and money that came late.

    Other credits stand beside it: a credited duplicate is no loss. The amounts of the case and the
    day on which it was closed are the report's own.
    """

    _name = "dispute.report.cost.mixin"
    _description = "Cost of Disputes"
    _inherit = ["dispute.report.mixin"]

    _formulas = {
        "amount_goodwill": """CASE WHEN %(is_closed)s AND %(resolution.code)s = 'GWL'
            THEN %(amount_credited)s + %(amount_refunded)s ELSE 0 END""",
        "amount_delay": """ROUND((
            %(amount_disputed)s
            * (COALESCE(%(date_closed)s, %(today)s) - %(date_opened)s - COALESCE(%(closed_days)s, 0))::float8
            * COALESCE(%(company.dispute_delay_rate)s, 0) / 36500)::numeric, %(currency.decimal_places)s)""",
        "amount_cost": "%(amount_written_off)s + %(amount_goodwill)s + %(amount_delay)s",
    }

    amount_goodwill = money("Goodwill", "Credited or refunded on cases closed as goodwill.")
    amount_delay = money(
        "Cost of Delay",
        "Disputed x days open x the company's yearly rate / 365, from opening to closing or until today.",
    )
    amount_cost = money("Cost", "Written off + goodwill + cost of delay.")

    _depends = {"res.company": ["dispute_delay_rate"]}
