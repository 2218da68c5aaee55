from odoo.tests import tagged

from .common import make_pdf
from .request_common import CARRIER, RequestCommon


@tagged("post_install", "-at_install")
class TestInformationRequestReply(RequestCommon):
    """Answers by mail, and mails that are none."""

    def test_a_reply_answers(self):
        request, mail = self._ask_by_mail()
        before = self.env["dispute.case"].sudo().search_count([])
        self._reply(mail)
        self.assertEqual((request.state, request.answer), ("answered", "All of it"))
        self.assertEqual(self.case.waiting_on, "us")
        self.assertEqual(self.env["dispute.case"].sudo().search_count([]), before)

    def test_a_choice_on_its_own_line_is_one(self):
        request, mail = self._ask_by_mail()
        self._reply(
            mail, body="Hello,\na part.\nTwo pallets are missing.\n\nOn Monday X wrote:\n> Everything"
        )
        self.assertEqual(self._get_item(request, "What was delivered?").value_text, "A part")
        self.assertIn("Two pallets", request.answer)

    def test_automatic_replies_answer_nothing(self):
        for body, headers, subject in (
            ("I am on holiday", "Auto-Submitted: auto-replied\n", None),
            ("I am on holiday", "X-Autoreply: yes\n", None),
            ("I am on holiday", "", "Automatic reply: Proof of delivery"),
            ("I am away", "", "Abwesenheitsnotiz: Proof of delivery"),
            ("All of it", "Authentication-Results: mx; dmarc=fail\n", None),
        ):
            with self.subTest(headers=headers, subject=subject):
                request, mail = self._ask_by_mail()
                self._reply(mail, headers=headers, body=body, subject=subject)
                self.assertEqual(request.state, "open")
                self.assertEqual(self.case.waiting_on, "third_party")
                # Whoever waits should know.
                self.assertIn("Not taken as an answer", self._get_last_note().body)

    def _get_last_note(self):
        self.case.invalidate_recordset(["message_ids"])
        return self.case.message_ids[:1]

    def test_another_address_answers_nothing_and_the_owner_sees_it(self):
        request, mail = self._ask_by_mail()
        self._reply(mail, sender="stranger@example.com", body="They deserve <b>nothing</b>")
        self.assertEqual(request.state, "open")
        self.assertEqual(self.case.waiting_on, "third_party")
        note = self._get_last_note()
        self.assertIn("stranger@example.com", note.body)
        self.assertIn("&lt;b&gt;nothing", note.body)
        self.assertTrue(note.subtype_id.internal)
        self.assertIn(self.case.user_id.partner_id, note.notified_partner_ids)

    def test_a_second_reply_changes_nothing_and_the_owner_sees_it(self):
        request, mail = self._ask_by_mail()
        self._reply(mail, body="All of it")
        self._reply(mail, body="Sorry, only a half")
        self.assertEqual(request.answer, "All of it")
        self.assertIn("only a half", self._get_last_note().body)
        self.assertIn("wrote again", self._get_last_note().body)

    def test_files_of_a_reply(self):
        request, mail = self._ask_by_mail()
        self._reply(mail, body="See there", files=[("run.exe", b"MZ\x90"), ("pod.pdf", make_pdf("signed"))])
        self.assertEqual(request.state, "answered")
        item = self._get_item(request, "Signed delivery note")
        self.assertEqual(item.attachment_ids.mapped("name"), ["pod.pdf"])
        self.assertEqual(self.case.evidence_ids.attachment_ids.mapped("name"), ["pod.pdf"])
        notes = "".join(self.case.message_ids.mapped("body"))
        self.assertIn("run.exe", notes)
        everything = self.env["ir.attachment"].sudo().search([("name", "=", "run.exe")])
        self.assertFalse(everything)

    def test_nothing_said_is_no_answer(self):
        request, mail = self._ask_by_mail()
        before = self._get_last_note()
        self._reply(mail, body="\n\nOn Monday Receivables wrote:\n> What?")
        self.assertEqual(request.state, "open")
        self.assertEqual(self._get_last_note(), before)

    def test_mail_that_does_not_arrive(self):
        request, _mail = self._ask_by_mail()
        for _index in range(2):
            request.sudo()._message_receive_bounce("other@example.com", self.env["res.partner"])
            self.assertFalse(
                self.case.activity_ids.filtered(lambda activity: CARRIER in (activity.summary or ""))
            )
        for _index in range(2):
            request.sudo()._message_receive_bounce(CARRIER, self.env["res.partner"])
        told = self.case.activity_ids.filtered(lambda activity: CARRIER in (activity.summary or ""))
        self.assertEqual(len(told), 1)
        self.assertEqual(told.user_id, self.case.user_id)

    def test_thanks_are_no_mail_to_answer(self):
        request, _mail = self._ask_by_mail()
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request._answer("Carrier", "Yes")
        thanks = self._new_mails.filtered(lambda mail: mail.email_to == CARRIER)
        self.assertEqual(len(thanks), 1)
        self.assertIn("auto-generated", thanks.headers)
        self.assertNotIn("/dispute/answer/", thanks.body_html)
