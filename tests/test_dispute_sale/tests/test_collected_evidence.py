from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeSaleCommon

PDF = b"%PDF-1.4 signed"


@tagged("post_install", "-at_install")
class TestCollectedEvidence(DisputeSaleCommon):
    """Orders, deliveries and price lists are on the evidence list without anybody typing."""

    def _reason(self, code):
        return self.env.ref(f"dispute_management.dispute_reason_{code}")

    def _open(self, invoice, code="oth", **values):
        return self._create_case({invoice: 10}, reason_id=self._reason(code).id, **values)

    def _found(self, case):
        collected = case.sudo().evidence_ids.filtered("source")
        return {(item.source, item.res_model, item.res_id) for item in collected}

    def _item(self, case, name):
        item_type = self.env.ref(f"dispute_management.dispute_evidence_type_{name}")
        return case.sudo().evidence_ids.filtered(lambda item: item.type_id == item_type)

    def _attach(self, record, name="slip.pdf", content=PDF):
        return self.env["ir.attachment"].create(
            {"name": name, "raw": content, "res_model": record._name, "res_id": record.id}
        )

    def _set_source(self, name, source):
        item = self.env.ref(f"dispute_management.dispute_evidence_type_{name}")
        item.with_user(self.administrator).collected_from = source

    def test_order_and_deliveries_are_collected(self):
        order = self._create_order((self.pump, 10, 20), client_order_ref="PO 7")
        first = self._deliver(order, quantity=4)
        second = self._deliver(order)
        self.assertEqual({first.state, second.state}, {"done"})
        case = self._open(self._invoice(order))
        self.assertEqual(
            self._found(case),
            {
                ("sale_order", "sale.order", order.id),
                ("delivery", "stock.picking", first.id),
                ("delivery", "stock.picking", second.id),
            },
        )
        names = case.sudo().evidence_ids.filtered("source").mapped("name")
        self.assertIn(f"{order.name} · PO 7", names)

    def test_planned_deliveries_are_no_evidence(self):
        order = self._create_order((self.pump, 10, 20))
        case = self._open(self._invoice(order))
        self.assertEqual(self._found(case), {("sale_order", "sale.order", order.id)})
        done = self._deliver(order)
        case.with_user(self.clerk).action_collect_evidence()
        self.assertIn(("delivery", "stock.picking", done.id), self._found(case))

    def test_only_what_the_disputed_line_is_about(self):
        orders = self._create_order((self.pump, 1, 20)) | self._create_order((self.valve, 1, 20))
        invoice = self._invoice(orders)
        self.assertEqual(len(invoice), 1)
        line = invoice.invoice_line_ids.filtered(lambda line: line.product_id == self.valve)
        case = self._dispute_line(line, 5, quantity=1)
        self.assertEqual(self._found(case), {("sale_order", "sale.order", orders[1].id)})

    def test_what_is_asked_for_is_there(self):
        self._set_source("qty_delivery_note", "delivery")
        order = self._create_order((self.pump, 10, 20))
        invoice = self._invoice(order)
        case = self._open(invoice, "qty")
        item = self._item(case, "qty_delivery_note")
        self.assertFalse(item.is_there)
        self.assertEqual(case.missing_evidence_count, 1)
        delivery = self._deliver(order)
        case.with_user(self.clerk).action_collect_evidence()
        self.assertTrue(item.is_there)
        self.assertEqual(item.found_documents, delivery.name)
        self.assertEqual(case.missing_evidence_count, 0)
        # The wrong delivery: somebody sets it aside, and the item is missing again.
        found = case.evidence_ids.filtered(lambda row: row.source == "delivery")
        found.with_user(self.clerk).is_waived = True
        self.assertFalse(item.is_there)
        self.assertEqual(case.missing_evidence_count, 1)

    def test_a_signed_slip_where_one_is_asked_for(self):
        self._set_source("qty_delivery_note", "signed_delivery")
        order = self._create_order((self.pump, 10, 20))
        delivery = self._deliver(order)
        case = self._open(self._invoice(order), "qty")
        item = self._item(case, "qty_delivery_note")
        self.assertFalse(item.is_there)
        self._attach(delivery)
        case.with_user(self.clerk).action_collect_evidence()
        self.assertTrue(item.is_there)
        found = case.evidence_ids.filtered(lambda row: row.res_model == "stock.picking")
        self.assertEqual(found.source, "signed_delivery")
        self.assertEqual(found.sudo().attachment_ids.raw, PDF)
        self._set_source("qty_delivery_note", "delivery")
        case.with_user(self.clerk).action_collect_evidence()
        self.assertTrue(item.is_there, "a signed delivery is a delivery")

    def test_returns(self):
        self._set_source("ret_return_proof", "return")
        order = self._create_order((self.pump, 5, 20))
        delivery = self._deliver(order)
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 2
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        returned.move_ids.write({"quantity": 2, "picked": True})
        returned.button_validate()
        case = self._open(self._invoice(order), "ret")
        self.assertIn(("return", "stock.picking", returned.id), self._found(case))
        self.assertTrue(self._item(case, "ret_return_proof").is_there)

    def test_price_list(self):
        self._set_source("pri_agreement", "pricelist")
        self._set_source("pri_order", "sale_order")
        pricelist = self.env["product.pricelist"].create({"name": "Friends"})
        order = self._create_order((self.pump, 5, 20), pricelist_id=pricelist.id)
        case = self._open(self._invoice(order), "pri")
        self.assertIn(("pricelist", "product.pricelist", pricelist.id), self._found(case))
        self.assertTrue(self._item(case, "pri_agreement").is_there)
        self.assertTrue(self._item(case, "pri_order").is_there)
        self.assertFalse(case.missing_evidence_count)

    def test_defaults(self):
        """What ships asks Sales and Inventory before it asks a person."""
        expected = {
            "pri_order": "sale_order",
            "pri_agreement": "pricelist",
            "qty_delivery_note": "delivery",
            "lat_agreed_date": "sale_order",
            "ret_return_proof": "return",
            "dup_other_invoice": "other_invoice",
            "pai_payment_proof": "payment",
            "ovp_payment_proof": "payment",
            "qua_photos": False,
        }
        for name, source in expected.items():
            with self.subTest(name):
                item = self.env.ref(f"dispute_management.dispute_evidence_type_{name}")
                self.assertEqual(item.collected_from, source)

    def test_the_clerk_reads_what_was_collected_and_no_more(self):
        order = self._create_order((self.pump, 10, 20))
        original = self._attach(order, "purchase order.pdf")
        case = self._open(self._invoice(order))
        found = case.evidence_ids.filtered(lambda row: row.source == "sale_order")
        copy = found.sudo().attachment_ids
        self.assertNotEqual(copy, original)
        for user in (self.clerk, self.viewer):
            [values] = self._call(user, copy, "read", ["name", "raw"])
            self.assertEqual(values["name"], "purchase order.pdf")
            with self._refused(AccessError):
                self._call(user, original, "read", ["raw"])
            with self._refused(AccessError):
                self._call(user, found, "action_open_document")
        seller = self._create_user("dispute_seller", "group_dispute_user")
        seller.group_ids = [Command.link(self.env.ref("sales_team.group_sale_salesman_all_leads").id)]
        self.assertEqual(self._call(seller, found, "action_open_document")["res_id"], order.id)

    def test_customers_see_none_of_it(self):
        order = self._create_order((self.pump, 10, 20))
        self._attach(order, "margin.pdf")
        self._attach(self._deliver(order))
        invoice = self._invoice(order)
        invoice.message_post(body="Careful", attachments=[("internal.pdf", PDF)])
        case = self._open(invoice)
        evidence = case.sudo().evidence_ids
        files = evidence.attachment_ids
        self.assertEqual(len(files), 3)
        self.assertFalse(files.filtered("public"))
        for user in (self.customer, self.stranger, self.outsider):
            for records in (evidence, files):
                with self.subTest(user=user.login, model=records._name), self._refused(AccessError):
                    self._call(user, records, "read", ["display_name"])
            with self.subTest(user=user.login), self._refused(AccessError):
                self._call(user, case, "read", ["evidence_ids"])
        attached = self.env["ir.attachment"].with_user(self.customer).search([("id", "in", files.ids)])
        self.assertFalse(attached)

    def test_collecting_twice_adds_nothing(self):
        order = self._create_order((self.pump, 10, 20))
        self._attach(self._deliver(order))
        case = self._open(self._invoice(order))
        before = case.sudo().evidence_ids
        files = before.attachment_ids
        action = case.with_user(self.clerk).action_collect_evidence()
        self.assertEqual(action["params"]["type"], "info")
        self.assertEqual(case.sudo().evidence_ids, before)
        self.assertEqual(case.sudo().evidence_ids.attachment_ids, files)

    def test_who_collects(self):
        case = self._open(self._invoice(self._create_order((self.pump, 10, 20))))
        self._call(self.clerk, case, "action_collect_evidence")
        for user in (self.viewer, self.outsider, self.customer):
            with self.subTest(user.login), self._refused(AccessError):
                self._call(user, case, "action_collect_evidence")
        case._close(self._resolution("WDN"), self.cause)
        with self._refused(UserError):
            self._call(self.clerk, case, "action_collect_evidence")

    def test_a_document_that_is_gone(self):
        order = self._create_order((self.pump, 10, 20))
        case = self._open(self._invoice(order))
        found = case.evidence_ids.filtered("source").sudo()
        found.res_model = "gone.model"
        with self.assertRaisesRegex(UserError, "no longer installed"):
            found.action_open_document()
        found.write({"res_model": "sale.order", "res_id": 0})
        with self.assertRaisesRegex(UserError, "was deleted"):
            found.action_open_document()

    def test_merged_and_split_cases_collect_for_their_lines(self):
        orders = [self._create_order((self.pump, 1, 20)) for _index in range(2)]
        invoices = [self._invoice(order) for order in orders]
        one, other = (self._open(invoice) for invoice in invoices)
        other.with_user(self.clerk)._merge_into(one)
        both = {("sale_order", "sale.order", order.id) for order in orders}
        self.assertEqual(self._found(one), both)
        new = one.with_user(self.clerk)._split(one.line_ids[1])
        self.assertEqual(self._found(new), {("sale_order", "sale.order", orders[1].id)})

    def test_queries_do_not_grow_with_the_cases(self):
        counts = []
        for size in (2, 2, 8):
            orders = [self._create_order((self.pump, 10, 20)) for _index in range(size)]
            for order in orders:
                self._attach(self._deliver(order))
            invoices = [self._invoice(order) for order in orders]
            cases = (
                self.env["dispute.case"]
                .sudo()
                .create(
                    [
                        {
                            "reason_id": self._reason("pai").id,
                            "line_ids": [Command.create({"move_id": invoice.id, "amount": 10})],
                        }
                        for invoice in invoices
                    ]
                )
            )
            self.assertEqual(len(cases.evidence_ids.filtered("source")), 2 * size)
            cases.evidence_ids.filtered("source").unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            cases._collect_evidence()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
