from unittest.mock import patch

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.portal.controllers.portal import CustomerPortal

from .common import RefundPortalCommon


@tagged("post_install", "-at_install")
class TestPages(RefundPortalCommon):
    """The pages say what the case says, in the customer's words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_case = cls._create_case(cls.invoice, amount=300, customer_reference="CLAIM 42")
        cls.closed_case = cls._create_case(cls._create_customer_invoice(cls.customer), amount=50)
        cls._close(cls.closed_case)
        cls.other_case = cls._create_case(cls.other_invoice)

    @classmethod
    def _close(cls, cases):
        resolution = cls.env.ref("dispute_management.dispute_resolution_rej")
        cases._close(resolution, cause=cls.env["dispute.cause"].search([], limit=1))

    def setUp(self):
        super().setUp()
        self._login(self.anna)

    def _get_listed(self, query=""):
        page = self._get_page(f"/my/disputes{query}")
        return {link.text_content() for link in page.xpath("//table//td[1]/a")}

    # ------------------------------------------------------------
    # Home and list
    # ------------------------------------------------------------

    def test_home_card(self):
        page = self._get_page("/my")
        card = page.xpath("//a[@href='/my/disputes']/ancestor::div[contains(@class, 'o_portal_index_card')]")[
            0
        ]
        self.assertNotIn("d-none", card.get("class"), "shown without JavaScript and without disputes")
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["dispute_count"]})
        self.assertEqual(counters, {"dispute_count": 1})
        self.assertNotIn(
            "dispute_count", self.make_jsonrpc_request("/my/counters", {"counters": ["invoice_count"]})
        )

    def test_list_shows_own_cases_only(self):
        self.assertEqual(self._get_listed(), {self.open_case.name, self.closed_case.name})

    def test_filters_and_search(self):
        open_name, closed_name = self.open_case.name, self.closed_case.name
        both = {open_name, closed_name}
        for query, expected in [
            ("?filterby=open", {open_name}),
            ("?filterby=closed", {closed_name}),
            ("?filterby=yours", set()),
            (f"?search={open_name}", {open_name}),
            ("?search=claim+42", {open_name}),
            ("?search=claim+42&search_in=reference", {open_name}),
            ("?search=claim+42&search_in=name", set()),
            (f"?search={self.invoice.name}&search_in=invoice", {open_name}),
            (f"?search={self.other_invoice.name}", set()),
            ("?sortby=amount", both),
            ("?sortby=nonsense&filterby=nonsense&search_in=nonsense", both),
            ("?search=%00", both),
            ("?search=%25&search_in=name", both),
            ("?search=" + "x" * 5000, set()),
            ("/page/1", both),
            ("/page/999999", both),
        ]:
            with self.subTest(query[:60]):
                self.assertEqual(self._get_listed(query), expected)

    def test_order(self):
        page = self._get_page("/my/disputes?sortby=amount")
        names = [link.text_content() for link in page.xpath("//table//td[1]/a")]
        self.assertEqual(names, [self.open_case.name, self.closed_case.name])

    def _get_groups(self, query):
        page = self._get_page(f"/my/disputes?{query}")
        groups = []
        for row in page.xpath("//table/tbody/tr"):
            if row.xpath("th"):
                groups.append((row.text_content().strip(), []))
            else:
                groups[-1][1].append(row.xpath("td[1]/a")[0].text_content())
        return groups

    def test_groups(self):
        asked = self._create_case(self._create_customer_invoice(self.customer), amount=70)
        asked._move_to_stage(self.env.ref("dispute_management.dispute_stage_waiting_customer"))
        asked.sudo().date_opened = "2025-03-02 10:00:00"
        self.assertEqual(
            self._get_groups("groupby=status"),
            [
                ("Waiting for you", [asked.name]),
                ("We are working on it", [self.open_case.name]),
                ("Closed", [self.closed_case.name]),
            ],
        )
        self.assertEqual(
            self._get_groups("groupby=status&filterby=open&sortby=amount"),
            [("Waiting for you", [asked.name]), ("We are working on it", [self.open_case.name])],
        )
        self.assertEqual(self._get_groups("groupby=month")[-1], ("March 2025", [asked.name]))
        self.assertEqual(self._get_groups("groupby=nonsense&search=nothing"), [])

    def test_groups_by_reason_and_document(self):
        quality = self.env.ref("dispute_management.dispute_reason_qua")
        quality.public_name = "Something is broken"
        self.reason.public_name = "You charged too much"
        other = self._create_case(self.invoice, amount=70, reason_id=quality.id)
        both = self._create_case(
            self.invoice,
            reason_id=quality.id,
            line_ids=[
                Command.create({"move_id": invoice.id, "amount": 10})
                for invoice in self.invoice | self.closed_case.line_ids.move_id
            ],
        )
        self.assertEqual(
            self._get_groups("groupby=reason&sortby=oldest"),
            [
                ("You charged too much", [self.open_case.name, self.closed_case.name]),
                ("Something is broken", [other.name, both.name]),
            ],
        )
        first, second = self.invoice.name, self.closed_case.line_ids.move_id.name
        self.assertEqual(
            self._get_groups("groupby=document&sortby=oldest"),
            [
                (second, [self.closed_case.name]),
                (f"{first}, {second}", [both.name]),
                (first, [self.open_case.name, other.name]),
            ],
        )
        with patch.object(CustomerPortal, "_items_per_page", 3):
            self.assertEqual(
                [self._get_groups_of(f"/page/{page}?groupby=document&sortby=oldest") for page in (1, 2)],
                [[second, f"{first}, {second}", first], [first]],
            )

    def test_groups_go_on_over_pages(self):
        for _ in range(4):
            self._create_case(self._create_customer_invoice(self.customer, price=10), amount=5)
        with patch.object(CustomerPortal, "_items_per_page", 2):
            pages = [self._get_listed(f"/page/{page}?groupby=status") for page in (1, 2, 3)]
            names = [self._get_groups_of(f"/page/{page}?groupby=status") for page in (1, 2, 3)]
        self.assertEqual([len(page) for page in pages], [2, 2, 2])
        self.assertEqual(len(set.union(*pages)), 6, "each case once")
        working = "We are working on it"
        self.assertEqual(names, [[working], [working], [working, "Closed"]])

    def _get_groups_of(self, path):
        page = self._get_page(f"/my/disputes{path}")
        return [name.text_content().strip() for name in page.xpath("//table/tbody/tr/th")]

    def test_list_costs_no_query_a_case(self):
        def count_queries():
            before = self.cr.sql_log_count
            self._get_page("/my/disputes")
            return self.cr.sql_log_count - before

        self._get_page("/my/disputes")
        few = count_queries()
        for _ in range(10):
            self._create_case(self._create_customer_invoice(self.customer, price=10), amount=5)
        self.env.flush_all()
        # What opening the cases still had to do is no part of showing them.
        self.cr.precommit.run()
        self.env.invalidate_all()
        self.assertLessEqual(count_queries(), few + 1)

    def test_nobody_yet(self):
        self.authenticate(None, None)
        response = self._get("/my/disputes", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        newcomer = self._create_portal_user("newcomer", "Newcomer")
        self._login(newcomer)
        page = self._get_page("/my/disputes")
        self.assertTrue(page.xpath("//div[contains(@class, 'o_dispute_empty')]"))

    # ------------------------------------------------------------
    # Case page
    # ------------------------------------------------------------

    def _get_case_page(self, case=None):
        return self._get_page(f"/my/disputes/{(case or self.open_case).id}")

    def test_case_page(self):
        self.reason.public_name = "You charged too much"
        page = self._get_case_page()
        text = page.text_content()
        for words in (self.open_case.name, "CLAIM 42", "You charged too much", "300.00", "It is our turn"):
            self.assertIn(words, text)
        self.assertTrue(page.xpath(f"//a[@href='/my/invoices/{self.invoice.id}']"))

    def test_credit_note_is_listed_once_posted(self):
        refund = self._reverse_invoice(self.invoice)
        refund.sudo().dispute_case_id = self.open_case
        link = f"//a[@href='/my/invoices/{refund.id}']"
        self.assertFalse(self._get_case_page().xpath(link), "a draft is ours")
        refund.action_post()
        self.assertTrue(self._get_case_page().xpath(link))

    def test_hidden_stage_reads_as_the_one_before_it(self):
        checking = self.env.ref("dispute_management.dispute_stage_checking")
        received = self.open_case._get_portal_stage_name(self.open_case.stage_id)
        checking.sudo().write({"is_hidden": True, "public_name": "Our secret step"})
        self.open_case._move_to_stage(checking)
        page = self._get_page(f"/my/disputes/{self.open_case.id}")
        self.assertNotIn("Our secret step", page.text_content())
        self.assertEqual(self.open_case._get_portal_stage_name(checking), received)

    def test_stage_bar(self):
        page = self._get_case_page()
        current = page.xpath("//li[@aria-current='step']")
        self.assertEqual(len(current), 1)
        self.assertIn(
            self.open_case._get_portal_stage_name(self.open_case.stage_id), current[0].text_content()
        )
        names = [step["name"] for step in self.open_case._get_portal_steps()]
        self.assertEqual(len(names), len(set(names)), "stages that read the same are one step")

    def test_turns(self):
        for xmlid, words in [
            ("dispute_stage_waiting_customer", "It is your turn"),
            ("dispute_stage_waiting_third_party", "waiting for someone else"),
            ("dispute_stage_checking", "It is our turn"),
        ]:
            with self.subTest(xmlid):
                self.open_case._move_to_stage(self.env.ref(f"dispute_management.{xmlid}"))
                self.assertIn(words, self._get_case_page().text_content())
        turn = self._get_case_page(self.closed_case).xpath("//*[@id='dispute_turn']")[0].text_content()
        self.assertIn("is closed", turn)
        self.assertNotIn("turn", turn.lower().replace("return", ""))

    def test_amounts_add_up(self):
        for case in self.open_case | self.closed_case:
            amounts = case._get_portal_amounts()
            self.assertAlmostEqual(amounts[0][1], sum(amount for _label, amount in amounts[1:]))
        labels = [label for label, _amount in self.closed_case._get_portal_amounts()]
        self.assertEqual(labels, ["You dispute", "Not accepted"])

    # ------------------------------------------------------------
    # Invoices
    # ------------------------------------------------------------

    def test_invoice_page_offers_the_dispute(self):
        url = f"/my/invoices/{self.invoice.id}"
        page = self._get_page(url)
        self.assertTrue(page.xpath(f"//a[@href='{url}/dispute']"))
        banner = page.xpath("//div[contains(@class, 'o_dispute_banner')]")[0].text_content()
        self.assertIn("300.00", banner)
        self.assertIn(self.open_case.name, banner)

    def test_invoice_page_by_token(self):
        token = self.invoice._portal_ensure_token()
        self.authenticate(None, None)
        page = self._get_page(f"/my/invoices/{self.invoice.id}?access_token={token}")
        self.assertTrue(
            page.xpath(f"//a[@href='/my/invoices/{self.invoice.id}/dispute']"), "leads to the login"
        )
        self.assertNotIn(self.open_case.name, page.text_content(), "the invoice's token opens no dispute")

    def test_no_button_where_nothing_is_disputable(self):
        self._reverse_invoice(self.invoice, post=True)
        page = self._get_page(f"/my/invoices/{self.invoice.id}")
        self.assertFalse(page.xpath(f"//a[@href='/my/invoices/{self.invoice.id}/dispute']"))

    def test_invoice_list_badge(self):
        page = self._get_page("/my/invoices")
        badges = page.xpath("//div[@name='invoice_disputed']")
        self.assertEqual(len(badges), 1)
        self.assertIn("300.00", badges[0].text_content())

    def test_no_badge_without_dispute(self):
        self._login(self.bert)
        clean = self._create_customer_invoice(self.customer)
        response = self._get(f"/my/invoices/{clean.id}")
        self.assertFalse(
            html.fromstring(response.content).xpath("//div[contains(@class, 'o_dispute_banner')]")
        )
