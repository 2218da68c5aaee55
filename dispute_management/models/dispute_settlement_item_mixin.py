from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DisputeSettlementItemMixin(models.AbstractModel):
    """An invoice line with a quantity and a price of its own, and what that comes to with
    taxes, by Odoo's own tax engine.
    """

    _name = "dispute.settlement.item.mixin"
    _description = "Dispute Settlement: Quantity and Price"

    move_line_id = fields.Many2one(
        "account.move.line", string="Invoice Line", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    invoiced_quantity = fields.Float(related="move_line_id.quantity", string="Invoiced")
    invoiced_price = fields.Float(related="move_line_id.price_unit", string="At", digits="Product Price")
    quantity = fields.Float(digits="Product Unit")
    price_unit = fields.Float(
        string="Price", digits="Product Price", help="As on the invoice, before discount."
    )
    amount = fields.Monetary(compute="_compute_amount", help="Taxes included.")

    @api.depends("move_line_id", "quantity", "price_unit")
    def _compute_amount(self):
        for item in self:
            item.amount = item._get_total() if item.move_line_id else 0

    @api.constrains("quantity", "price_unit")
    def _check_positive(self):
        for item in self:
            if item.quantity < 0 or item.price_unit < 0:
                raise ValidationError(
                    self.env._("%s: quantity and price can't be negative.", item.move_line_id.display_name)
                )

    def _get_total(self, as_invoiced=False):
        """What these lines, all of one invoice, come to with taxes, as the invoice rounds them.

        :param as_invoiced: at the quantity and price that were invoiced
        :return: the amount in the invoice's currency
        """
        # What an invoice says is no secret to who settles a dispute about it.
        invoice = self.sudo().move_line_id.move_id
        if not invoice:
            return 0
        # Taxes are rounded as the invoice rounds them, which is not line by line.
        totals = self.env["account.tax"]._get_tax_totals_summary(
            base_lines=self._get_base_lines(as_invoiced),
            currency=invoice.currency_id,
            company=invoice.company_id,
        )
        return invoice.currency_id.round(totals["total_amount_currency"])

    def _get_base_lines(self, as_invoiced=False):
        """:return: the lines as the tax engine takes them, with rounded taxes"""
        # Taxes and lines of a disputed invoice are computed with for who may settle it.
        tax = self.env["account.tax"].sudo()
        invoice = self.sudo().move_line_id.move_id
        base_lines = []
        for item in self.sudo():
            line = invoice._prepare_product_base_line_for_taxes_computation(item.move_line_id)
            if not as_invoiced:
                line |= {"quantity": item.quantity, "price_unit": item.price_unit}
            base_lines.append(line)
        tax._add_tax_details_in_base_lines(base_lines, invoice.company_id)
        tax._round_base_lines_tax_details(base_lines, invoice.company_id)
        return base_lines

    def _prepare_invoice_line(self):
        """:return: values of the line of a credit note or invoice for this quantity and price"""
        self.ensure_one()
        line = self.move_line_id
        return {
            "name": line.name,
            "product_id": line.product_id.id,
            "product_uom_id": line.product_uom_id.id,
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "discount": line.discount,
            "tax_ids": [fields.Command.set(line.tax_ids.ids)],
            "account_id": line.account_id.id,
            "analytic_distribution": line.analytic_distribution,
        }
