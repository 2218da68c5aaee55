from email.message import EmailMessage
from uuid import uuid4

from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .common import DisputeCommon

CARRIER = "claims@carrier.example.com"


class RequestCommon(DisputeCommon, MailCommon):
    """A case with somebody to ask."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._create_case({cls._create_invoice_of(100): 60})
        cls.question = cls.env.ref("dispute_management.dispute_question_delivery")
        cls.outsider.email = "outsider@example.com"

    @classmethod
    def _ask(cls, *whom, case=None, user=None, question=None, **values):
        """:param whom: addresses, or users"""
        case = case or cls.case
        before = case.request_ids
        recipients = [
            {"email": one} if isinstance(one, str) else {"partner_id": one.partner_id.id} for one in whom
        ]
        wizard = (
            cls.env["information.request.send"]
            .with_user(user or cls.clerk)
            .create(
                {
                    "case_id": case.id,
                    "question_id": (question or cls.question).id,
                    "recipient_ids": [Command.create(recipient) for recipient in recipients],
                    **values,
                }
            )
        )
        wizard.action_ask()
        case.invalidate_recordset()
        return (case.request_ids - before).sorted("sequence")

    def _get_item(self, request, name):
        return request.item_ids.filtered(lambda item: item.name == name)

    @classmethod
    def _get_token(cls, mail):
        """:return: the token of the link in a mail"""
        return mail.body_html.split("/dispute/answer/")[1].split('"')[0]

    def _ask_by_mail(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request = self._ask(CARRIER)
        return request, self._new_mails[-1]

    def _reply(
        self,
        mail,
        sender=CARRIER,
        body="All of it\n\nOn Monday Receivables wrote:\n> What?",
        headers="",
        subject=None,
        files=(),
    ):
        """Deliver a reply to a mail.

        :param headers: more lines of its header
        :param files: list of ``(name, bytes)``
        """
        reply = EmailMessage()
        reply["From"], reply["To"] = sender, mail.reply_to
        reply["Subject"] = subject or f"Re: {mail.subject}"
        reply["Message-Id"] = f"<{uuid4()}@carrier.example.com>"
        reply["In-Reply-To"] = reply["References"] = mail.message_id
        for line in headers.splitlines():
            name, _colon, value = line.partition(": ")
            reply[name] = value
        reply.set_content(body)
        for name, content in files:
            reply.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].sudo().message_process(None, reply.as_string())
