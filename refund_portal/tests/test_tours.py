from odoo.tests import tagged

from .common import RefundPortalCommon


@tagged("post_install", "-at_install")
class TestTours(RefundPortalCommon):
    """The customer's journey in a real browser."""

    def test_customer_files_and_follows(self):
        self.start_tour(
            f"/my/invoices/{self.invoice.id}", "refund_portal_file_dispute", login=self.anna.login
        )
        case = self._get_cases(self.invoice)
        self.assertRecordValues(
            case, [{"amount_disputed": 250.0, "customer_reference": "CLAIM 7", "source": "portal"}]
        )
        self.assertIn("Is there any news?", case._get_portal_messages()[0].body)
