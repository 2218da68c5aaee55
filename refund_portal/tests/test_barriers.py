from odoo.fields import Command
from odoo.tests import tagged

from .browser_common import BrowserCommon

#: What axe-core finds in Odoo's own layout, conversation and signature: nothing of ours adds to it.
KNOWN_OF_ODOO = {
    "aria-allowed-attr",
    "aria-required-children",
    "aria-valid-attr-value",
    "button-name",
    "color-contrast",
    "frame-title",
    "html-has-lang",
    "image-alt",
    "label",
    "link-name",
    "nested-interactive",
    "select-name",
    "target-size",
}


class Barriers(BrowserCommon):
    """Nobody is kept out: axe-core finds nothing on any page and state, and nothing scrolls sideways."""

    def _check_page(self, name, url=None, is_odoo=False):
        if url:
            self._open(url)
        self._shoot(name)
        with self.subTest(name):
            ours, theirs = self._find_barriers(is_odoo)
            self.assertEqual(ours, [])
            self.assertLessEqual({item["rule"] for item in theirs}, KNOWN_OF_ODOO, theirs)
            self._check_width()

    def _check_answers(self):
        """The states of a case in which the customer answers."""
        self._enter(self.anna)
        self._check_page("ours", self._get_case_url())
        self.case._move_to_stage(self._stage("waiting_customer"))
        self.case.message_post(
            body="Which pieces?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.owner.partner_id.id,
        )
        self._check_page("asked", self._get_case_url())
        self._submit("dispute_supply_form", text=" ")
        self._check_page("asked_error")
        self._offer()
        self._check_page("offer", self._get_case_url())
        self._evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
        self._check_page("offer_open")


@tagged("post_install", "-at_install")
class TestBarriers(Barriers):
    """At a desk, on all pages."""

    def test_answering(self):
        self._check_answers()

    def test_signing(self):
        self.company.dispute_signature_from = 1
        self._offer()
        self._enter(self.anna)
        self._check_page("sign", self._get_case_url())

    def test_closed(self):
        self._refuse()
        self._enter(self.anna)
        self._check_page("refused", self._get_case_url())
        self._submit("dispute_rate_form", rate="2", text="Slow")
        self._check_page("rated")

    def test_list(self):
        self._enter(self.anna)
        self._check_page("list", "/my/disputes")
        self._check_page("list_groups", "/my/disputes?groupby=status")
        self._check_page("list_nothing", "/my/disputes?search=nothing")
        self._enter(self._create_portal_user("newcomer", "Newcomer"))
        self._check_page("list_empty", "/my/disputes")

    def test_account(self):
        self._enter(self.anna)
        self._check_page("account", "/my/disputes/statement?date_from=2019-01-01")
        self._check_page("account_error", "/my/disputes/statement?date_from=2031-01-01&date_to=2030-01-01")
        self._enter(self._create_portal_user("newcomer", "Newcomer"))
        self._check_page("account_empty", "/my/disputes/statement")

    def test_invoices_and_filing(self):
        self._enter(self.anna)
        self._check_page("invoice", f"/my/invoices/{self.invoice.id}", is_odoo=True)
        self._check_page("invoices", "/my/invoices", is_odoo=True)
        self._check_page("home", "/my", is_odoo=True)
        for name, url in (
            ("new", "/my/disputes/new"),
            ("file_reason", f"/my/invoices/{self.invoice.id}/dispute"),
            ("file", f"/my/invoices/{self.invoice.id}/dispute?reason_id={self.reason.id}"),
        ):
            self._check_page(name, url)

    def test_links(self):
        self.case._move_to_stage(self._stage("waiting_customer"))
        query = f"?access_token={self.case._portal_ensure_token()}"
        self._enter(None)
        self._check_page("link", self._get_case_url(query))
        self._check_page("reminders", self._get_case_url(f"/reminders{query}"))
        url = self._offer().sudo()._get_statement_url()
        self._check_page("statement", url.replace(self.case.get_base_url(), ""))

    def test_terms(self):
        policies = self.env["dispute.refund.policy"].sudo()
        policies.search([]).active = False
        policy = policies.create(
            {"name": "Terms", "terms": "<h2>When</h2><ul><li>Soon</li></ul>", "is_published": True}
        )
        policy.terms = "<p>Later</p>"
        url = f"/disputes/terms/{self.company.root_id.id}"
        self._enter(None)
        self._check_page("terms", url)
        self._check_page("terms_version", f"{url}/{policy.id}/1")

    def test_questions(self):
        """What a colleague or a carrier is asked, by link."""
        wizard = (
            self.env["information.request.send"]
            .with_user(self.owner)
            .create(
                {
                    "case_id": self.case.id,
                    "question_id": self.env["dispute.question"].sudo().search([], limit=1).id,
                    "recipient_ids": [Command.create({"email": "carrier@example.com"})],
                }
            )
        )
        wizard.action_ask()
        url = self.case.request_ids.sudo()._get_urls()[self.case.request_ids]
        url = url.replace(self.case.get_base_url(), "")
        self._enter(None)
        self._check_page("question", url)
        self._evaluate("document.querySelector('#question_forward').noValidate = true")
        self._submit("question_forward", email="no address")
        self._check_page("question_error")
        self._check_page("question_gone", "/dispute/answer/x")

    def test_filing_links(self):
        url = f"/dispute/file/{self.invoice.sudo()._issue_dispute_filing_token()}"
        self._enter(None)
        self._check_page("link_file", f"{url}?reason_id={self.reason.id}")
        self._check_page("link_gone", "/dispute/file/x")

    def test_keyboard(self):
        self.case._move_to_stage(self._stage("waiting_customer"))
        self._enter(self.anna)
        self._open(self._get_case_url())
        reached = []
        for _ in range(45):
            for kind in ("keyDown", "keyUp"):
                self._ask_browser(
                    "Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9
                )
            reached.append(
                self._evaluate("document.activeElement.id || document.activeElement.innerText?.trim()")
            )
        missing = self.case._get_portal_missing()[:1]
        wanted = [f"evidence_{missing.id}", "supply_text", "supply_files", "Send"]
        found = [item for item in dict.fromkeys(reached) if item in wanted]
        self.assertEqual(found, wanted, reached)
        self.assertIn("Withdraw this dispute", reached)


@tagged("post_install", "-at_install")
class TestBarriersOnPhone(Barriers):
    """On the smallest phone."""

    browser_size = "360x740"
    touch_enabled = True

    def test_answering(self):
        self._check_answers()

    def test_list(self):
        self._enter(self.anna)
        self._check_page("list", "/my/disputes")
        self._check_page("account", "/my/disputes/statement?date_from=2019-01-01")
