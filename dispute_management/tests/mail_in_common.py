from email.message import EmailMessage

from odoo.fields import Domain

from odoo.addons.mail.tests.common import MailCommon

from .common import DisputeCommon


class MailInCommon(DisputeCommon, MailCommon):
    """A team with an address, people who write to it, and mails from them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "ours.example.com"})
        cls.company.alias_domain_id = cls.domain
        cls.team.with_user(cls.administrator).alias_name = "disputes"
        cls.address = "disputes@ours.example.com"
        cls.partner_a.email = "buyer@customer.example.com"
        cls.partner_b.email = "other@elsewhere.example.com"
        cls.clerk.email = "clerk@ours.example.com"
        cls.outsider.email = "colleague@ours.example.com"
        cls.invoice = cls._create_invoice_of(100)
        cls.count = 0

    def _mail(
        self,
        sender=None,
        subject="",
        body="",
        headers=None,
        files=(),
        message_id=None,
        html=False,
        to=None,
        model=None,
    ):
        """Have the gateway process a mail.

        :return: the dispute.case it made
        """
        type(self).count += 1
        message = EmailMessage()
        message["From"] = sender or self.partner_a.email
        message["To"] = to or self.address
        message["Subject"] = subject
        message["Message-Id"] = message_id or f"<{self.count}.{id(self)}@customer.example.com>"
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(body or "Hello", subtype="html" if html else "plain")
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        before = self.env["dispute.case"].sudo().search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].sudo().message_process(model, message.as_bytes())
            self.flush_tracking()
        return self.env["dispute.case"].sudo().search([]) - before

    def _notes(self, case):
        return " ".join(case.sudo().message_ids.mapped("body"))

    def assertTriage(self, case, partner=None):
        self.assertEqual(len(case), 1)
        self.assertTrue(case.is_triage)
        self.assertEqual(case.partner_id, partner or self.env["res.partner"])
        self.assertFalse(case.line_ids)
        self.assertEqual(case.stage_id.kind, "new")
        self.assertTrue(case.user_id)
        self.assertIn(case, self.env["dispute.case"].sudo().search([("is_triage", "=", True)]))

    def _files(self, case):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(Domain("res_model", "=", "dispute.case") & Domain("res_id", "=", case.id))
        )
