from datetime import datetime, timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.modules import Manifest
from odoo.tests import BaseCase, tagged
from odoo.tools import convert_file

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.dispute_management.demo.demo_time import DemoTime

PARTS = "open credited refunded rebilled applied written_off rejected paid_after".split()


@tagged("post_install", "-at_install")
class TestDemoTime(BaseCase):
    """The demo's days are working days, and none of them lies ahead."""

    def test_moments_of_every_weekday(self):
        for day in range(7):
            for hour in (0, 7, 12, 23):
                now = datetime(2026, 11, 23 + day, hour, 11)
                clock = DemoTime(now, "Europe/Brussels")
                for ago in (0, 1, 4, 5, 13, 188):
                    with self.subTest(now=now, ago=ago):
                        self.assertLess(clock.get_day(ago).weekday(), 5)
                        at = clock.get_moment(ago, 300)
                        self.assertLessEqual(at, now)
                        self.assertLessEqual(clock.get_moment(0, 0, after=at), now)

    def test_working_days_are_counted(self):
        clock = DemoTime(datetime(2026, 11, 23, 12), "UTC")
        self.assertEqual(clock.get_day(1).isoformat(), "2026-11-20")
        self.assertEqual(clock.get_day(5).isoformat(), "2026-11-16")
        self.assertEqual(clock.get_day(6).isoformat(), "2026-11-13")


@tagged("post_install", "-at_install")
class TestDemo(AccountTestInvoicingCommon):
    """What the demo promises, in a company that has nothing but a chart of accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.root = api.Environment(cls.env.cr, SUPERUSER_ID, {})
        if not cls.root.ref("base.partner_demo_portal", raise_if_not_found=False):
            portal = cls.root["res.partner"].create({"name": "Portal customer"})
            cls.root["ir.model.data"]._update_xmlids(
                [{"xml_id": "base.partner_demo_portal", "record": portal}]
            )
        # The last file of the manifest plays the stories in the main company: here they
        # are played in the company of the test.
        for path in Manifest.for_addon("dispute_management")["demo"][:-1]:
            convert_file(cls.root, "dispute_management", path, None, mode="init", noupdate=True)
        cls.mails = cls.root["mail.mail"].search_count([])
        cls.cases = cls.root["dispute.demo"]._load(cls.company)
        cls.cases.flush_recordset()

    def test_every_stage_is_occupied(self):
        self.assertGreaterEqual(len(self.cases), 55)
        pipeline = self.root.ref("dispute_management.dispute_pipeline_standard")
        self.assertEqual(self.cases.stage_id, pipeline.stage_ids)
        self.assertEqual(len(self.cases.user_id), 3)
        self.assertGreaterEqual(len(self.cases.reason_id), 15)

    def test_money_adds_up(self):
        for case in self.cases:
            parts = sum(case[f"amount_{part}"] for part in PARTS)
            self.assertAlmostEqual(parts, case.amount_disputed, 6, case.name)
        for part in ("open", "credited", "written_off", "rejected", "paid_after"):
            self.assertTrue(sum(self.cases.mapped(f"amount_{part}")), part)
        refunds = self.root["account.move"].search(
            [("dispute_case_id", "in", self.cases.ids), ("move_type", "=", "out_refund")]
        )
        totals = {
            case: sum(moves.mapped("amount_total"))
            for case, moves in refunds.grouped("dispute_case_id").items()
        }
        whole = [
            case
            for case, total in totals.items()
            if not case.currency_id.compare_amounts(total, case.amount_disputed)
        ]
        self.assertTrue(whole)
        self.assertGreater(len(totals), len(whole), "some are credited in part")

    def test_promises_are_kept_and_broken(self):
        open_cases = self.cases.filtered(lambda case: not case.is_closed)
        self.assertEqual(set(open_cases.mapped("deadline_state")), {"on_track", "at_risk", "breached"})
        states = set(self.cases.sla_status_ids.mapped("state"))
        self.assertGreaterEqual(states, {"running", "paused", "reached", "breached"})
        self.assertGreater(len(self.cases.filtered("date_first_response")), 50)
        activities = open_cases.activity_ids
        # Nothing is due on a day off.
        today = {"today"} if fields.Date.today().weekday() < 5 else set()
        self.assertEqual(set(activities.mapped("state")), {"overdue", "planned"} | today)

    def test_customers_write_attach_and_rate(self):
        files = self.root["ir.attachment"].search(
            [("res_model", "=", "dispute.case"), ("res_id", "in", self.cases.ids)]
        )
        self.assertEqual(set(files.mapped("mimetype")), {"application/pdf", "image/jpeg"})
        self.assertGreaterEqual(len(files), 10)
        ratings = self.cases.rating_ids
        self.assertGreaterEqual(len(ratings), 15)
        self.assertTrue(all(rating.consumed and rating.feedback for rating in ratings))
        self.assertGreaterEqual(len(set(ratings.mapped("rating"))), 4)

    def test_dates_are_of_the_last_nine_months(self):
        now = fields.Datetime.now()
        opened = self.cases.mapped("date_opened")
        self.assertGreater(now - min(opened), timedelta(days=240))
        self.assertLess(now - max(opened), timedelta(days=5))
        for case in self.cases:
            dates = case.message_ids.mapped("date")
            self.assertGreaterEqual(min(dates), case.date_opened, case.name)
            self.assertLessEqual(max(dates), now, case.name)
            history = case.stage_history_ids.sorted("id").mapped("date_entered")
            self.assertEqual(history, sorted(history), case.name)

    def test_portal_customer_sees_every_turn(self):
        customer = self.root.ref("base.partner_demo_portal")
        kinds = set(self.cases.filtered(lambda case: case.partner_id == customer).mapped("stage_kind"))
        self.assertGreaterEqual(kinds, {"new", "waiting_customer", "proposed", "resolved", "rejected"})
        quiet = self.root["account.move"].search(
            [("partner_id", "=", customer.id), ("dispute_case_count", "=", 0)]
        )
        self.assertTrue(quiet.filtered("amount_residual"), "an invoice to dispute")

    def test_offers_can_be_answered(self):
        offered = self.cases.filtered(lambda case: case.stage_kind == "proposed")
        self.assertGreaterEqual(len(offered), 3)
        for case in offered:
            self.assertTrue(case._get_portal_offer(), case.name)
            self.assertIn("accept", case._get_portal_acts())

    def test_no_mail_leaves(self):
        self.assertEqual(self.root["mail.mail"].search_count([]), self.mails)

    def test_second_run_makes_nothing(self):
        before = self.root["account.move"].search_count([])
        self.assertFalse(self.root["dispute.demo"]._load(self.company))
        self.assertEqual(self.root["account.move"].search_count([]), before)

    def test_company_without_accounts_is_left_alone(self):
        bare = self.root["res.company"].create({"name": "No chart"})
        self.assertFalse(self.root["dispute.demo"]._load(bare))
        self.assertFalse(self.root["dispute.case"].search([("company_id", "=", bare.id)]))
