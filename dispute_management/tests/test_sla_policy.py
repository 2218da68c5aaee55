from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .sla_common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaPolicy(SlaCommon):
    """Which promises a case gets, from when they count, and why."""

    def test_the_first_policy_that_fits_applies(self):
        other_reason = self.env.ref("dispute_management.dispute_reason_pri")
        other_pipeline = self.env["dispute.pipeline"].sudo().create({"name": "Other"})
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        belgium, france = self.env.ref("base.be"), self.env.ref("base.fr")
        self.partner_a.write({"country_id": belgium.id, "category_id": [Command.set(tag.ids)]})
        scopes = [
            ("reason", {"reason_ids": self.reason.ids}, {"reason_ids": other_reason.ids}),
            ("team", {"team_ids": self.team.ids}, {"team_ids": self.other_team.ids}),
            ("pipeline", {"pipeline_ids": self.pipeline.ids}, {"pipeline_ids": other_pipeline.ids}),
            ("priority", {"priority": "0"}, {"priority": "2"}),
            ("country", {"country_ids": belgium.ids}, {"country_ids": france.ids}),
            ("tag", {"partner_tag_ids": tag.ids}, {"partner_tag_ids": tag.copy({"name": "x"}).ids}),
            ("from", {"amount_min": 100}, {"amount_min": 100.01}),
            ("below", {"amount_max": 100.01}, {"amount_max": 100}),
            ("company", {"company_id": self.company.id}, {"company_id": self.other_company.id}),
        ]
        for title, fitting, other in scopes:
            with self.subTest(title):
                special = self._create_policy(name=f"Special {title}", sequence=-5, duration=2, **fitting)
                self._create_policy(name="Not this", sequence=-9, duration=1, **other)
                case = self._open_case()
                status = case.sla_status_ids
                self.assertEqual(status.policy_id, special)
                self.assertEqual(status.deadline, datetime(2026, 6, 1, 10))
                self.assertTrue(status.match_note)
                self.assertNotEqual(status.match_note, "For every case")
                special.active = False
                self.assertEqual(status.policy_id, self.policy)
                self.assertEqual(status.match_note, "For every case")

    def test_a_policy_of_the_parent_company_holds_in_a_branch(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        policy = self._create_policy(name="Group", sequence=-5, company_id=self.company.id)
        case = self._open_case()
        case.sudo().company_id = branch
        self.assertEqual(case.sla_status_ids.policy_id, policy)

    def test_amounts_are_in_company_currency(self):
        self.company.currency_id.rate_ids.unlink()
        euros = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "JPY")])
        euros.active = True
        euros.rate_ids = [Command.create({"name": "2020-01-01", "rate": 100, "company_id": self.company.id})]
        large = self._create_policy(name="Large", sequence=-5, amount_min=50)
        with freeze_time("2026-06-01 08:00:00"):
            small_case = self._create_case({self._create_invoice_of(1000, currency_id=euros.id): 1000})
            large_case = self._create_case({self._create_invoice_of(6000, currency_id=euros.id): 6000})
        self.assertEqual(small_case.sla_status_ids.policy_id, self.policy)
        self.assertEqual(large_case.sla_status_ids.policy_id, large)

    def test_several_promises_run_on_one_case(self):
        self._create_policy(name="Answer", target="first_response", duration=2)
        self._create_policy(name="Offer", target="stage_kind", stage_kind="proposed", duration=4)
        self._create_policy(name="Third", target="stage_kind", stage_kind="waiting_third_party", duration=3)
        case = self._open_case()
        self.assertEqual(len(case.sla_status_ids), 4)
        self.assertEqual(case.deadline_policy_id.name, "Answer")
        self._move(case, "waiting_third_party", "2026-06-01 09:00:00")
        third = case.sla_status_ids.filtered(lambda status: status.stage_kind == "waiting_third_party")
        self.assertEqual((third.state, third.date_reached), ("reached", datetime(2026, 6, 1, 9)))
        self.assertEqual(third.used_hours, 1)

    def test_calendars_of_policy_team_and_company(self):
        mornings = self._create_calendar(8, 12)
        case = self._open_case()
        status = case.sla_status_ids
        self.assertEqual(status.deadline, datetime(2026, 6, 1, 17))
        self.team.sudo().calendar_id = mornings
        self.assertEqual(status.deadline, datetime(2026, 6, 2, 12))
        self.policy.calendar_id = self._create_calendar(9, 10)
        self.assertEqual(status.deadline, datetime(2026, 6, 10, 10))
        self.policy.duration_unit = "day"
        self.assertEqual(status.deadline, datetime(2026, 6, 10, 10))

    # Days from a date

    def test_calendar_days_are_never_paused(self):
        law = self._create_policy(name="Law", duration=15, duration_unit="calendar")
        case = self._open_case()
        # The law and our own promise hold side by side.
        self.assertEqual(len(case.sla_status_ids), 2)
        status = case.sla_status_ids.filtered("is_fixed")
        self.assertEqual((status.policy_id, status.deadline), (law, datetime(2026, 6, 16, 8)))
        self._move(case, "waiting_customer", "2026-06-01 10:00:00")
        self.assertEqual(case.deadline_policy_id, law)
        self._move(case, "checking", "2026-06-12 08:00:00")
        self.assertEqual(status.deadline, datetime(2026, 6, 16, 8))
        self.assertEqual(status.date_warning, datetime(2026, 6, 12, 14))
        self.assertEqual(self._read_state(status, "2026-06-16 08:00:01"), "breached")

    def test_calendar_days_from_the_invoice(self):
        law = self._create_policy(
            name="Contract", duration=30, duration_unit="calendar", date_source="invoice"
        )
        self.calendar.tz = "America/New_York"
        invoice = self._create_invoice_of(
            100, invoice_date="2026-05-20", invoice_payment_term_id=self.pay_terms_b.id
        )
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_case({invoice: 100})
        status = case.sla_status_ids.filtered("is_fixed")
        # Until the end of that day, where we work.
        self.assertEqual(status.deadline, datetime(2026, 6, 20, 3, 59, 59))
        law.date_source = "due"
        due = min(invoice.line_ids.filtered("date_maturity").mapped("date_maturity"))
        self.assertEqual(invoice.invoice_date_due, date(2026, 6, 30))
        self.assertLess(due, date(2026, 6, 30))
        self.assertEqual(status.deadline, datetime(2026, 7, 31, 3, 59, 59))

    def test_calendar_days_from_an_extra_field(self):
        self.reason.sudo().case_properties_definition = [
            {"name": "abc123", "type": "date", "string": "Evidence due"}
        ]
        self._create_policy(
            name="Card scheme",
            duration=0,
            duration_unit="calendar",
            date_source="property",
            date_property="evidence due",
        )
        case = self._open_case()
        status = case.sla_status_ids.filtered("is_fixed")
        self.assertFalse(status.deadline)
        self.assertIn("evidence due", case.with_user(self.viewer).sla_notice)
        case.with_user(self.clerk).reason_properties = {"abc123": "2026-06-09"}
        self.assertEqual(status.deadline, datetime(2026, 6, 9, 23, 59, 59))
        self.assertFalse(case.with_user(self.viewer).sla_notice)

    def test_calendar_days_from_another_date(self):
        field = self.env["ir.model.fields"]._get("dispute.case", "date_closed")
        law = self._create_policy(
            name="Date", duration=-2, duration_unit="calendar", date_source="field", date_field_id=field.id
        )
        case = self._open_case()
        status = case.sla_status_ids.filtered("is_fixed")
        self.assertFalse(status.deadline)
        case.sudo().date_closed = "2026-06-10 08:00:00"
        self.assertEqual(status.deadline, datetime(2026, 6, 8, 8))
        with self.assertRaisesRegex(ValidationError, "Choose the date"):
            law.date_field_id = self.env["ir.model.fields"]._get("res.partner", "create_date")
        with self.assertRaisesRegex(ValidationError, "Name the extra field"):
            law.date_source = "property"

    # What does not work is said

    def test_a_calendar_without_hours_is_said(self):
        case = self._open_case()
        self.calendar.attendance_ids.unlink()
        status = case.sla_status_ids
        self.assertFalse(status.deadline or case.date_deadline or case.deadline_state)
        self.assertEqual(status.state, "running")
        self.assertIn("has no working hours", case.with_user(self.viewer).sla_notice)
        self.assertIn("has no working hours", self.policy.with_user(self.viewer).notice, "The company's.")
        self.policy.calendar_id = self.calendar
        self.assertIn("has no working hours", self.policy.with_user(self.viewer).notice)
        self.policy.calendar_id = self._create_calendar(8, 16)
        self.assertEqual(status.deadline, datetime(2026, 6, 1, 16))
        self.assertFalse(case.with_user(self.viewer).sla_notice)

    def test_a_calendar_by_which_nobody_ever_works_is_said(self):
        calendars = {
            "only breaks": self._create_calendar(12, 13),
            "flexible, of no hours": self.env["resource.calendar"].create(
                {
                    "name": "x",
                    "schedule_type": "flexible",
                    "hours_per_day": 0,
                    "full_time_required_hours": 0,
                }
            ),
        }
        calendars["only breaks"].attendance_ids.day_period = "lunch"
        for title, calendar in calendars.items():
            with self.subTest(title):
                self.policy.calendar_id = calendar
                self.assertIn("has no working hours", self.policy.notice)
                case = self._open_case()
                self.assertFalse(case.date_deadline)
                self.assertIn("has no working hours", case.with_user(self.viewer).sla_notice)
                self.assertTrue(case.sla_status_ids.explanation)

    def test_an_archived_calendar_still_counts_and_is_said(self):
        self.policy.calendar_id = self._create_calendar(8, 16)
        self.policy.calendar_id.active = False
        case = self._open_case()
        self.assertEqual(case.date_deadline, datetime(2026, 6, 1, 16))
        self.assertIn("archived", case.with_user(self.viewer).sla_notice)
        self.assertIn("archived", self.policy.notice)

    def test_a_company_without_calendar_works_round_the_clock(self):
        self.company.resource_calendar_id = False
        case = self._open_case("2026-06-06 20:00:00")
        self.assertEqual(case.date_deadline, datetime(2026, 6, 7, 4))
        self.policy.duration_unit = "day"
        self.assertEqual(case.date_deadline, datetime(2026, 6, 14, 20))

    def test_a_calendar_that_is_deleted_gives_way(self):
        self.policy.calendar_id = self._create_calendar(8, 10)
        case = self._open_case()
        self.assertEqual(case.date_deadline, datetime(2026, 6, 4, 10))
        self.policy.calendar_id.unlink()
        self.assertEqual(case.date_deadline, datetime(2026, 6, 1, 17))

    def test_what_a_policy_is_for_is_not_deleted(self):
        """Else a policy for few would silently be one for all."""
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        self._create_policy(name="VIP", partner_tag_ids=tag.ids)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            tag.unlink()

    def test_a_policy_without_time_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(IntegrityError, "duration"):
            self._create_policy(name="Nothing", duration=0)

    def test_a_policy_of_absurd_time_is_refused(self):
        """Rather than to keep cases from being opened."""
        for unit in ("hour", "day", "calendar"):
            with (
                self.subTest(unit),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, "duration"),
                self.env.cr.savepoint(),
            ):
                self._create_policy(name="Ages", duration=10**7, duration_unit=unit)
        for unit in ("hour", "day", "calendar"):
            self.policy.write({"duration": 100_000, "duration_unit": unit})
            self.assertTrue(self._open_case().sla_status_ids.explanation)

    def test_amounts_that_nothing_fits_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "no amount"):
            self._create_policy(name="Nothing", amount_min=5, amount_max=5)

    def test_who_keeps_policies(self):
        policy = self.policy.with_user(self.administrator)
        policy.write({"duration": 4, "duration_unit": "calendar", "date_source": "invoice"})
        with self.assertRaises(AccessError):
            self.policy.with_user(self.leader).duration = 9
