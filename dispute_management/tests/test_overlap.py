from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestOverlap(DisputeCommon):
    def _overlaps(self, moves, user=None, **kwargs):
        cases = self.env["dispute.case"].with_user(user or self.clerk)
        return {overlap.kind: overlap for overlap in cases._get_overlaps(moves, **kwargs)}

    def _close(self, case, code="WDN"):
        case.with_user(self.clerk)._close(self._resolution(code), self.cause)

    def test_nothing_to_know(self):
        self.assertFalse(self._overlaps(self._create_invoice_of(100)))
        case = self._create_case({self._create_invoice_of(100): 10})
        self.assertFalse(case.overlap_info)

    def test_open_and_earlier_cases_on_the_document(self):
        invoice, other = self._create_invoice_of(100), self._create_invoice_of(100)
        closed = self._create_case({invoice: 10})
        self._close(closed)
        pending = self._create_case({invoice: 10})
        elsewhere = self._create_case({other: 10})
        overlaps = self._overlaps(invoice)
        self.assertEqual(overlaps["open_document"].cases, pending)
        self.assertEqual(overlaps["earlier"].cases, closed)
        case = self._create_case({invoice: 10})
        self.assertIn(pending.name, case.overlap_info)
        self.assertIn(closed.name, case.overlap_info)
        self.assertIn("Withdrawn", case.overlap_info)
        self.assertNotIn(case.name, case.overlap_info)
        self.assertNotIn(elsewhere.name, case.overlap_info)
        self._close(case)
        self.assertFalse(case.overlap_info)

    def test_the_same_line_is_told_from_the_same_invoice(self):
        invoice = self._create_invoice(
            partner_id=self.partner_a.id,
            post=True,
            invoice_line_ids=[
                self._prepare_invoice_line(price_unit=price, tax_ids=[Command.clear()]) for price in (60, 40)
            ],
        )
        first, second = invoice.invoice_line_ids
        line = Command.create({"move_id": invoice.id, "move_line_id": first.id, "amount": 5})
        on_line = self._create_case({}, line_ids=[line])
        overlaps = self._overlaps(invoice, move_lines=first)
        self.assertEqual(overlaps["open_line"].cases, on_line)
        self.assertNotIn("open_document", overlaps)
        overlaps = self._overlaps(invoice, move_lines=second)
        self.assertEqual(overlaps["open_document"].cases, on_line)
        self.assertNotIn("open_line", overlaps)

    def test_repeated_reference(self):
        case = self._create_case({self._create_invoice_of(100): 10}, customer_reference="DN_100%")
        theirs = self._create_invoice_of(100, partner=self.partner_b)
        self._create_case({theirs: 10}, customer_reference="DN_100%")
        invoice = self._create_invoice_of(100)
        for reference, expected in (("dn_100% ", case), ("DN_1000", None), ("DNX100", None), ("", None)):
            with self.subTest(reference):
                found = self._overlaps(invoice, customer_reference=reference).get("reference")
                self.assertEqual(found and found.cases, expected)

    def test_customers_who_dispute_often(self):
        invoices = self.env["account.move"]
        for _index in range(10):
            invoices |= self._create_invoice_of(100, partner=self.partner_b)
        invoice = self._create_invoice_of(100)
        for _index in range(2):
            self._create_case({invoice: 1})
        self.assertNotIn("frequent", self._overlaps(invoice))
        last = self._create_case({invoice: 1})
        self.assertIn("3 cases on 1 invoices", self._overlaps(invoice)["frequent"].message)
        self.assertNotIn("frequent", self._overlaps(invoices[0]))
        # More than a year ago is forgotten.
        last.sudo().date_opened = fields.Datetime.now() - timedelta(days=400)
        self.assertNotIn("frequent", self._overlaps(invoice))
        # As often as everyone is not unusual.
        last.sudo().date_opened = fields.Datetime.now()
        for move in invoices:
            self._create_case({move: 1})
            self._create_case({move: 1})
        self.assertNotIn("frequent", self._overlaps(invoice))

    def test_wizard_warns(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 10}, customer_reference="<b>D</b>")
        action = invoice.with_user(self.clerk).action_dispute_open()
        wizard = Form(self.env["dispute.open"].with_user(self.clerk).with_context(**action["context"]))
        self.assertIn(case.name, wizard.overlap_info)
        self.assertEqual(str(wizard.overlap_info).count(case.name), 1)
        wizard.customer_reference = "<B>d</B>"
        self.assertEqual(str(wizard.overlap_info).count(case.name), 2)

    def test_names_are_escaped(self):
        self.partner_a.name = "<script>x</script>"
        invoice = self._create_invoice_of(100)
        for _index in range(3):
            self._create_case({invoice: 1})
        for _index in range(5):
            self._create_invoice_of(100, partner=self.partner_b)
        case = self._create_case({invoice: 1})
        self.assertIn("disputes often", case.overlap_info)
        self.assertNotIn("<script>", case.overlap_info)

    def test_other_companies_are_not_told_of(self):
        data = self.setup_other_company()
        self.env.user.company_ids |= data["company"]
        invoice = self._create_invoice_one_line(
            price_unit=50,
            partner_id=self.partner_a.id,
            journal_id=data["default_journal_sale"].id,
            company_id=data["company"].id,
            post=True,
        )
        root = self.env.ref("base.user_root")
        self._create_case({invoice: 50}, user=root, customer_reference="DN1")
        overlaps = self._overlaps(self._create_invoice_of(10), customer_reference="DN1")
        self.assertFalse(overlaps)

    def test_queries_do_not_grow_with_cases(self):
        def cases(count):
            made = self.env["dispute.case"]
            for _index in range(count):
                invoice = self._create_invoice_of(100)
                self._create_case({invoice: 1}, customer_reference=f"R{invoice.id}")
                made |= self._create_case({invoice: 1}, customer_reference=f"R{invoice.id}")
            return made.with_user(self.viewer)

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("overlap_info")
            return self.env.cr.sql_log_count - before

        few, many = cases(2), cases(6)
        count(few)
        self.assertLessEqual(count(many), count(few))
