from datetime import datetime

import vobject

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.calendar_invitation import Invitation, make_event, make_task
from .request_common import CARRIER, RequestCommon

MAIL = """From: {sender}
To: {to}
Subject: Re: {subject}
Message-Id: <{id}@carrier.example.com>
In-Reply-To: {reply}
References: {reply}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
{headers}
{body}
"""


@tagged("post_install", "-at_install")
class TestInformationRequestMail(RequestCommon):
    """Answers by mail, and what stands in the calendars of whom is asked."""

    def _ask_by_mail(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request = self._ask(CARRIER)
        return request, self._new_mails[-1]

    def _reply(
        self, mail, sender=CARRIER, body="All of it\n\nOn Monday Receivables wrote:\n> What?", headers=""
    ):
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].sudo().message_process(
                None,
                MAIL.format(
                    sender=sender,
                    to=mail.reply_to,
                    subject=mail.subject,
                    id=abs(hash((sender, body, headers))),
                    reply=mail.message_id,
                    headers=headers,
                    body=body,
                ),
            )

    def test_a_reply_answers(self):
        request, mail = self._ask_by_mail()
        before = self.env["dispute.case"].sudo().search_count([])
        self._reply(mail)
        self.assertEqual((request.state, request.answer), ("answered", "All of it"))
        self.assertEqual(self.case.waiting_on, "us")
        self.assertEqual(self.env["dispute.case"].sudo().search_count([]), before)

    def test_automatic_replies_and_strangers_answer_nothing(self):
        request, mail = self._ask_by_mail()
        self._reply(mail, headers="Auto-Submitted: auto-replied\n", body="I am on holiday")
        self._reply(mail, sender="stranger@example.com", body="They deserve nothing")
        self.assertEqual(request.state, "open")
        self.assertEqual(self.case.waiting_on, "third_party")

    def test_an_invitation_is_updated_and_cancelled(self):
        request, mail = self._ask_by_mail()
        first = vobject.readOne(
            mail.attachment_ids.filtered(lambda file: file.name == "invite.ics").raw.decode()
        )
        self.assertEqual(first.method.value, "REQUEST")
        self.assertEqual(first.vevent.uid.value, request.ical_uid)
        self.assertEqual(first.vevent.dtend.value.replace(tzinfo=None), request.date_due)
        self.assertIn("/dispute/answer/", first.vevent.description.value)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request.with_user(self.clerk).action_cancel()
        gone = vobject.readOne(
            self._new_mails[-1].attachment_ids.filtered(lambda file: file.name == "invite.ics").raw.decode()
        )
        self.assertEqual(gone.method.value, "CANCEL")
        self.assertEqual(gone.vevent.uid.value, first.vevent.uid.value)
        self.assertGreater(int(gone.vevent.sequence.value), int(first.vevent.sequence.value))

    def test_hostile_words_stay_inside_their_line(self):
        invitation = Invitation(
            uid="1@dispute",
            sequence=0,
            summary="Late\r\nATTENDEE:mailto:boss@example.com",
            description="a;b,c\\d\nnew line " + "ü" * 200,
            url="https://example.com/x",
            organizer="clerk@example.com",
            attendee=CARRIER,
            due=datetime(2026, 3, 29, 1, 30),
            stamp=datetime(2026, 3, 1),
        )
        for make, component in ((make_event, "vevent"), (make_task, "vtodo")):
            with self.subTest(component):
                text = make(invitation).decode()
                parsed = getattr(vobject.readOne(text), component)
                self.assertEqual(len(parsed.attendee_list), 1)
                self.assertEqual(parsed.description.value, invitation.description)
                self.assertTrue(all(len(line.encode()) <= 75 for line in text.split("\r\n")))
                parsed.validate(raiseException=True)
        event = vobject.readOne(make_event(invitation).decode()).vevent
        self.assertEqual(event.dtend.value.replace(tzinfo=None), invitation.due)
