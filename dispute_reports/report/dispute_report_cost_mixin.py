from odoo import api, models
from odoo.tools import SQL

from .measure_fields import money


class DisputeReportCostMixin(models.AbstractModel):
    """What disputes cost: losses, goodwill, and money that came late.

    Other credits stand beside it: a credited duplicate is no loss.
    """

    _name = "dispute.report.cost.mixin"
    _description = "Cost of Disputes"
    _inherit = ["dispute.report.mixin"]

    amount_goodwill = money("Goodwill", "Credited or refunded on cases closed as goodwill.")
    amount_delay = money(
        "Cost of Delay",
        "Disputed x days open x the company's yearly rate / 365, from opening to closing or until today.",
    )
    amount_cost = money("Cost", "Written off + goodwill + cost of delay.")

    _depends = {"res.company": ["dispute_delay_rate"]}

    @api.model
    def _select(self) -> SQL:
        goodwill = SQL(
            """(CASE WHEN dispute.is_closed AND resolution.code = 'GWL'
                THEN dispute.amount_credited_company + dispute.amount_refunded_company ELSE 0 END)"""
        )
        delay = SQL(
            """ROUND((dispute.amount_disputed_company * %s * COALESCE(company.dispute_delay_rate, 0) / 36500
                )::numeric, currency.decimal_places)""",
            self._sql_days_open(
                SQL("CASE WHEN dispute.is_closed THEN dispute.date_closed ELSE %s END", self._sql_now())
            ),
        )
        return SQL(
            """
            %(select)s,
            %(goodwill)s AS amount_goodwill,
            %(delay)s AS amount_delay,
            dispute.amount_written_off_company + %(goodwill)s + %(delay)s AS amount_cost
            """,
            select=super()._select(),
            goodwill=goodwill,
            delay=delay,
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            "%s LEFT JOIN res_currency currency ON currency.id = dispute.company_currency_id", super()._from()
        )
