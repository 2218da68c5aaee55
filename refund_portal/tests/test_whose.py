from odoo.fields import Command
from odoo.tests import tagged

from .common import RefundPortalCommon


@tagged("post_install", "-at_install")
class TestWhose(RefundPortalCommon):
    """Whose cases a contact sees, and where a case that moved is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.annas = cls._create_case(cls.invoice, contact_id=cls.anna.partner_id.id)
        cls.berts = cls._create_case(
            cls._create_customer_invoice(cls.customer), contact_id=cls.bert.partner_id.id
        )

    def _get_listed(self):
        page = self._get_page("/my/disputes")
        return {link.text_content() for link in page.xpath("//table//td[1]/a")}

    def _get_location(self, url):
        response = self._get(url, allow_redirects=False)
        return response.status_code == 303 and response.headers["Location"].split(self.base_url())[-1]

    def test_all_of_the_customers(self):
        self._login(self.anna)
        self.assertEqual(self._get_listed(), {self.annas.name, self.berts.name})

    def test_own_only_where_the_company_says_so(self):
        self.company.dispute_portal_own_only = True
        self._login(self.anna)
        self.assertEqual(self._get_listed(), {self.annas.name})
        self.assertTrue(self._get_location(f"/my/disputes/{self.berts.id}"))
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["dispute_count"]})
        self.assertEqual(counters, {"dispute_count": 1})
        lines = self.env["dispute.line"].with_user(self.anna).search([])
        self.assertEqual(lines.case_id, self.annas.with_user(self.anna))
        text = self._get(f"/my/invoices/{self.berts.line_ids.move_id.id}").text
        self.assertNotIn(self.berts.name, text)
        page = self._get_page(f"/my/invoices/{self.invoice.id}/dispute?reason_id={self.reason.id}")
        self.assertFalse(page.xpath("//select[@name='contact_id']"), "colleagues are not offered")
        self.assertEqual(
            len(self.env["dispute.case"].search([("id", "in", (self.annas | self.berts).ids)])), 2
        )

    def test_merged_case_leads_to_the_one_that_goes_on(self):
        token = self.annas._portal_ensure_token()
        self.annas._merge_into(self.berts)
        self._login(self.bert)
        self.assertEqual(self._get_location(f"/my/disputes/{self.annas.id}"), f"/my/disputes/{self.berts.id}")
        self._login(self.olga)
        self.assertEqual(self._get_location(f"/my/disputes/{self.annas.id}"), "/my")
        self.authenticate(None, None)
        location = self._get_location(f"/my/disputes/{self.annas.id}?access_token={token}")
        self.assertIn(self.berts.name, self._get(location).text, "mails about the old one still lead there")

    def test_archived_case_leads_to_the_list(self):
        withdrawn, unknown = (
            self.env.ref(f"dispute_management.dispute_{name}") for name in ("resolution_wdn", "cause_unk")
        )
        self.annas._close(withdrawn, cause=unknown)
        self.annas.sudo().active = False
        self._login(self.anna)
        self.assertEqual(self._get_location(f"/my/disputes/{self.annas.id}"), "/my/disputes")
        self.assertEqual(self._get_listed(), {self.berts.name})

    def test_customer_of_two_companies(self):
        other = self.setup_other_company()["company"]
        self._login(self.anna)
        self.assertNotIn("o_dispute_company", self._get("/my/disputes").text)
        self.anna.company_ids = [Command.link(other.id)]
        page = self._get_page("/my/disputes")
        names = {div.text_content() for div in page.xpath("//div[contains(@class, 'o_dispute_company')]")}
        self.assertEqual(names, {self.company.name})
        page = self._get_page(f"/my/disputes/{self.annas.id}")
        self.assertTrue(page.xpath("//dd[contains(@class, 'o_dispute_company')]"))
