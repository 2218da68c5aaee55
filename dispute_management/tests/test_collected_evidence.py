from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..tools.evidence_source import DELIVERY, SIGNED_DELIVERY, fulfils
from .access_common import AccessCommon
from .common import make_pdf

# Odoo opens PDFs in messages on invoices, to look for an electronic invoice inside.
PDF = make_pdf("invoice")


@tagged("post_install", "-at_install")
class TestCollectedEvidence(AccessCommon):
    """What accounting holds is on the evidence list when a case opens, nothing typed."""

    def _open(self, invoice, code="oth", **values):
        reason = self.env.ref(f"dispute_management.dispute_reason_{code}")
        return self._create_case({invoice: 10}, reason_id=reason.id, **values)

    def _ask_for(self, code, source):
        """Let a reason ask for what a source supplies."""
        reason = self.env.ref(f"dispute_management.dispute_reason_{code}")
        values = {"name": "Proof", "reason_id": reason.id, "is_required": True, "collected_from": source}
        return self.env["dispute.evidence.type"].with_user(self.administrator).create(values)

    def _attach(self, record, name, content=PDF, **values):
        vals = {"name": name, "raw": content, "res_model": record._name, "res_id": record.id, **values}
        return self.env["ir.attachment"].sudo().create(vals)

    def _found(self, case):
        collected = case.sudo().evidence_ids.filtered("source")
        return {(item.source, item.res_model, item.res_id) for item in collected}

    def _files(self, case):
        return sorted(case.sudo().evidence_ids.attachment_ids.mapped("name"))

    def test_what_fulfils_what(self):
        table = [
            (DELIVERY, DELIVERY, True),
            (SIGNED_DELIVERY, DELIVERY, True),
            (DELIVERY, SIGNED_DELIVERY, False),
            (False, DELIVERY, False),
            (DELIVERY, False, False),
            (False, False, False),
        ]
        for source, wanted, expected in table:
            with self.subTest(source=source, wanted=wanted):
                self.assertEqual(fulfils(source, wanted), expected)

    def test_nothing_is_made_up(self):
        case = self._open(self._create_invoice_of(100))
        self.assertFalse(self._found(case))
        self.assertFalse(case.quantity_comparison)
        self.assertFalse(case.comparison_table)

    def test_the_invoice_as_it_was_sent(self):
        invoice = self._create_invoice_of(100)
        self._attach(invoice, "scan.pdf", b"%PDF-1.4 scan")
        self._attach(invoice, "sent.pdf", res_field="invoice_pdf_report_file")
        case = self._open(invoice)
        self.assertEqual(self._found(case), {("invoice_pdf", "account.move", invoice.id)})
        self.assertEqual(self._files(case), ["sent.pdf"])

    def test_a_pdf_kept_with_the_invoice(self):
        invoice = self._create_invoice_of(100)
        self._attach(invoice, "notes.txt", b"Nothing")
        self._attach(invoice, "invoice.pdf")
        self.assertEqual(self._files(self._open(invoice)), ["invoice.pdf"])

    def test_messages_with_files(self):
        invoice = self._create_invoice_of(100)
        self._attach(invoice, "sent.pdf", res_field="invoice_pdf_report_file")
        invoice.message_post(body="Your invoice", message_type="comment", attachments=[("sent.pdf", PDF)])
        invoice.message_post(body="Thanks", message_type="comment")
        complaint = invoice.message_post(
            body="Broken",
            subject="Claim",
            message_type="email",
            attachments=[("photo.txt", b"broken"), ("sent.pdf", PDF)],
        )
        case = self._open(invoice)
        messages = {item for item in self._found(case) if item[0] == "message"}
        self.assertEqual(messages, {("message", "mail.message", complaint.id)})
        self.assertEqual(self._files(case), ["photo.txt", "sent.pdf"])
        found = case.evidence_ids.filtered(lambda item: item.source == "message")
        self.assertIn("Claim", found.name)
        action = self._call(self.clerk, found, "action_open_document")
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", invoice.id))

    def test_a_pdf_in_a_message_is_no_invoice(self):
        invoice = self._create_invoice_of(100)
        letter = invoice.message_post(
            body="See there", message_type="email", attachments=[("letter.pdf", PDF)]
        )
        case = self._open(invoice)
        self.assertEqual(self._found(case), {("message", "mail.message", letter.id)})
        self.assertTrue(case.has_unprinted_invoice)

    def test_an_outside_body_gets_it_only_when_chosen(self):
        invoice = self._create_invoice_of(100)
        invoice.message_post(body="Between us", attachments=[("margin.pdf", PDF)])
        case = self._open(invoice)
        [document] = (
            item
            for item in self.env["dispute.case.file"].with_user(self.clerk)._get_documents(case)
            if item.name == "margin.pdf"
        )
        self.assertTrue(document.is_internal)

    def test_earlier_credit_notes(self):
        invoice = self._create_invoice_of(100)
        note, draft = (
            invoice._reverse_moves([{"invoice_date": invoice.invoice_date}]) for _index in range(2)
        )
        (note | draft).invoice_line_ids.price_unit = 20
        note.action_post()
        self.assertEqual(draft.state, "draft")
        case = self._open(invoice)
        self.assertEqual(self._found(case), {("credit_note", "account.move", note.id)})
        self._settle(case, "credit_note", 10)
        case.sudo()._collect_evidence()
        self.assertEqual(self._found(case), {("credit_note", "account.move", note.id)})

    def _pay(self, amount, partner=None, **values):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.partner_a).id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
                **values,
            }
        )
        payment.action_post()
        return payment

    def test_payments_where_the_reason_asks_for_them(self):
        item = self._ask_for("pai", "payment")
        invoice = self._create_invoice_of(100)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 30})._create_payments()
        matched = invoice.matched_payment_ids | invoice.reconciled_payment_ids
        self.assertEqual(len(matched), 1)
        alike = self._pay(100)
        self._pay(99)
        self._pay(100, self.partner_b)
        case = self._open(invoice, "pai")
        expected = {("payment", "account.payment", payment.id) for payment in matched | alike}
        self.assertEqual(self._found(case), expected)
        self.assertTrue(case.evidence_ids.filtered(lambda row: row.type_id == item).is_there)
        self.assertFalse(self._found(self._open(invoice, "oth")), "another reason does not ask")

    def test_the_other_invoice(self):
        item = self._ask_for("dup", "other_invoice")
        invoice, twin = self._create_invoice_of(100), self._create_invoice_of(100)
        self._create_invoice_of(101)
        self._create_invoice_of(100, self.partner_b)
        self._create_invoice_of(100, invoice_date="2010-01-01")
        case = self._open(invoice, "dup")
        self.assertEqual(
            self._found(case) - {("other_invoice", "account.move", self.invoice.id)},
            {("other_invoice", "account.move", twin.id)},
        )
        self.assertTrue(case.evidence_ids.filtered(lambda row: row.type_id == item).is_there)

    def test_the_customer_is_not_asked_for_what_is_there(self):
        item = self._ask_for("oth", "credit_note")
        invoice = self._create_invoice_of(100)
        before = self._open(invoice)
        self.assertEqual(before.missing_evidence_count, 1)
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        note.invoice_line_ids.price_unit = 20
        note.action_post()
        row = before.evidence_ids.filtered(lambda row: row.type_id == item)
        self.assertFalse(row.is_there)
        before.with_user(self.clerk).action_collect_evidence()
        self.assertTrue(row.is_there)
        self.assertEqual(before.missing_evidence_count, 0)

    def test_printing_is_for_a_person(self):
        """An import opens thousands and prints none; the wizard and the form print the one."""
        invoice = self._create_invoice_of(100)
        imported = self._open(invoice)
        self.assertFalse(self._files(imported))
        self.assertTrue(imported.has_unprinted_invoice)
        self._call(self.clerk, imported, "action_add_invoice_pdf")
        self.assertEqual(len(self._files(imported)), 1)
        self.assertFalse(imported.has_unprinted_invoice)
        self._call(self.clerk, imported, "action_add_invoice_pdf")
        self.assertEqual(len(self._files(imported)), 1)
        with self._refused(AccessError):
            self._call(self.viewer, imported, "action_add_invoice_pdf")

        second = self._create_invoice_of(100)
        wizard = self.env["dispute.open"].with_user(self.clerk).create({"move_ids": second.ids})
        self.assertEqual(len(self._files(self._case_of(wizard.action_open()))), 1)

        third = self._create_invoice_of(100)
        claim = {"move_id": third.id, "amount": 5}
        [saved] = self._call(
            self.clerk,
            self.env["dispute.case"],
            "web_save",
            {"reason_id": self.reason.id, "line_ids": [Command.create(claim)]},
            {"evidence_ids": {"fields": {"source": {}}}},
        )
        self.assertEqual([item["source"] for item in saved["evidence_ids"]], ["invoice_pdf"])

    def _case_of(self, action):
        return self.env["dispute.case"].browse(action["res_id"])

    def test_documents_can_t_be_made_up(self):
        case = self._open(self._create_invoice_of(100), "qty")
        item = case.evidence_ids
        document = {"source": "delivery", "document_name": "X", "res_model": "res.users", "res_id": 1}
        for name, value in {**document, "is_there": True}.items():
            with self.subTest(name), self._refused(UserError):
                self._call(self.clerk, item, "write", {name: value})
        with self._refused(UserError):
            self._call(self.clerk, item, "create", {"case_id": case.id, **document})
        context = {f"default_{name}": value for name, value in document.items()}
        asked = {"case_id": case.id, "type_id": self._ask_for("oth", "delivery").id}
        made = self._call(self.clerk, item, "create", asked, context=context)
        self.assertFalse(item.browse(made).sudo().source)

    def test_whoever_has_a_to_do_reads_the_form(self):
        invoice = self._create_invoice_of(100)
        self._attach(invoice, "invoice.pdf")
        case = self._open(invoice, "qty")
        case.with_user(self.clerk).activity_schedule("mail.mail_activity_data_todo", user_id=self.outsider.id)
        form = Form(case.with_user(self.outsider))
        self.assertEqual(len(form.evidence_ids), 2)
        self._call(self.outsider, case.evidence_ids.sudo().attachment_ids, "read", ["name", "raw"])

    def test_a_reason_that_asks_for_nothing_costs_little(self):
        invoices = [self._create_invoice_of(100) for _index in range(12)]
        cases = [
            self._create_case(dict.fromkeys(chunk, 5))
            for chunk in (invoices[:2], invoices[2:4], invoices[4:])
        ]
        counts = []
        for case in cases:
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            case.sudo()._collect_evidence()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 10)
