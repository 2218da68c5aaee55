from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeSaleCommon


@tagged("post_install", "-at_install")
class TestComparison(DisputeSaleCommon):
    """Ordered, delivered, invoiced and claimed, side by side."""

    def _row(self, case, product=None):
        rows = [row for row in case.quantity_comparison if not product or row["name"] == product.display_name]
        self.assertEqual(len(rows), 1)
        return rows[0]

    def assertFigures(self, row, **expected):
        found = {name: row[name] for name in expected}
        for name, value in expected.items():
            with self.subTest(figure=name):
                if isinstance(value, float):
                    self.assertAlmostEqual(found[name], value, 4)
                else:
                    self.assertEqual(found[name], value)

    def test_one_disputed_line(self):
        order = self._create_order((self.pump, 10, 20), (self.valve, 3, 5))
        self._deliver(order)
        line = self._invoice(order).invoice_line_ids[0]
        row = self._row(self._dispute_line(line, 40, quantity=2))
        self.assertFigures(
            row,
            document=line.move_id.name,
            orders=[order.name],
            uom="Units",
            ordered=10.0,
            delivered=10.0,
            invoiced=10.0,
            invoiced_total=10.0,
            claimed=2.0,
            ordered_price=20.0,
            invoiced_price=20.0,
            pricelist_price=None,
            claimed_price=20.0,
            claimed_amount=40.0,
            differences=[],
        )

    def test_a_whole_invoice_shows_each_of_its_lines(self):
        order = self._create_order((self.pump, 10, 20), (self.valve, 3, 5))
        self._deliver(order, quantity=1)
        invoice = self._invoice(order)
        invoice.button_draft()
        invoice.invoice_line_ids = [Command.create({"display_type": "line_note", "name": "Thanks"})]
        invoice.action_post()
        rows = self._create_case({invoice: 100}).quantity_comparison
        self.assertEqual([row["name"] for row in rows], ["Pump", "Valve"])
        self.assertEqual([row["ordered"] for row in rows], [10, 3])
        self.assertEqual([row["delivered"] for row in rows], [1, 1])
        self.assertEqual([row["claimed"] for row in rows], [None, None])
        self.assertEqual({tuple(row["differences"]) for row in rows}, {("invoiced_over_delivered",)})

    def test_units_of_measure_are_converted(self):
        order = self._create_order(
            {
                "product_id": self.pump.id,
                "product_uom_qty": 2,
                "product_uom_id": self.dozen.id,
                "price_unit": 120,
            }
        )
        self._deliver(order)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.pump.id,
                            "product_uom_id": self.unit.id,
                            "quantity": 25,
                            "price_unit": 10,
                            "tax_ids": False,
                            "sale_line_ids": [Command.set(order.order_line.ids)],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        row = self._row(self._create_case({invoice: 10}))
        self.assertFigures(
            row, ordered=24.0, delivered=24.0, invoiced=25.0, ordered_price=10.0, invoiced_price=10.0
        )
        self.assertIn("invoiced_over_delivered", row["differences"])
        self.assertIn("invoiced_over_ordered", row["differences"])

    def test_several_order_lines_on_one_invoice_line(self):
        order = self._create_order((self.pump, 4, 10), (self.pump, 6, 20))
        self._deliver(order)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.pump.id,
                            "quantity": 5,
                            "price_unit": 16,
                            "tax_ids": False,
                            "sale_line_ids": [Command.set(order.order_line.ids)],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        row = self._row(self._create_case({invoice: 10}))
        self.assertFigures(row, ordered=10.0, delivered=10.0, ordered_price=16.0)
        self.assertEqual(row["orders"], [order.name])

    def test_a_second_invoice_of_the_same_goods_is_marked(self):
        order = self._create_order((self.pump, 10, 20))
        self._deliver(order)
        first = self._invoice(order)
        case = self._create_case({first: 10})
        self.assertFalse(self._row(case)["differences"])
        second = first.copy({"invoice_date": "2026-01-02"})
        second.invoice_line_ids.sale_line_ids = order.order_line
        second.action_post()
        self.env.invalidate_all()
        row = self._row(case)
        self.assertFigures(row, invoiced=10.0, invoiced_total=20.0, delivered=10.0)
        self.assertEqual(row["differences"], ["invoiced_over_ordered", "invoiced_over_delivered"])

    def test_prices_are_compared_less_discount(self):
        order = self._create_order(
            {"product_id": self.pump.id, "product_uom_qty": 10, "price_unit": 20, "discount": 25}
        )
        self._deliver(order)
        invoice = order._create_invoices()
        invoice.invoice_line_ids.write({"price_unit": 18, "discount": 0})
        invoice.action_post()
        row = self._row(self._dispute_line(invoice.invoice_line_ids, 30, quantity=10))
        self.assertFigures(row, ordered_price=15.0, invoiced_price=18.0, claimed_price=3.0)
        self.assertEqual(row["differences"], ["price_over_order"])

    def test_an_order_in_another_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        order = self._create_order((self.pump, 1, 10))
        self._deliver(order)
        invoice = order._create_invoices()
        invoice.currency_id = currency
        invoice.invoice_line_ids.price_unit = 20
        invoice.action_post()
        row = self._row(self._create_case({invoice: 5}))
        self.assertFigures(row, ordered_price=20.0, invoiced_price=20.0, differences=[])

    def _create_pricelist(self, *rules, **values):
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += self.env.ref("product.group_product_pricelist")
        return self.env["product.pricelist"].create(
            {"name": "Friends", "item_ids": [Command.create(rule) for rule in rules], **values}
        )

    def test_price_list_of_the_order(self):
        pricelist = self._create_pricelist(
            {
                "applied_on": "1_product",
                "product_tmpl_id": self.pump.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": 7,
                "min_quantity": 10,
            },
            {"compute_price": "percentage", "percent_price": 10},
        )
        order = self._create_order((self.pump, 12, 8), (self.valve, 1, 9), pricelist_id=pricelist.id)
        self._deliver(order)
        case = self._create_case({self._invoice(order): 10})
        pump, valve = self._row(case, self.pump), self._row(case, self.valve)
        self.assertFigures(pump, pricelist_price=7.0, ordered_price=8.0)
        self.assertEqual(pump["differences"], ["price_over_pricelist"])
        self.assertFigures(valve, pricelist_price=9.0, differences=[])

    def test_rules_of_other_days_do_not_apply(self):
        rule = {"compute_price": "fixed", "fixed_price": 5, "date_end": "2020-01-01 00:00:00"}
        pricelist = self._create_pricelist(rule, {"compute_price": "fixed", "fixed_price": 8})
        order = self._create_order((self.pump, 1, 8), pricelist_id=pricelist.id)
        self._deliver(order)
        row = self._row(self._create_case({self._invoice(order): 1}))
        self.assertFigures(row, pricelist_price=8.0, differences=[])

    def test_price_list_of_the_customer_without_an_order(self):
        pricelist = self._create_pricelist({"compute_price": "fixed", "fixed_price": 5})
        self.partner_a.property_product_pricelist = pricelist
        invoice = self._create_invoice_one_line(
            product_id=self.pump.id, price_unit=9, partner_id=self.partner_a.id, tax_ids=[], post=True
        )
        row = self._row(self._create_case({invoice: 1}))
        self.assertFigures(row, pricelist_price=5.0, ordered=None, invoiced_price=9.0)
        self.assertEqual(row["differences"], ["price_over_pricelist"])

    def test_what_nobody_delivers_is_not_missing(self):
        order = self._create_order((self.advice, 5, 100))
        row = self._row(self._create_case({self._invoice(order): 10}))
        self.assertFigures(row, ordered=5.0, delivered=None, differences=[])

    def test_invoices_of_no_order_show_nothing(self):
        case = self._create_case({self._create_invoice_of(100): 10})
        self.assertFalse(case.quantity_comparison)
        self.assertFalse(case.comparison_table)

    def test_who_sees_them(self):
        order = self._create_order((self.pump, 10, 20))
        self._deliver(order)
        case = self._create_case({self._invoice(order): 10})
        for user in (self.clerk, self.viewer):
            self.assertFalse(self.env["sale.order"].with_user(user).has_access("read"))
            [values] = self._call(user, case, "read", ["quantity_comparison", "comparison_table"])
            self.assertEqual(values["quantity_comparison"][0]["ordered"], 10)
            self.assertIn(order.name, values["comparison_table"])
        for user in (self.outsider, self.customer, self.stranger):
            with self.subTest(user.login), self._refused(AccessError):
                self._call(user, case, "read", ["quantity_comparison"])
            with self.subTest(user.login), self._refused(AccessError):
                self._call(user, case, "read", ["comparison_table"])

    def test_names_are_no_markup(self):
        self.pump.name = "<script>alert(1)</script>"
        order = self._create_order((self.pump, 1, 20))
        case = self._create_case({self._invoice(order): 10})
        self.assertNotIn("<script", case.comparison_table)
        self.assertIn("&lt;script", case.comparison_table)

    def test_queries_do_not_grow_with_the_lines(self):
        counts = []
        for size in (2, 2, 8):
            cases = self.env["dispute.case"]
            for _index in range(size):
                order = self._create_order((self.pump, 10, 20), (self.valve, 3, 5), (self.advice, 1, 1))
                self._deliver(order)
                cases |= self._create_case({self._invoice(order): 10})
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            cases.with_user(self.clerk).mapped("quantity_comparison")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
