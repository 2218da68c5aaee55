from odoo.fields import Command

from odoo.addons.dispute_management.tests.access_common import AccessCommon


class DisputeSaleCommon(AccessCommon):
    """Orders that were delivered and invoiced, and disputes about these invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.pump = cls._create_goods("Pump")
        cls.valve = cls._create_goods("Valve")
        cls.advice = cls._create_goods("Advice", type="service", invoice_policy="order")

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    @classmethod
    def _create_goods(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "invoice_policy": "order",
                "list_price": 10,
                "taxes_id": False,
                **values,
            }
        )

    @classmethod
    def _create_order(cls, *lines, **values):
        """A confirmed order.

        :param lines: ``(product, quantity, price)`` or values of an order line
        """
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.partner_a.id,
                "order_line": [
                    Command.create(
                        line
                        if isinstance(line, dict)
                        else {"product_id": line[0].id, "product_uom_qty": line[1], "price_unit": line[2]}
                    )
                    for line in lines
                ],
                **values,
            }
        )
        order.order_line.tax_ids = False
        order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, order, quantity=None):
        """Ship what is planned, or as much of each line; the rest stays planned."""
        picking = order.picking_ids.filtered(lambda item: item.state not in ("done", "cancel"))
        for move in picking.move_ids:
            move.write({"quantity": quantity or move.product_uom_qty, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    @classmethod
    def _invoice(cls, orders):
        """The invoice of confirmed orders, posted."""
        invoice = orders._create_invoices()
        invoice.action_post()
        return invoice

    @classmethod
    def _dispute_line(cls, line, amount, quantity=0, **values):
        """A case about one invoice line."""
        claim = {"move_id": line.move_id.id, "move_line_id": line.id, "amount": amount, "quantity": quantity}
        return (
            cls.env["dispute.case"]
            .with_user(cls.clerk)
            .create({"reason_id": cls.reason.id, "line_ids": [Command.create(claim)], **values})
        )
