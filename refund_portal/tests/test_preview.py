from odoo import http
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .answer_common import AnswerCommon


@tagged("post_install", "-at_install")
class TestPreview(AnswerCommon):
    """Our people see the page of a case as its customer does, and can do nothing there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer = new_test_user(
            cls.env,
            login="case_viewer",
            password="case_viewer",
            groups="dispute_management.group_dispute_viewer",
        )
        cls.case.message_post(body="WE SUSPECT THEM", subtype_xmlid="mail.mt_note")

    def _read(self, user):
        """:return: (page, what a user reads on it)"""
        self._login(user)
        page = self._get_page(self._get_case_url())
        content = page.xpath("//div[contains(@class, 'o_portal_content')]")[0]
        return page, " ".join(content.text_content().split())

    def _compare(self):
        """The page of the customer and that of our viewer."""
        _page, theirs = self._read(self.anna)
        page, ours = self._read(self.viewer)
        self.assertTrue(page.xpath("//*[@id='dispute_preview']"))
        self.assertFalse(page.xpath("//*[contains(@class, 'o_portal_chatter')]"))
        self.assertEqual(ours.replace("The conversation is here.", "").split(), theirs.split())
        self.assertNotIn("SUSPECT", ours)
        buttons = page.xpath("//div[contains(@class, 'o_portal_content')]//button")
        self.assertTrue(buttons)
        for button in buttons:
            self.assertTrue(button.xpath("ancestor::fieldset[@disabled]"))

    def test_as_the_customer_reads_it(self):
        self._compare()

    def test_an_offer(self):
        self._offer()
        self._compare()

    def test_a_closed_case(self):
        self._refuse()
        self._compare()

    def test_links_are_those_of_the_customer(self):
        self.invoice.message_subscribe(partner_ids=self.customer.ids)
        page, _text = self._read(self.viewer)
        self.assertTrue(page.xpath(f"//a[@href='/my/invoices/{self.invoice.id}']"))
        (self.anna | self.bert).active = False
        page, _text = self._read(self.viewer)
        self.assertFalse(page.xpath(f"//a[@href='/my/invoices/{self.invoice.id}']"))
        self.assertFalse(page.xpath("//form[@id='dispute_withdraw_form']"), "without login nobody withdraws")

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.anna.lang = "fr_FR"
        page, _text = self._read(self.viewer)
        self.assertEqual(page.get("lang"), "fr-FR")

    @mute_logger("odoo.http")
    def test_nothing_can_be_done(self):
        offer = self._offer()
        self._login(self.viewer)
        before = self.case.message_ids
        for do in ("write", "supply", "withdraw", "rate"):
            self._act(do, text="x", sure="1", rate="1")
        for do in ("accept", "decline", "counter"):
            self._act(do, f"/statements/{offer.id}", text="x", amount="250")
        self.url_open(self._get_case_url("/reminders"), data={"csrf_token": http.Request.csrf_token(self)})
        self.env.invalidate_all()
        self.assertEqual(self.case.message_ids, before)
        self.assertRecordValues(offer, [{"state": "proposed", "answer": False}])
        self.assertFalse(self.case.is_closed or self.case.is_reminder_stopped or self.case.rating_ids)

    def test_who_may_not_read_the_case(self):
        clerk = new_test_user(self.env, login="no_disputes", password="no_disputes", groups="base.group_user")
        self._login(clerk)
        response = self._get(self._get_case_url(), allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertNotIn(self.case.name, response.text)

    def test_button(self):
        action = self.case.with_user(self.viewer).action_preview_portal_page()
        self.assertEqual(action["url"], self._get_case_url())
        self.assertIn(
            self.env.ref("refund_portal.action_preview_dispute_page").id,
            [item["id"] for item in self.env["ir.actions.actions"].get_bindings("dispute.case")["action"]],
        )
