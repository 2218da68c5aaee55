from datetime import datetime, timedelta

import vobject

from odoo.tests import freeze_time, tagged
from odoo.tools import html2plaintext

from ..tools.calendar_invitation import Invitation, make_event, make_task
from .request_common import CARRIER, RequestCommon


@tagged("post_install", "-at_install")
class TestInformationRequestMail(RequestCommon):
    """What stands in the calendars of whom is asked."""

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

    def _get_entries(self, mail):
        """:return: the event and the to-do that came with a mail"""
        files = {file.name: vobject.readOne(file.raw.decode()) for file in mail.attachment_ids}
        return files["invite.ics"], files["task.ics"]

    def test_what_stands_there_follows_the_question(self):
        with freeze_time("2026-06-01 09:00:00"):
            request, mail = self._ask_by_mail()
            mails = [mail]
            later = (request.date_due + timedelta(days=2)).date()
            for act in (
                lambda: request._extend(later, "Carrier"),
                lambda: request._forward("driver@carrier.example.com", "Carrier"),
                lambda: request._answer("Driver", "It rained"),
            ):
                with self.mock_mail_gateway(mail_unlink_sent=False):
                    act()
                mails += self._new_mails.filtered("attachment_ids").sorted("id")
        found = []
        for mail in mails:
            for calendar, component in zip(self._get_entries(mail), ("vevent", "vtodo"), strict=True):
                entry = getattr(calendar, component)
                entry.validate(raiseException=True)
                found.append(
                    (mail.email_to, calendar.method.value, int(entry.sequence.value), entry.status.value)
                )
                self.assertIn(request.ical_uid, entry.uid.value)
        driver = "driver@carrier.example.com"
        self.assertEqual(
            found,
            [
                (CARRIER, "REQUEST", 0, "CONFIRMED"),
                (CARRIER, "REQUEST", 0, "NEEDS-ACTION"),
                (CARRIER, "REQUEST", 1, "CONFIRMED"),
                (CARRIER, "REQUEST", 1, "NEEDS-ACTION"),
                (CARRIER, "CANCEL", 2, "CANCELLED"),
                (CARRIER, "CANCEL", 2, "CANCELLED"),
                (driver, "REQUEST", 2, "CONFIRMED"),
                (driver, "REQUEST", 2, "NEEDS-ACTION"),
                (driver, "CANCEL", 3, "CANCELLED"),
                (driver, "CANCEL", 3, "CANCELLED"),
            ],
        )
        self.assertEqual(self._get_entries(mails[1])[0].vevent.dtend.value.date(), later)
        self.assertIn("It rained", mails[-1].body_html)

    def test_words_keep_their_lines_in_programs_that_know_no_css(self):
        request, _mail = self._ask_by_mail()
        request.sudo().body = "Two things:\n1. When?\n2. Who signed?"
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request.with_user(self.clerk).action_send_again()
            request._answer("Carrier", "On Monday.\nNobody signed.")
        again, receipt = self._new_mails.sorted("id")
        self.assertIn("Two things:<br>", again.body_html)
        self.assertIn("On Monday.<br>", receipt.body_html)
        text = html2plaintext(again.body_html)
        self.assertIn("1. When?\n2. Who signed?", text)
        self.assertRegex(text, r"Please answer by \*\w+ \d+ \w+, \d\d:\d\d\*\. It takes")

    def test_whoever_gets_it_passed_on_reads_from_whom(self):
        request, mail = self._ask_by_mail()
        self.assertNotIn("passed this question on", mail.body_html)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request._forward("driver@carrier.example.com", request.recipient_name)
        passed_on = self._new_mails.filtered(lambda one: one.email_to == "driver@carrier.example.com")
        self.assertIn(f"{CARRIER} passed this question on to you.", html2plaintext(passed_on.body_html))

    def test_changes_come_from_who_invited_whoever_owns_the_case(self):
        # Calendars take no change from another organizer.
        request, mail = self._ask_by_mail()
        self.case.sudo().user_id = self.leader
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request._extend(request._get_latest_day(), "Carrier")
            request._answer("Carrier", "It rained")
        organizers = {
            entry.organizer.value
            for one in (mail, *self._new_mails.filtered("attachment_ids"))
            for calendar, component in zip(self._get_entries(one), ("vevent", "vtodo"), strict=True)
            for entry in [getattr(calendar, component)]
        }
        self.assertEqual(organizers, {f"mailto:{self.clerk.email_normalized}"})

    def test_who_invites_is_an_address_without_a_name(self):
        self.case.user_id.sudo().email = False
        self.company.sudo().email = "Receivables <receivables@example.com>"
        _request, mail = self._ask_by_mail()
        event = self._get_entries(mail)[0].vevent
        self.assertEqual(event.organizer.value, "mailto:receivables@example.com")

    def test_a_late_task_does_not_begin_after_it_is_due(self):
        with freeze_time("2026-06-01 09:00:00"):
            request, _mail = self._ask_by_mail()
        with freeze_time("2026-07-01 09:00:00"), self.mock_mail_gateway(mail_unlink_sent=False):
            request.with_user(self.clerk).action_send_again()
        task = self._get_entries(self._new_mails[-1])[1].vtodo
        self.assertNotIn("dtstart", task.contents)
        self.assertEqual(task.due.value.replace(tzinfo=None), request.date_due)

    def test_the_mail_says_that_it_is_an_invitation(self):
        _request, mail = self._ask_by_mail()
        message = self.env["ir.mail_server"]._build_email__(
            mail.email_from,
            [mail.email_to],
            mail.subject,
            mail.body_html,
            attachments=[(file.name, file.raw, file.mimetype) for file in mail.attachment_ids],
        )
        parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        self.assertEqual([part.get_param("method").upper() for part in parts], ["REQUEST", "REQUEST"])
        self.assertEqual({part.get_content_charset() for part in parts}, {"utf-8"})

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
