from odoo import http
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .answer_common import AnswerCommon


@tagged("post_install", "-at_install")
class TestMails(AnswerCommon, MailCommon):
    """Mails lead to the page, confirm what was done, and stop reminding when asked to."""

    def _remind(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.case._remind_customer()
        return self._new_mails

    def _get_links(self, mail):
        return [part.split('"')[0] for part in str(mail.body_html).split('href="')[1:]]

    def test_one_button_to_the_page(self):
        links = [link for link in self._get_links(self._remind()) if "/my/disputes" in link]
        self.assertEqual(links[0], f"{self.case.get_base_url()}/my/disputes/{self.case.id}")
        self.authenticate(None, None)
        response = self._get(f"/my/disputes/{self.case.id}", allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertIn(f"{self.case.id}", response.headers["Location"].split("redirect")[1])

    def test_contact_without_login_comes_by_a_link(self):
        self.case.contact_id = self._create_partner(
            name="Carla", email="carla@example.com", parent_id=self.customer.id
        )
        links = [link for link in self._get_links(self._remind()) if "/my/disputes" in link]
        self.assertIn("access_token=", links[0])

    def test_stop_reminders(self):
        link = next(link for link in self._get_links(self._remind()) if "/reminders" in link)
        path = link.replace(self.case.get_base_url(), "").replace("&amp;", "&")
        self.authenticate(None, None)
        page = self._get_page(path)
        self.assertTrue(page.xpath("//form[@id='dispute_reminders_form']"))
        self.assertFalse(self.case.is_reminder_stopped, "a mail scanner that opens the link stops nothing")
        response = self.url_open(path, data={"csrf_token": http.Request.csrf_token(self)})
        self.assertIn("We remind you no more", response.text)
        self.env.invalidate_all()
        self.assertTrue(self.case.is_reminder_stopped)
        self.assertFalse(self._remind())
        offer = self._offer()
        with self.mock_mail_gateway(mail_unlink_sent=False):
            offer.sudo()._send_statement_reminder()
        self.assertFalse(self._new_mails)

    def test_others_stop_nothing(self):
        self._login(self.olga)
        for query in ("", "?access_token=x"):
            url = f"/my/disputes/{self.case.id}/reminders{query}"
            self.url_open(url, data={"csrf_token": http.Request.csrf_token(self)})
        self.env.invalidate_all()
        self.assertFalse(self.case.is_reminder_stopped)

    def test_confirmation_goes_to_who_did_it(self):
        self._login(self.bert)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self._act("write", text="News of ours.")
        mail = self._get_confirmations(self.bert)
        self.assertEqual(len(mail), 1)
        self.assertIn("Hello Bert of Acme", mail.body_html)
        self.assertIn("We have received your message.", mail.body_html)
        self.assertFalse(self._get_confirmations(self.anna))

    def test_confirmation_is_previewed(self):
        template = self.env.ref("refund_portal.mail_template_dispute_confirmation")
        preview = self.env["mail.template.preview"].create(
            {"mail_template_id": template.id, "resource_ref": f"dispute.case,{self.case.id}"}
        )
        self.assertFalse(preview.error_msg)
        self.assertIn("Hello Anna of Acme", preview.body_html)

    def _render(self, name):
        template = self.env.ref(f"dispute_management.mail_template_dispute_{name}")
        return template._render_field("body_html", self.case.ids)[self.case.id]

    def test_what_is_offered_is_what_the_customer_gets(self):
        self._offer()
        body = self._render("offer")
        self.assertIn("200.00", body)
        self.assertEqual(body.count("300.00"), 1, "the claim; what is not accepted is no part of the offer")

    def test_drafts_explain_nothing(self):
        self._offer(propose=False)
        for name in ("resolved", "refused"):
            self.assertNotIn("Two of ten chairs were missing.", self._render(name))
        self._refuse()
        self.assertIn("Two of ten chairs were missing.", self._render("refused"))

    def test_reasons_of_our_own_stay_ours(self):
        self.internal_reason.sudo().public_name = False
        self.case.sudo().reason_id = self.internal_reason
        for name in ("acknowledgement", "reminder", "evidence", "offer", "resolved", "refused", "withdrawn"):
            with self.subTest(name):
                body = self._render(name)
                self.assertNotIn(self.internal_reason.name, body)
                self.assertIn("Invoice dispute", body)

    def test_documents_are_named(self):
        payment = self._create_payment(self.customer, amount=90)
        case = self._create_case(
            self.invoice, line_ids=[Command.create({"payment_id": payment.id, "amount": 90})]
        )
        template = self.env.ref("dispute_management.mail_template_dispute_acknowledgement")
        self.assertIn(payment.name, template._render_field("body_html", case.ids)[case.id])

    def test_plain_text_reads_as_the_mail_does(self):
        self._remind()
        text = next(mail["body_alternative"] for mail in self._mails if self.case.name in mail["subject"])
        self.assertNotRegex(text, "[\u034f\u200b]", "no filling for lists of mails")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        self.assertEqual(lines[:3], ["Your Dispute", "[1]", self.case.name])

    def test_reminder_of_an_offer_ends_with_the_way_to_stop(self):
        offer = self._offer()
        with self.mock_mail_gateway(mail_unlink_sent=False):
            offer.sudo()._send_statement_reminder()
            self._new_mails.send()
        text = next(mail["body_alternative"] for mail in self._mails)
        self.assertIn(self.case.name, text)
        self.assertLess(text.index("View and answer our offer"), text.index("Don't remind me"))
