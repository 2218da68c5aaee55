from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestCustomerMail(DisputeCommon, MailCommon):
    """Which mail goes out about a case, and who hears of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.write({"email": "customer@example.com", "lang": "en_US"})
        cls.case = cls._create_case({cls._create_invoice_of(1000): 100}, contact_id=cls.partner_a.id)
        cls.reminder = cls.env.ref("dispute_management.mail_template_dispute_reminder")

    def _remind(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.case.sudo()._remind_customer()
        return self._new_mails

    # ------------------------------------------------------------
    # Which
    # ------------------------------------------------------------

    def test_mail_of_the_reason(self):
        own = self.reminder.copy({"name": "Reminder of price", "subject": "About your price"})
        self.env["dispute.reason.mail"].with_user(self.administrator).create(
            {
                "reason_id": self.case.reason_id.id,
                "template_id": self.reminder.id,
                "own_template_id": own.id,
            }
        )
        self.assertEqual(self._remind().mapped("subject"), ["About your price"])
        other = self.env["dispute.reason"].search([("id", "!=", self.case.reason_id.id)], limit=1)
        self.case.sudo().reason_id = other
        self.assertIn("we need your answer", self._remind().subject)

    def test_preview(self):
        line = (
            self.env["dispute.reason.mail"]
            .with_user(self.administrator)
            .create(
                {
                    "reason_id": self.case.reason_id.id,
                    "template_id": self.reminder.id,
                    "own_template_id": self.reminder.copy().id,
                }
            )
        )
        action = line.action_preview()
        preview = (
            self.env["mail.template.preview"]
            .with_user(self.administrator)
            .with_context(**action["context"])
            .create({})
        )
        self.assertFalse(preview.error_msg)
        self.assertIn(self.case.name, preview.subject)

    def test_acknowledgement_names_number_and_day(self):
        self.env["dispute.sla.policy"].sudo().search([]).is_public = True
        with self.mock_mail_gateway(mail_unlink_sent=False):
            case = self._create_case({self._create_invoice_of(1000): 50}, contact_id=self.partner_a.id)
        mail = self._new_mails.filtered(lambda mail: case.name in mail.subject)
        day = case._get_answer_expected_day()
        self.assertTrue(day)
        self.assertIn(day, mail.body_html)
        message = case.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        self.assertEqual(
            mail.mail_message_id, message, "it stands in the conversation, so that replies thread"
        )

    def test_plain_text_part(self):
        self._remind()
        text = next(mail["body_alternative"] for mail in self._mails if self.case.name in mail["subject"])
        self.assertIn("wait for your answer", text)
        self.assertNotIn("<p", text)

    def test_no_reminder_once_stopped(self):
        self.case.is_reminder_stopped = True
        self.assertFalse(self._remind())

    # ------------------------------------------------------------
    # To whom
    # ------------------------------------------------------------

    def test_followers_who_may_not_read_hear_nothing(self):
        stranger = self._create_partner(name="Stranger", email="stranger@example.com")
        colleague = self._create_partner(name="Buyer", email="buyer@example.com", parent_id=self.partner_a.id)
        portal = new_test_user(
            self.env, login="other_portal", groups="base.group_portal", email="portal@example.com"
        )
        insider = new_test_user(self.env, login="no_rights", groups="base.group_user", email="in@example.com")
        mailed = new_test_user(
            self.env,
            login="with_rights",
            groups="dispute_management.group_dispute_viewer",
            email="viewer@example.com",
            notification_type="email",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        people = stranger | colleague | (portal | insider | mailed).partner_id
        insider.notification_type = "email"
        self.case.message_subscribe(partner_ids=people.ids)

        def hear(**kwargs):
            message = self.case.with_user(self.clerk).message_post(
                body="News", message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs
            )
            return message.sudo().notification_ids.res_partner_id & people

        with self.mock_mail_gateway():
            self.assertEqual(hear(), colleague | mailed.partner_id)
            self.assertEqual(hear(partner_ids=stranger.ids), colleague | mailed.partner_id | stranger)
