from odoo import fields, models
from odoo.tools import formatLang

from ..tools import comparison


class DisputeCaseComparisonMixin(models.AbstractModel):
    """Ordered, delivered, invoiced and claimed side by side, where sales is installed."""

    _name = "dispute.case.comparison.mixin"
    _description = "Dispute Quantities and Prices"

    quantity_comparison = fields.Json(
        string="Ordered, delivered, invoiced, claimed",
        compute="_compute_quantity_comparison",
        help="One row for each disputed invoice line, in its unit of measure and currency.",
    )
    comparison_table = fields.Html(
        string="Order and delivery",
        compute="_compute_comparison_table",
        sanitize=False,
    )

    def _compute_quantity_comparison(self):
        cases = self._origin
        cases.check_access("read")
        # Whoever may read the case sees what its goods are about, without a right in sales,
        # stock or price lists: figures of the disputed lines alone, never the documents.
        rows = self.env["dispute.comparison"].sudo()._get_rows(cases.sudo())
        for case in self:
            case.quantity_comparison = rows.get(case._origin, False)

    def _compute_comparison_table(self):
        for case in self:
            rows = case.quantity_comparison
            case.comparison_table = rows and case._render_comparison(rows)

    def _render_comparison(self, rows):
        """:return: the table of one case"""
        self.ensure_one()
        # The figures were released above; the case's currency is no secret either.
        currency = self.sudo().currency_id
        return self.env["ir.qweb"]._render(
            "dispute_management.dispute_comparison_table",
            {
                "documents": self.env["dispute.comparison"]._group_by_document(rows),
                "messages": self._get_difference_messages(),
                "marked": {
                    "ordered": {comparison.INVOICED_OVER_ORDERED},
                    "delivered": {comparison.INVOICED_OVER_DELIVERED},
                    "claimed": {comparison.CLAIMED_OVER_INVOICED},
                    "ordered_price": {comparison.PRICE_OVER_ORDER, comparison.PRICE_UNDER_ORDER},
                    "pricelist_price": {
                        comparison.PRICE_OVER_PRICELIST,
                        comparison.PRICE_UNDER_PRICELIST,
                    },
                },
                "currency": currency,
                "quantity": lambda value: self._format_figure(value, dp="Product Unit"),
                "price": lambda value: self._format_figure(value, dp="Product Price"),
                "money": lambda value: self._format_figure(value, currency_obj=currency),
            },
        )

    def _format_figure(self, value, **options):
        return "–" if value is None else formatLang(self.env, value, **options)

    def _get_difference_messages(self):
        """:return: ``{code: what the table says}``"""
        return {
            comparison.INVOICED_OVER_ORDERED: self.env._("Invoiced more than ordered"),
            comparison.INVOICED_OVER_DELIVERED: self.env._("Invoiced more than delivered"),
            comparison.CLAIMED_OVER_INVOICED: self.env._("Claimed more than invoiced"),
            comparison.PRICE_OVER_ORDER: self.env._("Price above the order"),
            comparison.PRICE_UNDER_ORDER: self.env._("Price below the order"),
            comparison.PRICE_OVER_PRICELIST: self.env._("Price above the price list"),
            comparison.PRICE_UNDER_PRICELIST: self.env._("Price below the price list"),
        }
