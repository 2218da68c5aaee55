from collections import defaultdict
from dataclasses import asdict, replace

from odoo import api, models

from ..tools.comparison import Figures, find_differences


class DisputeComparison(models.AbstractModel):
    """What was ordered, delivered, invoiced and claimed, from the apps that are installed.

    Sales is no dependency: its fields are used where they are, and nothing is told without
    them. All of it is gathered for many cases at once. For superuser code, after its checks.
    """

    _name = "dispute.comparison"
    _description = "Dispute Comparison"

    @api.model
    def _is_available(self):
        return "sale_line_ids" in self.env["account.move.line"]._fields

    @api.model
    def _get_rows(self, cases):
        """Compare the invoice lines that cases are about.

        :return: ``{case: [row]}`` with a dict for each product line of a disputed invoice, or
            for the disputed line alone; empty where neither an order nor a price list says
            anything about them
        """
        if not self._is_available():
            return {}
        claims = {case: self._get_claimed_lines(case) for case in cases}
        lines = self.env["account.move.line"].union(*(line for found in claims.values() for line in found))
        figures = self._get_figures(lines)
        result = {}
        for case, found in claims.items():
            if any(self._is_telling(figures[line]) for line in found):
                result[case] = [self._prepare_row(line, figures[line], by) for line, by in found.items()]
        return result

    @api.model
    def _get_claimed_lines(self, case):
        """:return: ``{account.move.line: dispute.line that claim it}``; none claim a line of an
        invoice that is disputed as a whole
        """
        found = {}
        for claim in case.line_ids:
            for line in claim.move_line_id or claim.move_id.invoice_line_ids:
                if line.display_type == "product":
                    found.setdefault(line, claim.browse())
                    found[line] |= claim if claim.move_line_id else claim.browse()
        return found

    @api.model
    def _is_telling(self, figures):
        return figures.ordered is not None or figures.pricelist_price is not None

    @api.model
    def _get_figures(self, lines):
        """:return: ``{account.move.line: Figures}`` without claims"""
        prices = self.env["dispute.comparison.price"]
        ordered_by_line = {line: self._get_order_lines(line) for line in lines}
        pricelist_prices = prices._get_pricelist_prices(ordered_by_line)
        rates = {}
        figures = {}
        for line, ordered in ordered_by_line.items():
            figures[line] = Figures(
                invoiced=line.quantity,
                invoiced_price=prices._get_net_price(line),
                pricelist_price=pricelist_prices.get(line),
                ordered=self._get_quantity(line, ordered, "product_uom_qty"),
                invoiced_total=self._get_quantity(line, ordered, "qty_invoiced"),
                delivered=self._get_quantity(line, self._get_tracked(ordered), "qty_delivered"),
                ordered_price=prices._get_order_price(line, ordered, rates),
            )
        return figures

    @api.model
    def _get_order_lines(self, line):
        """:return: sale.order.line billed by an invoice line; a down payment bills no goods"""
        items = line.sale_line_ids
        found = items.filtered(
            lambda item: not (line.is_downpayment or item.is_downpayment or item.display_type)
        )
        # What was filtered forgets the other lines that it is read together with.
        return found.with_prefetch(items._prefetch_ids)

    @api.model
    def _get_tracked(self, ordered):
        """:return: those order lines whose delivery somebody notes: a fee that is billed when
        ordered stays at zero, and says nothing
        """
        return ordered.filtered(
            lambda item: (
                item.qty_delivered_method != "manual"
                or item.qty_delivered
                or item.product_id.invoice_policy == "delivery"
            )
        )

    @api.model
    def _get_quantity(self, line, ordered, name):
        """:return: the sum over order lines in the unit of the invoice line, or None"""
        if not ordered:
            return None
        return sum(
            item.product_uom_id._compute_quantity(
                item[name], line.product_uom_id, round=False, raise_if_failure=False
            )
            for item in ordered
        )

    @api.model
    def _prepare_row(self, line, figures, claims):
        """:return: the JSON of a row; override to tell more"""
        decimals = self.env["decimal.precision"]
        amount = sum(claims.mapped("amount"))
        if claims:
            quantity = sum(claims.mapped("quantity"))
            figures = replace(
                figures,
                claimed=quantity or None,
                claimed_price=self._get_claimed_price(line, figures, amount, quantity),
            )
        return {
            "move_line_id": line.id,
            "document": line.move_id.name,
            "name": (line.product_id.display_name or line.name or "").split("\n")[0],
            "uom": line.product_uom_id.name or "",
            "orders": self._get_order_lines(line).order_id.mapped("name"),
            **asdict(figures),
            "claimed_amount": amount if claims else None,
            "differences": find_differences(
                figures,
                decimals.precision_get("Product Unit"),
                decimals.precision_get("Product Price"),
            ),
        }

    @api.model
    def _get_claimed_price(self, line, figures, amount, quantity):
        """:return: how much of the invoiced price each disputed unit is claimed for, with or
        without taxes as that price is; claims include them
        """
        quantity = quantity or line.quantity
        if not (line.price_total and quantity):
            return None
        return amount / line.price_total * figures.invoiced_price * line.quantity / quantity

    @api.model
    def _group_by_document(self, rows):
        """:return: ``{name of the invoice: rows}``, in the order of the rows"""
        groups = defaultdict(list)
        for row in rows:
            groups[row["document"]].append(row)
        return dict(groups)
