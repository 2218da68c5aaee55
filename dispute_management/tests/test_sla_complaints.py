"""What users of other systems complain of, one test each, named after it."""

from datetime import datetime

from odoo.fields import Command, Domain
from odoo.tests import freeze_time, new_test_user, tagged

from .sla_common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaComplaints(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.email = "customer@example.com"
        cls.customer = new_test_user(
            cls.env, login="sla_customer", groups="base.group_portal", name="Customer's clerk"
        )
        cls.customer.partner_id.parent_id = cls.partner_a

    def _left(self, status, at):
        """:return: working hours left of a promise"""
        with freeze_time(at):
            status.invalidate_recordset()
            return status.hours_allowed - status.used_hours

    def test_sla_ticks_while_paused_frappe_1554_osticket_3034(self):
        """Ours does not: after the customer's turn as much is left as before."""
        table = [
            # the customer's turn, the deadline
            ("2026-06-01 10:00:00", "2026-06-01 11:00:00", datetime(2026, 6, 2, 9)),
            ("2026-06-01 10:00:00", "2026-06-05 10:00:00", datetime(2026, 6, 5, 17)),
            ("2026-06-01 10:00:00", "2026-08-03 10:00:00", datetime(2026, 8, 3, 17)),
            ("2026-06-01 08:00:00", "2026-06-02 08:00:00", datetime(2026, 6, 2, 17)),
        ]
        for since, until, deadline in table:
            with self.subTest(since=since, until=until):
                case = self._open_case()
                self._move(case, "waiting_customer", since)
                self.assertEqual(self._read_state(case.sla_status_ids, until), "paused")
                self._move(case, "checking", until)
                self.assertEqual(case.sla_status_ids.deadline, deadline)

    def test_off_hours_counted_as_hold_erpnext_49414(self):
        """Ours count only the working time in which it was the customer's turn."""
        table = [
            # the customer's turn, hours paused, the deadline
            ("2026-06-01 17:00:00", "2026-06-02 08:00:00", 0, datetime(2026, 6, 1, 17)),
            ("2026-06-01 12:00:00", "2026-06-01 13:00:00", 0, datetime(2026, 6, 1, 17)),
            ("2026-06-01 16:00:00", "2026-06-02 09:00:00", 2, datetime(2026, 6, 2, 10)),
            ("2026-06-01 16:00:00", "2026-06-08 09:00:00", 34, datetime(2026, 6, 8, 10)),
        ]
        for since, until, paused, deadline in table:
            with self.subTest(since=since, until=until):
                case = self._open_case()
                self._move(case, "waiting_customer", since)
                self._move(case, "checking", until)
                status = case.sla_status_ids
                self.assertEqual(status.deadline, deadline)
                with freeze_time(until):
                    status.invalidate_recordset()
                    self.assertEqual(status.paused_hours, paused)

    def test_changing_priority_loses_paused_time_glpi_6902(self):
        """Ours follow the other policy, and what ran and what was paused still counts."""
        urgent = self._create_policy(name="Urgent", sequence=-5, priority="2", duration=4)
        case = self._open_case()
        self._move(case, "waiting_customer", "2026-06-01 09:00:00")
        self._move(case, "checking", "2026-06-02 09:00:00")
        status = case.sla_status_ids
        self.assertEqual(status.deadline, datetime(2026, 6, 2, 17))
        with freeze_time("2026-06-02 10:00:00"):
            case.with_user(self.clerk).priority = "2"
        self.assertEqual(case.sla_status_ids, status)
        self.assertEqual((status.policy_id, status.match_note), (urgent, "Urgent"))
        self.assertEqual(status.deadline, datetime(2026, 6, 2, 12))
        self.assertEqual(self._left(status, "2026-06-02 10:00:00"), 2)
        case.with_user(self.clerk).priority = "0"
        self.assertEqual((status.policy_id, status.deadline), (self.policy, datetime(2026, 6, 2, 17)))

    def test_sla_change_loses_paused_time(self):
        """Ours compute open promises anew from the segments, whatever is changed."""
        case = self._open_case()
        self._move(case, "waiting_customer", "2026-06-01 09:00:00")
        self._move(case, "checking", "2026-06-02 09:00:00")
        status = case.sla_status_ids
        mornings = self._create_calendar(8, 12)
        changes = [
            ("more time", lambda: self.policy.write({"duration": 16}), datetime(2026, 6, 3, 17)),
            (
                "working days",
                lambda: self.policy.write({"duration": 1, "duration_unit": "day"}),
                datetime(2026, 6, 2, 17),
            ),
            (
                "its calendar",
                lambda: self.policy.write({"calendar_id": mornings.id, "duration": 2}),
                datetime(2026, 6, 3, 12),
            ),
            (
                "an attendance",
                lambda: mornings.attendance_ids.filtered(lambda line: line.dayofweek == "2").unlink(),
                datetime(2026, 6, 4, 12),
            ),
            (
                "a holiday",
                lambda: self.env["resource.calendar.leaves"].create(
                    {
                        "name": "x",
                        "calendar_id": mornings.id,
                        "date_from": "2026-06-04 00:00:00",
                        "date_to": "2026-06-04 23:59:59",
                    }
                ),
                datetime(2026, 6, 5, 12),
            ),
        ]
        for title, change, deadline in changes:
            with self.subTest(title):
                change()
                self.assertEqual(status.deadline, deadline)
                self.assertEqual(status.date_started, datetime(2026, 6, 1, 8))

    def test_escalates_at_once_on_reopening_zammad_188(self):
        """Ours go on with what remained: the time in which the case was closed does not count."""
        case = self._open_case()
        self._close(case, "2026-06-01 10:00:00")
        status = case.sla_status_ids
        self.assertEqual(status.state, "reached")
        with freeze_time("2026-07-01 10:00:00"):
            case.with_user(self.clerk).action_reopen()
        self.assertEqual(status.deadline, datetime(2026, 7, 1, 17))
        self.assertEqual(self._read_state(status, "2026-07-01 10:00:00"), "running")
        self.assertEqual(self._left(status, "2026-07-01 10:00:00"), 6)
        self.assertEqual(self._read_deadline_state(case, "2026-07-01 10:00:00"), "on_track")

    def test_customer_web_reply_does_not_restart_the_clock_zammad_1322(self):
        """Ours goes on the moment the customer writes, on the portal or by mail."""
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.partner_a.id})
        posts = [
            (
                "portal",
                lambda case: self._post(
                    case.with_user(self.customer).sudo(), "comment", author_id=self.customer.partner_id.id
                ),
            ),
            ("mail", lambda case: self._post(case.sudo(), "email", author_id=contact.id)),
        ]
        for title, post in posts:
            with self.subTest(title):
                case = self._open_case()
                self._move(case, "waiting_customer", "2026-06-01 10:00:00")
                with freeze_time("2026-06-03 09:00:00"):
                    post(case)
                self.assertEqual((case.waiting_on, case.answered_by), ("us", "customer"))
                self.assertEqual(case.stage_id, self._stage("waiting_customer"))
                self.assertEqual(case.sla_status_ids.deadline, datetime(2026, 6, 3, 16))
                self.assertEqual(self._read_state(case.sla_status_ids, "2026-06-03 10:00:00"), "running")

    def test_who_does_not_answer_for_the_customer(self):
        posts = [
            ("a machine", lambda case: self._post(case.sudo(), "auto_comment", author_id=self.partner_a.id)),
            ("another customer", lambda case: self._post(case.sudo(), "email", author_id=self.partner_b.id)),
            ("we", lambda case: self._post(case.with_user(self.clerk), "comment")),
            ("nobody known", lambda case: self._post(case.sudo(), "email", author_id=False)),
        ]
        for title, post in posts:
            with self.subTest(title):
                case = self._open_case()
                self._move(case, "waiting_customer", "2026-06-01 10:00:00")
                with freeze_time("2026-06-03 09:00:00"):
                    post(case)
                self.assertEqual(case.waiting_on, "customer")

    def _post(self, case, message_type, **values):
        return case.message_post(
            body="An answer", message_type=message_type, subtype_xmlid="mail.mt_comment", **values
        )

    def test_agent_replied_still_escalates_zammad_3140(self):
        """Ours is kept with the first answer of a person, by message or by mail; a machine's is none."""
        answer = self._create_policy(name="Answer", target="first_response", duration=2)
        for message_type in ("comment", "email"):
            with self.subTest(message_type):
                case = self._open_case()
                status = case.sla_status_ids.filtered(lambda status: status.policy_id == answer)
                with freeze_time("2026-06-01 09:00:00"):
                    case.with_user(self.clerk)._send_to_customer(
                        self.env.ref("dispute_management.mail_template_dispute_reminder")
                    )
                    self._post(case.sudo(), "comment", author_id=self.env.ref("base.partner_root").id)
                    self.assertFalse(status.date_reached)
                    self._post(case.sudo(), message_type, author_id=self.clerk.partner_id.id)
                self.assertEqual(status.date_reached, datetime(2026, 6, 1, 9))
                self.assertEqual(case.deadline_policy_id, self.policy)
                self.assertEqual(self._read_state(status, "2026-06-09 09:00:00"), "reached")

    def test_closed_sla_still_flagged_zammad_4353(self):
        """Ours: a closed case has no deadline, no colour, and is found by no filter."""
        self._create_policy(name="Answer", target="first_response", duration=2)
        case = self._open_case()
        self._close(case, "2026-06-01 09:00:00")
        self.assertFalse(self._read_deadline_state(case, "2026-07-01 09:00:00"))
        self.assertEqual(set(case.sla_status_ids.mapped("state")), {"reached", "cancelled"})
        with freeze_time("2026-07-01 09:00:00"):
            found = (
                self.env["dispute.sla.status"]
                .with_user(self.viewer)
                .search(
                    Domain("case_id", "=", case.id) & Domain("state", "in", ["running", "paused", "breached"])
                )
            )
        self.assertFalse(found)

    def test_lunch_breaks_breach_sla_frappe_2212(self):
        """Ours stands still at lunch."""
        table = [
            ("2026-06-01 11:30:00", 1, datetime(2026, 6, 1, 13, 30)),
            ("2026-06-01 12:00:00", 1, datetime(2026, 6, 1, 14)),
            ("2026-06-01 12:30:00", 1, datetime(2026, 6, 1, 14)),
            ("2026-06-01 16:30:00", 1, datetime(2026, 6, 2, 8, 30)),
            ("2026-06-05 16:30:00", 1, datetime(2026, 6, 8, 8, 30)),
            ("2026-06-06 16:30:00", 1, datetime(2026, 6, 8, 9)),
        ]
        for opened, duration, deadline in table:
            with self.subTest(opened):
                self.policy.duration = duration
                self.assertEqual(self._open_case(opened).date_deadline, deadline)

    def test_dispute_has_no_owner_or_deadline(self):
        """Ours always has both."""
        self.env["dispute.sla.policy"].sudo().with_context(active_test=False).search([]).active = True
        case = self._open_case()
        self.assertTrue(case.user_id and case.date_deadline and case.deadline_policy_id)

    def test_a_colleague_or_carrier_never_pauses(self):
        case = self._open_case()
        self._move(case, "waiting_third_party", "2026-06-01 09:00:00")
        self.assertEqual(self._read_state(case.sla_status_ids, "2026-06-01 10:00:00"), "running")
        with freeze_time("2026-06-01 10:00:00"):
            case._change_turn("colleague")
        self.assertEqual(case.date_deadline, datetime(2026, 6, 1, 17))

    def test_whose_turn_a_stage_is_counts_from_the_change_on(self):
        case = self._open_case()
        self._move(case, "waiting_third_party", "2026-06-01 10:00:00")
        with freeze_time("2026-06-01 11:00:00"):
            self._stage("waiting_third_party").with_user(self.administrator).waiting_on = "customer"
        self.assertEqual(case.waiting_on, "customer")
        self.assertEqual(self._read_state(case.sla_status_ids, "2026-06-09 10:00:00"), "paused")
        self._move(case, "checking", "2026-06-02 11:00:00")
        self.assertEqual(case.date_deadline, datetime(2026, 6, 2, 17))

    def test_a_stage_that_becomes_the_one_promised(self):
        self._create_policy(name="Offer", target="stage_kind", stage_kind="waiting_third_party", duration=4)
        case = self._open_case()
        self._move(case, "checking", "2026-06-01 09:00:00")
        offer = case.sla_status_ids.filtered("stage_kind")
        self.assertFalse(offer.date_reached)
        with freeze_time("2026-06-01 10:00:00"):
            self._stage("checking").with_user(self.administrator).kind = "waiting_third_party"
        self.assertEqual(offer.date_reached, datetime(2026, 6, 1, 10))

    def test_what_the_customer_may_expect(self):
        case = self._open_case()
        with freeze_time("2026-06-01 09:00:00"):
            self.assertFalse(case.with_user(self.customer)._get_answer_expected())
            self.policy.is_public = True
            self.assertEqual(case.with_user(self.customer)._get_answer_expected(), datetime(2026, 6, 1, 17))
        with freeze_time("2026-06-01 18:00:00"):
            self.assertFalse(case._get_answer_expected())
        self._move(case, "waiting_customer", "2026-06-01 10:00:00")
        with freeze_time("2026-06-01 11:00:00"):
            self.assertFalse(case._get_answer_expected())

    def test_an_out_of_office_note_is_no_answer(self):
        case = self._open_case()
        self._move(case, "waiting_customer", "2026-06-01 10:00:00")
        reminder = case.with_user(self.clerk).message_post(
            body="Please send it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        mail = (
            "From: Customer <customer@example.com>\nTo: disputes@example.com\nSubject: Re: your dispute\n"
            "Message-Id: <%(id)s@example.com>\nIn-Reply-To: %(reply)s\n%(more)sContent-Type: text/plain\n\nText\n"
        )
        for more, turn in (("Auto-Submitted: auto-replied\n", "customer"), ("", "us")):
            values = {"id": f"answer-{turn}", "reply": reminder.message_id, "more": more}
            self.env["mail.thread"].message_process("dispute.case", mail % values)
            self.assertEqual(case.waiting_on, turn)
        self.assertEqual(
            len(case.message_ids.filtered(lambda message: message.author_id == self.partner_a)), 2
        )

    def test_partner_facts_move_the_promise(self):
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        vip = self._create_policy(name="VIP", sequence=-5, duration=2, partner_tag_ids=tag.ids)
        case = self._open_case()
        self.assertEqual(case.deadline_policy_id, self.policy)
        self.partner_a.category_id = [Command.link(tag.id)]
        self.assertEqual((case.deadline_policy_id, case.date_deadline), (vip, datetime(2026, 6, 1, 10)))
        self.assertEqual(case.sla_status_ids.match_note, "VIP")

    def test_the_claim_moves_the_promise(self):
        large = self._create_policy(name="Large", sequence=-5, duration=2, amount_min=90)
        case = self._open_case()
        self.assertEqual(case.deadline_policy_id, large)
        case.line_ids.with_user(self.clerk).amount = 80
        self.assertEqual(case.deadline_policy_id, self.policy)
