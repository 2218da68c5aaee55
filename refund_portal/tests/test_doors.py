from datetime import timedelta

from lxml import html

from odoo import http
from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged

from .common import RefundPortalCommon


@tagged("post_install", "-at_install")
class TestDoors(RefundPortalCommon):
    """By whichever door: one case, about what was chosen, and about nothing that isn't the customer's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_customer_invoice(cls.customer, price=500)
        cls.paid = cls._create_customer_invoice(cls.customer, price=80)
        cls.payment = cls._create_payment(cls.customer, amount=80, invoice=cls.paid)
        cls.other_payment = cls._create_payment(cls.other_customer, amount=70)

    def _post_new(self, query, **data):
        url = f"/my/disputes/new?{query}"
        page = self._get_page(f"{url}&reason_id={self.reason.id}")
        fields = self._prepare_form(**data)
        fields["form_key"] = page.xpath("//input[@name='form_key']/@value")[0]
        fields["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=fields, allow_redirects=False)

    # ------------------------------------------------------------
    # Several invoices
    # ------------------------------------------------------------

    def test_several_invoices_make_one_case(self):
        self._login(self.anna)
        query = f"invoice={self.invoice.id}&invoice={self.second.id}"
        data = {f"amount_m{self.invoice.id}": "100.00", f"amount_m{self.second.id}": "50.00"}
        self._post_new(query, **data)
        case = self._get_cases(self.invoice)
        self.assertEqual(case, self._get_cases(self.second))
        self.assertEqual(case.amount_disputed, 150)
        self.assertRecordValues(
            case.line_ids,
            [
                {"move_id": self.invoice.id, "amount": 100.0},
                {"move_id": self.second.id, "amount": 50.0},
            ],
        )
        self._post_new(query, **data)
        self.assertEqual(self._get_cases(self.invoice), case, "sent again, it makes no second case")

    def test_each_amount_has_its_own_message(self):
        self._login(self.anna)
        response = self._post_new(
            f"invoice={self.invoice.id}&invoice={self.second.id}",
            **{f"amount_m{self.invoice.id}": "100", f"amount_m{self.second.id}": "500.01"},
        )
        self.assertEqual(response.status_code, 422)
        page = html.fromstring(response.content)
        self.assertIn("500.00", page.get_element_by_id(f"amount_m{self.second.id}_error").text_content())
        self.assertFalse(self._get_cases(self.invoice))

    def test_one_company_and_currency(self):
        foreign = self._create_customer_invoice(
            self.customer, currency_id=self.setup_other_currency("EUR").id
        )
        self._login(self.anna)
        page = self._get_page(f"/my/disputes/new?invoice={self.invoice.id}&invoice={foreign.id}")
        self.assertIn("one currency", page.get_element_by_id("dispute_choice_error").text_content())
        checked = page.xpath("//input[@name='invoice'][@checked]/@value")
        self.assertEqual(set(map(int, checked)), {self.invoice.id, foreign.id}, "the choice is kept")

    def test_choice_offers_the_customers_own(self):
        self._login(self.anna)
        page = self._get_page("/my/disputes/new")
        offered = set(map(int, page.xpath("//input[@name='invoice']/@value")))
        self.assertEqual(offered, {self.invoice.id, self.second.id, self.paid.id})
        payments = set(map(int, page.xpath("//input[@name='payment']/@value")))
        self.assertEqual(payments, {self.payment.id})
        found = self._get_page(f"/my/disputes/new?search={self.second.name}")
        self.assertEqual(found.xpath("//input[@name='invoice']/@value"), [str(self.second.id)])

    def test_nothing_chosen(self):
        self._login(self.anna)
        error = "//*[@id='dispute_choice_error']"
        self.assertFalse(self._get_page("/my/disputes/new").xpath(error))
        self.assertTrue(self._get_page("/my/disputes/new?go=1").xpath(error))

    def test_others_documents_are_left_out(self):
        self._login(self.anna)
        for query in (f"invoice={self.other_invoice.id}", f"payment={self.other_payment.id}"):
            page = self._get_page(f"/my/disputes/new?{query}&reason_id={self.reason.id}")
            self.assertFalse(page.xpath("//form[contains(@class, 'o_dispute_form')]"), query)
            response = self.url_open(
                f"/my/disputes/new?{query}",
                data=self._prepare_form(csrf_token=http.Request.csrf_token(self), form_key="x"),
                allow_redirects=False,
            )
            self.assertEqual(response.status_code, 303)
        self.assertFalse(self._get_cases(self.other_invoice))

    # ------------------------------------------------------------
    # Lines of an invoice
    # ------------------------------------------------------------

    def _create_invoice_of_lines(self):
        invoice = self._create_invoice(
            move_type="out_invoice",
            partner_id=self.customer.id,
            invoice_line_ids=[
                self._prepare_invoice_line(name="Pallets", price_unit=300, tax_ids=[]),
                self._prepare_invoice_line(name="Freight", price_unit=40, tax_ids=[]),
            ],
            post=True,
        )
        return invoice, invoice.invoice_line_ids

    def test_lines_of_the_invoice(self):
        invoice, (pallets, freight) = self._create_invoice_of_lines()
        self._login(self.anna)
        self._post_form(
            invoice,
            claim_by="lines",
            **{f"line_{freight.id}": "1", f"line_{freight.id}_amount": "40.00"},
            **{f"line_{pallets.id}_amount": "300.00"},
        )
        self.assertRecordValues(
            self._get_cases(invoice).line_ids,
            [{"move_id": invoice.id, "move_line_id": freight.id, "amount": 40.0}],
        )

    def test_lines_refused(self):
        invoice, (_pallets, freight) = self._create_invoice_of_lines()
        foreign_line = self.other_invoice.invoice_line_ids
        self._login(self.anna)
        for data, error in [
            ({}, "claim_by_error"),
            ({f"line_{foreign_line.id}": "1", f"line_{foreign_line.id}_amount": "5"}, "claim_by_error"),
            (
                {f"line_{freight.id}": "1", f"line_{freight.id}_amount": "40.01"},
                f"line_{freight.id}_amount_error",
            ),
        ]:
            response = self._post_form(invoice, claim_by="lines", **data)
            self.assertEqual(response.status_code, 422)
            self.assertTrue(html.fromstring(response.content).get_element_by_id(error).text_content())
        self.assertFalse(self._get_cases(invoice))

    def test_company_says_what_may_be_claimed(self):
        invoice, (_pallets, freight) = self._create_invoice_of_lines()
        self._login(self.anna)
        self.company.dispute_portal_claim = "amount"
        response = self._post_form(
            invoice, claim_by="lines", **{f"line_{freight.id}": "1", f"line_{freight.id}_amount": "40.00"}
        )
        self.assertEqual(response.status_code, 422)
        self.company.dispute_portal_claim = "lines"
        self.assertEqual(self._post_form(invoice, claim_by="amount").status_code, 422)
        self.assertFalse(self._get_cases(invoice))
        self.company.dispute_portal_file = False
        page = self._get_page(f"/my/invoices/{invoice.id}/dispute")
        self.assertTrue(page.xpath("//*[@id='dispute_refused']"))
        self.assertFalse(
            self._get_page(f"/my/invoices/{invoice.id}").xpath("//a[contains(@href, '/dispute')]")
        )

    # ------------------------------------------------------------
    # Refunds
    # ------------------------------------------------------------

    def test_refund_of_a_payment(self):
        self._login(self.anna)
        self._post_new(f"payment={self.payment.id}", amount="30.00", customer_wish="refund")
        case = self.env["dispute.case"].sudo().search([("line_ids.payment_id", "=", self.payment.id)])
        self.assertRecordValues(
            case, [{"amount_disputed": 30.0, "customer_wish": "refund", "partner_id": self.customer.id}]
        )

    def test_refund_of_a_paid_invoice(self):
        self._login(self.anna)
        page = self._get_page(f"/my/invoices/{self.paid.id}")
        button = page.xpath(f"//a[@href='/my/invoices/{self.paid.id}/dispute']")[0]
        self.assertIn("Request a refund", button.text_content())
        self._post_form(self.paid, amount="80.00")
        self.assertEqual(self._get_cases(self.paid).amount_disputed, 80)

    def test_refunds_are_a_setting(self):
        self.company.dispute_portal_refund = False
        self._login(self.anna)
        page = self._get_page("/my/disputes/new")
        self.assertFalse(page.xpath("//input[@name='payment']"))
        page = self._get_page(f"/my/disputes/new?payment={self.payment.id}&reason_id={self.reason.id}")
        self.assertTrue(page.xpath("//*[@id='dispute_refused']"))
        page = self._get_page(f"/my/invoices/{self.invoice.id}/dispute?reason_id={self.reason.id}")
        self.assertFalse(page.xpath("//select[@name='customer_wish']/option[@value='refund']"))

    # ------------------------------------------------------------
    # Without login
    # ------------------------------------------------------------

    def _open_link(self, invoice=None):
        """:return: the path that the invoice's page gives to the bearer of its token"""
        invoice = invoice or self.invoice
        self.authenticate(None, None)
        token = invoice._portal_ensure_token()
        page = self._get_page(f"/my/invoices/{invoice.id}?access_token={token}")
        (form,) = page.xpath("//form[contains(@action, '/dispute/link')]")
        data = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
        response = self.url_open(form.get("action"), data=data, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        return response.headers["Location"].split(str(self.base_url()))[-1]

    def _post_link(self, path, **data):
        page = self._get_page(f"{path}?reason_id={self.reason.id}")
        fields = self._prepare_form(**data)
        for name in ("form_key", "csrf_token"):
            fields[name] = page.xpath(f"//input[@name='{name}']/@value")[0]
        return self.url_open(path, data=fields, allow_redirects=False)

    def test_filed_without_login(self):
        path = self._open_link()
        response = self._post_link(path, files="", description="Two are missing.")
        self.assertEqual(response.status_code, 303)
        case = self._get_cases(self.invoice)
        self.assertRecordValues(
            case,
            [{"description": "Two are missing.", "contact_id": self.customer.id, "source": "portal"}],
        )
        page = self._get_page(response.headers["Location"])
        self.assertIn(case.name, page.get_element_by_id("dispute_filed").text_content())
        self.assertFalse(page.xpath("//a[contains(@href, '/my/disputes/')]"), "it opens no case")
        self._post_link(path, description="Two are missing.")
        self.assertEqual(self._get_cases(self.invoice), case, "sent again, it makes no second case")

    def test_link_shows_its_invoice_only(self):
        case = self._create_case(self.invoice, customer_reference="SECRET OF ACME")
        self.assertTrue(case)
        path = self._open_link()
        text = self._get(f"{path}?reason_id={self.reason.id}").text
        self.assertIn(self.invoice.name, text)
        self.assertIn('lang="en-US"', text)
        for secret in (self.second.name, case.name, "SECRET OF ACME", self.payment.name, "Bert of Acme"):
            self.assertNotIn(secret, text)
        self.assertEqual(
            self._get(f"/my/invoices/{self.invoice.id}/dispute", allow_redirects=False).status_code, 303
        )

    def test_link_needs_the_token(self):
        self.invoice._portal_ensure_token()
        self.authenticate(None, None)
        for token in ("", "x", self.other_invoice._portal_ensure_token(), "é"):
            response = self.url_open(
                f"/my/invoices/{self.invoice.id}/dispute/link",
                data={"access_token": token, "csrf_token": http.Request.csrf_token(self)},
                allow_redirects=False,
            )
            self.assertTrue(response.headers["Location"].endswith("/my"), token)
        self.assertFalse(self.env["dispute.link"].search([("purpose", "=", "filing")]))

    def test_link_expires_and_is_revoked(self):
        path = self._open_link()
        link = self.env["dispute.link"].sudo().search([("purpose", "=", "filing")])
        self.assertEqual(self._get(path).status_code, 200)
        self.assertNotIn(path.rsplit("/", 1)[1], link.token_hash, "only its hash is kept")
        link.date_expiry = Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self._get(path).status_code, 404)
        path = self._open_link()
        clerk = new_test_user(
            self.env, login="clerk_of_links", groups="dispute_management.group_dispute_user"
        )
        self.invoice.with_user(clerk).action_revoke_dispute_links()
        self.assertEqual(self._get(path).status_code, 404)
        page = self._get_page(f"/my/invoices/{self.invoice.id}?access_token={self.invoice.access_token}")
        self.assertFalse(page.xpath("//form[contains(@action, '/dispute/link')]"))
        self.invoice.with_user(clerk).action_allow_dispute_links()
        self.assertEqual(self._get(self._open_link()).status_code, 200)
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.anna).action_revoke_dispute_links()

    def test_links_are_a_setting(self):
        path = self._open_link()
        self.company.dispute_portal_link = False
        self.assertEqual(self._get(path).status_code, 404)
        self.assertNotIn("/dispute/file/", self.invoice._get_dispute_filing_url())

    def test_link_in_a_mail(self):
        template = self.env["mail.template"].create(
            {
                "name": "Reminder",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "body_html": '<a t-att-href="object._get_dispute_filing_url()">Something wrong?</a>',
            }
        )
        body = template._render_field("body_html", self.invoice.ids)[self.invoice.id]
        url = html.fromstring(str(body)).get("href")
        self.authenticate(None, None)
        self.assertIn(self.invoice.name, self._get(url[url.index("/dispute/file/") :]).text)

    def test_another_customers_key_does_not_fit_the_link(self):
        path = self._open_link()
        fields = self._prepare_form(form_key=self._make_key(self.anna, self.invoice))
        page = self._get_page(f"{path}?reason_id={self.reason.id}")
        fields["csrf_token"] = page.xpath("//input[@name='csrf_token']/@value")[0]
        self.assertEqual(self.url_open(path, data=fields, allow_redirects=False).status_code, 422)
        self.assertFalse(self._get_cases(self.invoice))
