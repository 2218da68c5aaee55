from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import DisputeCommon

PEOPLE = ("dispute_owner", "dispute_leader", "dispute_coordinator", "dispute_salesperson", "other")


@tagged("post_install", "-at_install")
class TestActivityPlans(DisputeCommon):
    """Plans for disputes: who does what by when, started by a stage or by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fixed = cls._create_user("dispute_carrier_desk")
        cls.coordinator = cls._create_user("dispute_coordinator", "group_dispute_user")
        cls.company.resource_calendar_id.tz = "UTC"
        cls.plan = (
            cls.env["mail.activity.plan"]
            .with_user(cls.administrator)
            .create(
                {
                    "name": "Check",
                    "res_model": "dispute.case",
                    "company_id": False,
                    "template_ids": [
                        Command.create(
                            {
                                "summary": kind,
                                "responsible_type": kind,
                                "responsible_id": cls.fixed.id if kind == "other" else False,
                                "dispute_working_days": 2,
                                "activity_type_id": cls.env.ref("mail.mail_activity_data_todo").id,
                            }
                        )
                        for kind in PEOPLE
                    ],
                }
            )
        )
        cls.checking = cls._stage("checking").with_user(cls.administrator)
        cls.invoice = cls._create_invoice_of(100, invoice_user_id=cls.colleague.id)

    def _enter(self, at="2026-06-05 08:00:00", **values):
        with freeze_time(at):
            case = self._create_case({self.invoice: 20}, coordinator_id=self.coordinator.id, **values)
            case.with_user(self.clerk).stage_id = self.checking
        return case

    def _get_people(self, case):
        return {activity.summary: activity.user_id for activity in case.activity_ids}

    def test_responsible(self):
        self.checking.activity_plan_id = self.plan
        self.assertEqual(
            self._get_people(self._enter()),
            {
                "dispute_owner": self.clerk,
                "dispute_leader": self.leader,
                "dispute_coordinator": self.coordinator,
                "dispute_salesperson": self.colleague,
                "other": self.fixed,
            },
        )

    def test_who_is_missing_or_gone_is_stood_in_for_by_the_owner(self):
        self.checking.activity_plan_id = self.plan
        (self.colleague | self.fixed).sudo().active = False
        case = self._enter()
        case.activity_ids.sudo().unlink()
        with freeze_time("2026-06-08 08:00:00"):
            case.with_user(self.clerk).write({"coordinator_id": False, "stage_id": self._stage("new").id})
            case.with_user(self.clerk).stage_id = self.checking
        people = self._get_people(case)
        for kind in ("dispute_coordinator", "dispute_salesperson", "other"):
            self.assertEqual(people[kind], self.clerk, kind)

    def test_due_in_working_days(self):
        self.checking.activity_plan_id = self.plan
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-06-16 00:00:00",
                "date_to": "2026-06-16 23:59:59",
            }
        )
        for at, due in [
            ("2026-06-03 06:00:00", date(2026, 6, 5)),  # a Wednesday, before work
            ("2026-06-03 20:00:00", date(2026, 6, 5)),  # and after it
            ("2026-06-05 12:00:00", date(2026, 6, 9)),  # over the weekend
            ("2026-06-06 12:00:00", date(2026, 6, 9)),  # on a Saturday
            ("2026-06-15 12:00:00", date(2026, 6, 18)),  # over a public holiday
        ]:
            with self.subTest(at):
                self.assertEqual(set(self._enter(at).activity_ids.mapped("date_deadline")), {due})

    def test_calendar_of_the_team(self):
        self.checking.activity_plan_id = self.plan
        # Open on Saturday only
        self.team.calendar_id = (
            self.env["resource.calendar"]
            .sudo()
            .create(
                {
                    "name": "Saturday",
                    "tz": "UTC",
                    "company_id": self.company.id,
                    "attendance_ids": [
                        Command.clear(),
                        Command.create({"name": "x", "dayofweek": "5", "hour_from": 8, "hour_to": 12}),
                    ],
                }
            )
        )
        case = self._enter("2026-06-05 08:00:00")
        self.assertEqual(set(case.activity_ids.mapped("date_deadline")), {date(2026, 6, 13)})

    def test_coming_back_asks_for_nothing_twice(self):
        self.checking.activity_plan_id = self.plan
        case = self._enter()
        first = case.activity_ids
        first[0].with_user(first[0].user_id).action_feedback()
        case.with_user(self.clerk).stage_id = self._stage("waiting_third_party")
        case.with_user(self.clerk).stage_id = self.checking
        self.assertEqual(len(case.activity_ids), len(PEOPLE))
        self.assertEqual(len(case.activity_ids - first), 1, "What was done is asked for again.")

    def test_started_by_hand(self):
        cases = self._create_case({self.invoice: 20}) | self._create_case({self.invoice: 20})
        cases.write({"coordinator_id": self.coordinator.id})
        with freeze_time("2026-06-05 08:00:00"):
            for started in (cases[:1], cases):
                wizard = (
                    self.env["mail.activity.schedule"]
                    .with_user(self.clerk)
                    .with_context(active_model="dispute.case", active_ids=started.ids)
                    .create({"plan_id": self.plan.id})
                )
                self.assertEqual(
                    set(wizard.plan_schedule_line_ids.mapped("line_date_deadline")), {date(2026, 6, 9)}
                )
                before = started.activity_ids
                action = wizard.action_schedule_plan()
                self.assertTrue(action)
                planned = started.activity_ids - before
                self.assertEqual(len(planned), len(PEOPLE) * len(started))
                self.assertEqual(set(planned.mapped("date_deadline")), {date(2026, 6, 9)})
        self.assertEqual(self._get_people(cases[1])["dispute_leader"], self.leader)

    # What an administrator of disputes may change, and what is not theirs

    def test_administrators_keep_plans_and_types_of_disputes_only(self):
        types = self.env["mail.activity.type"].with_user(self.administrator)
        ours = types.create({"name": "Weigh it", "res_model": "dispute.case"})
        ours.name = "Weigh it again"
        ours.action_archive()
        todo = types.browse(self.env.ref("mail.mail_activity_data_todo").id)
        self.assertFalse(todo.has_access("write"))
        for refused in (
            lambda: todo.write({"name": "Mine"}),
            lambda: types.create({"name": "For all"}),
            lambda: types.create({"name": "For partners", "res_model": "res.partner"}),
            lambda: ours.write({"res_model": False}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                refused()
        plans = self.env["mail.activity.plan"].with_user(self.administrator)
        with self.assertRaises(AccessError):
            plans.create({"name": "Partners", "res_model": "res.partner"})

    def test_rights_of_another_app_stay_what_they_are(self):
        self.administrator.sudo().group_ids += self.env.ref("base.group_system")
        todo = self.env.ref("mail.mail_activity_data_todo").with_user(self.administrator)
        todo.summary = "Changed"
        self.assertEqual(todo.summary, "Changed")

    def test_clerks_change_no_types(self):
        types = self.env["mail.activity.type"].with_user(self.clerk)
        with self.assertRaises(AccessError):
            types.create({"name": "Weigh it", "res_model": "dispute.case"})
