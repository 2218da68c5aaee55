from lxml import html

from odoo import http
from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from odoo.addons.refund_portal.tools.period import parse_period

from .hostile_common import SECRET, HostileCommon

PAGE = "/my/disputes/statement"


@tagged("post_install", "-at_install")
class TestPeriod(BaseCase):
    def test_dates(self):
        default = ("first", "last")
        for first, last, found in [
            ("2026-01-31", "2026-02-01", ("2026-01-31", "2026-02-01")),
            ("2026-02-01", "2026-02-01", ("2026-02-01", "2026-02-01")),
            ("2026-02-02", "2026-02-01", None),
            ("2026-02-30", "2026-03-01", None),
            ("0001-01-01", "2026-03-01", None),
            ("2026-01-01", "9999-12-31", None),
            ("2026-01-01\n", "2026-03-01", None),
            ("٢٠٢٦-01-01", "2026-03-01", None),
            ("x", "2026-03-01", None),
            (["2026-01-01"], "2026-03-01", None),
        ]:
            with self.subTest(first=first, last=last):
                period = parse_period(first, last, default)
                self.assertEqual(period and tuple(map(str, period)), found)


@tagged("post_install", "-at_install")
class TestAccount(HostileCommon):
    """A customer reads the account of their own company, and of nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_payment(cls.customer, amount=40, invoice=cls.invoice)

    def _get_account(self, query="?date_from=2019-01-01", path=PAGE):
        return self._get_page(f"{path}{query}")

    def _get_words(self, page):
        return " ".join(page.xpath("string(//div[contains(@class, 'o_dispute_account')])").split())

    def test_what_is_read(self):
        self._login(self.anna)
        page = self._get_account()
        words = self._get_words(page)
        for text in (self.case.name, SECRET, self.invoice.name, self.part.name, "$ 900.00", "$ 300.00"):
            self.assertIn(text, words)
        # 1,000 less 40 and 60.
        self.assertIn("900.00", page.xpath("string(//table[1]//tr[last()])"))
        self.assertTrue(page.xpath(f"//a[@href='/my/disputes/{self.case.id}']"))
        self.assertTrue(page.xpath(f"//a[@href='/my/invoices/{self.invoice.id}']"))
        self.assertEqual(page.xpath("//input[@name='date_from']/@value"), ["2019-01-01"])

    def test_whose(self):
        for actor, sees in [("anna", True), ("bert", True), ("olga", False), ("carl", False)]:
            self._become(actor)
            with self.subTest(actor):
                words = self._get_words(self._get_account())
                file = self._get(f"{PAGE}/file?date_from=2019-01-01")
                self.assertEqual(SECRET in words, sees)
                self.assertEqual(self.case.name in words, sees)
                self.assertEqual(file.status_code, 200)
        self._become("nobody")
        self.assertIn("/web/login", self._get(PAGE).url)
        # An employee who reads no invoices has no account to read.
        self._become("clerk")
        self.assertNotIn("statement", self._get(PAGE).url)

    def test_contacts_who_read_their_own_cases_only(self):
        self.company.dispute_portal_own_only = True
        self._login(self.anna)
        self.assertIn(SECRET, self._get_words(self._get_account()))
        self._login(self.bert)
        words = self._get_words(self._get_account())
        self.assertNotIn(SECRET, words)
        self.assertNotIn(self.case.name, words)
        self.assertIn("Disputes of your colleagues are not shown", words)
        self.assertIn("$ 900.00", words)

    def test_companies(self):
        other = self.carl.company_id
        self._login(self.anna)
        page = self._get_account(f"?company_id={other.id}")
        self.assertNotIn(other.name, self._get_words(page))
        self.assertFalse(page.xpath("//select[@name='company_id']"))
        self.anna.company_ids = [Command.link(other.id)]
        page = self._get_account(f"?company_id={other.id}&date_from=2019-01-01")
        self.assertEqual(page.xpath("//select[@name='company_id']/option[@selected]/@value"), [str(other.id)])
        self.assertNotIn(self.invoice.name, self._get_words(page))

    def test_nonsense(self):
        self._login(self.anna)
        for query in (
            "?date_from=0001-01-01&date_to=9999-12-31",
            "?date_from=2026-13-45",
            "?date_from=%00&date_to=%ff",
            "?date_from=2026-05-01&date_to=2026-04-01",
            "?company_id=-1&date_to=99999999999999999999",
            "?company_id[]=1&date_from[]=1",
            f"?partner_id={self.other_customer.id}&lines=1&company_id='",
        ):
            with self.subTest(query):
                words = self._get_words(self._get_account(query))
                self.assertNotIn("OLGAS", words)
                self._get(f"{PAGE}/file{query}")
        self.assertEqual(
            self.url_open(PAGE, data={"csrf_token": http.Request.csrf_token(self)}).status_code, 405
        )

    def test_file(self):
        self._login(self.anna)
        response = self._get(f"{PAGE}/file?date_from=2019-01-01")
        kind = response.headers["Content-Type"].split(";")[0]
        self.assertIn(kind, ("application/pdf", "text/html"))
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertIn("Acme", response.headers["Content-Disposition"])
        if kind == "application/pdf":
            self.assertTrue(response.content.startswith(b"%PDF"))
        else:
            self.assertIn(self.case.name, html.fromstring(response.content).text_content())

    def test_printing_has_a_limit(self):
        self.env["ir.config_parameter"].sudo().set_param("refund_portal.print_per_user", "1")
        self._login(self.anna)
        self.assertEqual([self._get(f"{PAGE}/file").status_code for _time in range(2)], [200, 429])

    def test_link_on_the_list(self):
        self._login(self.anna)
        self.assertTrue(self._get_page("/my/disputes").xpath(f"//a[@href='{PAGE}']"))
