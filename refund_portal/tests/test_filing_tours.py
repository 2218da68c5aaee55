from odoo.tests import tagged

from odoo.addons.dispute_management.tests.picture_common import PictureMixin

from .common import RefundPortalCommon


class FilingTours(PictureMixin):
    """The customer's ways to file, in a real browser."""

    def test_lines_of_an_invoice(self):
        invoice = self._create_invoice(
            move_type="out_invoice",
            partner_id=self.customer.id,
            invoice_line_ids=[
                self._prepare_invoice_line(name="Pallets", price_unit=300, tax_ids=[]),
                self._prepare_invoice_line(name="Freight", price_unit=40, tax_ids=[]),
            ],
            post=True,
        )
        self.start_tour(f"/my/invoices/{invoice.id}", "refund_portal_file_lines", login=self.anna.login)
        case = self._get_cases(invoice)
        self.assertRecordValues(
            case, [{"amount_disputed": 40.0, "contact_method": "phone", "contact_phone": "+1 555 0100"}]
        )
        self.assertEqual(case.line_ids.move_line_id.name, "Freight")

    def test_several_invoices(self):
        second = self._create_customer_invoice(self.customer, price=500)
        self.start_tour("/my", "refund_portal_file_several", login=self.anna.login)
        case = self._get_cases(second)
        self.assertEqual(case.line_ids.move_id, self.invoice | second)
        self.assertEqual(case.amount_disputed, 1500)

    def test_refund_of_what_was_paid(self):
        self._create_payment(self.customer, amount=1000, invoice=self.invoice)
        self.start_tour(f"/my/invoices/{self.invoice.id}", "refund_portal_ask_refund", login=self.anna.login)
        self.assertRecordValues(
            self._get_cases(self.invoice), [{"amount_disputed": 30.0, "customer_wish": "refund"}]
        )

    def test_without_login(self):
        token = self.invoice._portal_ensure_token()
        url = f"/my/invoices/{self.invoice.id}?access_token={token}"
        self.start_tour(url, "refund_portal_file_by_link")
        self.assertEqual(self._get_cases(self.invoice).amount_disputed, 12.5)


@tagged("post_install", "-at_install")
class TestFilingToursDesktop(FilingTours, RefundPortalCommon):
    browser_size = "1366x768"


@tagged("post_install", "-at_install")
class TestFilingToursPhone(FilingTours, RefundPortalCommon):
    browser_size = "360x740"
    touch_enabled = True
