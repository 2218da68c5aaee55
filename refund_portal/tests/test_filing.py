from lxml import html

from odoo import Command
from odoo.tests import tagged

from .common import RefundPortalCommon

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@tagged("post_install", "-at_install")
class TestFiling(RefundPortalCommon):
    """What a customer files becomes one case, exactly as it was typed."""

    def test_filed_as_typed(self):
        self._login(self.anna)
        response = self._post_form(
            self.invoice,
            amount="1,000.00",
            description="Line one\r\nLine two",
            customer_reference="CLAIM 7",
            customer_wish="credit",
            files=[("photo.png", PNG), ("note.txt", b"what happened")],
        )
        case = self._get_cases(self.invoice)
        self.assertEqual(len(case), 1)
        self.assertEqual(response.status_code, 303)
        self.assertURLEqual(response.headers["Location"], f"/my/disputes/{case.id}?filed=new")
        self.assertRecordValues(
            case,
            [
                {
                    "partner_id": self.customer.id,
                    "contact_id": self.anna.partner_id.id,
                    "create_uid": self.anna.id,
                    "company_id": self.company.id,
                    "reason_id": self.reason.id,
                    "source": "portal",
                    "amount_disputed": 1000.0,
                    "description": "Line one\nLine two",
                    "customer_reference": "CLAIM 7",
                    "customer_wish": "credit",
                }
            ],
        )
        files = case._get_portal_attachments()
        self.assertEqual(files.mapped("name"), ["photo.png", "note.txt"])
        self.assertEqual(files[0].raw, PNG, "evidence is kept as it was sent")
        words = case._get_portal_messages().filtered(lambda message: message.message_type == "comment")
        self.assertEqual(words.author_id, self.anna.partner_id)

    def test_confirmation_is_shown(self):
        self._login(self.anna)
        response = self._post_form(self.invoice, allow_redirects=True)
        page = html.fromstring(response.content)
        case = self._get_cases(self.invoice)
        self.assertIn(case.name, page.get_element_by_id("dispute_filed").text_content())

    def test_our_answer_reaches_the_customer_by_mail(self):
        self._login(self.anna)
        self._post_form(self.invoice)
        case = self._get_cases(self.invoice)
        answer = case.message_post(
            body="We are on it.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.anna.partner_id, answer.notified_partner_ids)
        note = case.message_post(body="Ours.", message_type="comment", subtype_xmlid="mail.mt_note")
        self.assertNotIn(self.anna.partner_id, note.notified_partner_ids)

    def test_form_offers_what_is_disputable(self):
        self._create_case(self.invoice, amount=250)
        self._login(self.anna)
        url = f"/my/invoices/{self.invoice.id}/dispute"
        page = self._get_page(f"{url}?reason_id={self.reason.id}")
        self.assertEqual(page.xpath("//input[@name='amount']/@value"), ["750.00"])
        self.assertIn("750.00", page.get_element_by_id("dispute_maximum").text_content())
        offered = self._get_page(url).xpath("//a[@data-reason]/@data-reason")
        self.assertIn(str(self.reason.id), offered)
        self.assertNotIn(str(self.internal_reason.id), offered)

    def test_reason_reads_in_the_customers_words(self):
        self.reason.public_name = "You charged too much"
        self._login(self.anna)
        page = self._get_page(f"/my/invoices/{self.invoice.id}/dispute")
        option = page.xpath(f"//a[@data-reason='{self.reason.id}']")[0]
        self.assertEqual(option.text_content().strip(), "You charged too much")

    def test_sent_twice_makes_one_case(self):
        self._login(self.anna)
        form_key = self._get_form_key(self.invoice)
        self._post_form(self.invoice, form_key=form_key)
        case = self._get_cases(self.invoice)
        response = self._post_form(self.invoice, form_key=form_key, amount="5.00", description="changed")
        self.assertURLEqual(response.headers["Location"], f"/my/disputes/{case.id}?filed=again")
        self.assertEqual(self._get_cases(self.invoice), case)

    def test_sent_again_after_the_case_was_archived(self):
        self._login(self.anna)
        form_key = self._get_form_key(self.invoice)
        self._post_form(self.invoice, form_key=form_key)
        case = self._get_cases(self.invoice)
        withdrawn, unknown = (
            self.env.ref(f"dispute_management.dispute_{name}") for name in ("resolution_wdn", "cause_unk")
        )
        case._close(withdrawn, cause=unknown)
        case.sudo().active = False
        response = self._post_form(self.invoice, form_key=form_key)
        self.assertURLEqual(response.headers.get("Location"), f"/my/disputes/{case.id}?filed=again")
        cases = self._get_cases(self.invoice).with_context(active_test=False)
        self.assertEqual(cases.search([("line_ids.move_id", "=", self.invoice.id)]), case)

    def test_sent_twice_with_a_new_key_makes_one_case(self):
        self._login(self.anna)
        for amount in ("100.00", "1000.00"):
            invoice = self._create_customer_invoice(self.customer)
            for filed in ("new", "again"):
                response = self._post_form(
                    invoice,
                    amount=amount,
                    form_key=self._make_key(self.anna, invoice),
                )
                case = self._get_cases(invoice)
                self.assertEqual(len(case), 1)
                self.assertURLEqual(response.headers["Location"], f"/my/disputes/{case.id}?filed={filed}")

    def test_two_different_disputes_are_two(self):
        self._login(self.anna)
        self._post_form(self.invoice, description="The price is wrong.")
        self._post_form(self.invoice, description="Two pieces are missing.")
        self.assertEqual(len(self._get_cases(self.invoice)), 2)

    def test_amount_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.anna.lang = "de_DE"
        self._login(self.anna)
        self._post_form(self.invoice, amount="1.000,00")
        self.assertEqual(self._get_cases(self.invoice).amount_disputed, 1000)

    def test_html_stays_text(self):
        attack = "<script>alert('x')</script><img src=x onerror=alert(1)>{{7*7}}"
        self._login(self.anna)
        self._post_form(
            self.invoice,
            description=attack,
            customer_reference=attack,
            files=[('"><script>alert(1)</script>.txt', b"text")],
        )
        case = self._get_cases(self.invoice)
        self.assertEqual(case.description, attack)
        self.assertEqual(case.customer_reference, attack)
        for url in (f"/my/disputes/{case.id}", "/my/disputes", f"/my/invoices/{self.invoice.id}/dispute"):
            text = self._get(url).text
            self.assertNotIn("<script>alert", text, url)
            self.assertNotIn("<img src=x", text, url)

    def test_markup_files_are_kept_as_inert_text(self):
        self._login(self.anna)
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        page = b"<html><body><script>alert(1)</script></body></html>"
        self._post_form(self.invoice, files=[("drawing.svg", svg), ("page.html", page)])
        case = self._get_cases(self.invoice)
        self.assertEqual(len(case._get_portal_attachments()), 2)
        for attachment in case._get_portal_attachments():
            self.assertIn(attachment.mimetype, ("text/plain", "application/octet-stream"))
            response = self._get(f"/my/disputes/{case.id}/files/{attachment.id}")
            self.assertEqual(response.content, attachment.raw)
            self.assertIn("attachment", response.headers["Content-Disposition"])
            self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("sandbox", response.headers["Content-Security-Policy"])
            self.assertNotIn(response.headers["Content-Type"].split(";")[0], ("text/html", "image/svg+xml"))

    def test_only_public_reasons_of_the_company(self):
        other_company = self.setup_other_company()["company"]
        foreign, own = self.env["dispute.reason"].create(
            [
                {"name": "Theirs", "code": "THE", "company_id": other_company.id},
                {"name": "Ours", "code": "OUR", "company_id": self.company.id},
            ]
        )
        reasons = self.env["dispute.portal.form"].sudo()._get_reasons(self._make_documents(self.invoice))
        self.assertIn(own, reasons)
        self.assertNotIn(foreign, reasons)
        self.assertNotIn(self.internal_reason, reasons)

    def test_customer_branch_contact_files_for_the_company(self):
        """An invoice to a branch address is the customer's: any contact may dispute it."""
        branch = self.env["res.partner"].create(
            {"name": "Acme North", "parent_id": self.customer.id, "type": "invoice"}
        )
        invoice = self._create_customer_invoice(branch)
        self._login(self.bert)
        self._post_form(invoice)
        self.assertEqual(self._get_cases(invoice).partner_id, self.customer)

    def test_line_is_a_claim_on_the_invoice(self):
        self._login(self.anna)
        self._post_form(self.invoice, amount="100.00")
        line = self._get_cases(self.invoice).line_ids
        self.assertRecordValues(line, [{"move_id": self.invoice.id, "amount": 100.0}])
        self.assertEqual(self.invoice.dispute_amount, 100.0)

    def test_mass_parameters_are_ignored(self):
        self._login(self.anna)
        self._post_form(
            self.invoice,
            user_id=str(self.env.ref("base.user_admin").id),
            priority="2",
            partner_id="1",
            stage_id="8",
            line_ids=str(Command.create({})),
        )
        case = self._get_cases(self.invoice)
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.priority, "0")
        self.assertFalse(case.is_closed)
