from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestReferral(AccessCommon):
    """Cases that go outside: where to, whose turn it is, and what is kept of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["dispute.referral.channel"].sudo().search([]).active = False
        cls.body = cls.env["res.partner"].create({"name": "Some body", "email": "body@example.com"})
        cls.belgium, cls.france = cls.env.ref("base.be"), cls.env.ref("base.fr")
        cls.partner_a.country_id = cls.belgium
        cls.channel = cls._create_channel("Mediation", "mediation", partner_id=cls.body.id, answer_days=10)

    @classmethod
    def _create_channel(cls, name, kind, **values):
        return (
            cls.env["dispute.referral.channel"]
            .with_user(cls.administrator)
            .create({"name": name, "kind": kind, "sequence": len(name), **values})
        )

    def _wizard(self, case=None, user=None, **values):
        return (
            self.env["dispute.refer"]
            .with_user(user or self.clerk)
            .create({"case_id": (case or self.case).id, "desired_outcome": "They pay", **values})
        )

    def _refer(self, case=None, user=None, **values):
        action = self._wizard(case, user, is_packing=False, **values).action_refer()
        return self.env[action["res_model"]].with_user(user or self.clerk).browse(action["res_id"])

    # Suggestions

    def test_suggested_by_amount_reason_and_country(self):
        other = self.env["dispute.reason"].search([("id", "!=", self.reason.id)], limit=1)
        fitting = {
            "everybody": {},
            "from the amount": {"amount_min": 60},
            "below more": {"amount_max": 60.01},
            "reason": {"reason_ids": [Command.set((self.reason | other).ids)]},
            "country": {"country_ids": [Command.set((self.belgium | self.france).ids)]},
            "company": {"company_id": self.company.id},
        }
        others = {
            "more": {"amount_min": 60.01},
            "less": {"amount_max": 60},
            "another reason": {"reason_ids": [Command.set(other.ids)]},
            "abroad": {"country_ids": [Command.set(self.france.ids)]},
            "archived": {"active": False},
        }
        for name, values in (fitting | others).items():
            self._create_channel(name, "odr", **values)
        suggested = self._wizard().suggested_channel_ids
        self.assertEqual(set((suggested - self.channel).mapped("name")), set(fitting))
        self.partner_a.country_id = False
        self.assertNotIn("country", self._wizard().suggested_channel_ids.mapped("name"))

    def test_amount_counts_in_company_currency(self):
        self._create_channel("large", "arbitration", amount_min=50)
        currency = self.setup_other_currency("HRK", rates=[("2016-01-01", 2.0)])
        invoice = self._create_invoice_of(90, currency_id=currency.id)
        case = self._create_case({invoice: 90})
        self.assertEqual(case.amount_disputed_company, 45)
        self.assertNotIn("large", self._wizard(case).suggested_channel_ids.mapped("name"))

    def test_suggested_come_first_and_the_rest_stays_available(self):
        self.channel.country_ids = self.france
        suited = self._create_channel("A channel that suits very well", "ombudsman")
        channels = self.env["dispute.referral.channel"].with_user(self.clerk)
        found = channels.with_context(dispute_refer_case_id=self.case.id).name_search("")
        self.assertEqual([row[0] for row in found], [suited.id, self.channel.id])
        self.assertIn("suggested", found[0][1])
        self.assertNotIn("suggested", found[1][1])
        self.assertEqual([row[0] for row in channels.name_search("")], [self.channel.id, suited.id])

    def test_wizard_fills_in_what_the_channel_knows(self):
        self.channel.template = "About {case} of {customer}: {open} of {claim}, {nonsense}"
        with (
            freeze_time("2026-03-02 10:00:00"),
            Form(
                self.env["dispute.refer"].with_user(self.clerk).with_context(default_case_id=self.case.id)
            ) as form,
        ):
            self.assertEqual(form.channel_id, self.channel)
            self.assertEqual(form.kind, "mediation")
            self.assertEqual(form.contact_id, self.body)
            self.assertEqual(form.country_id, self.belgium)
            self.assertEqual(form.date_due, date(2026, 3, 12))
            self.assertIn(f"About {self.case.name} of partner_a", form.letter)
            self.assertIn("60.00", form.letter)
            self.assertIn("{nonsense}", form.letter)
            form.desired_outcome = "They pay"

    def test_desired_outcome_is_required(self):
        with self.assertRaises(UserError):
            self._refer(desired_outcome="  ")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._refer(desired_outcome=False)
        self.assertFalse(self.case.referral_ids)
        self.assertEqual(self.case.waiting_on, "us")

    # Out and back

    def test_out_is_the_third_party_s_turn_and_the_answer_makes_it_ours(self):
        referral = self._refer()
        self.assertEqual(self.case.stage_id, self._stage("waiting_third_party"))
        self.assertEqual(self.case.waiting_on, "third_party")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(referral.channel_id, self.channel)
        self.assertEqual(referral.contact_id, self.body)
        self.assertEqual(referral.amount, 60)
        self.assertTrue(referral.is_open)
        referral.write({"outcome": "for_us", "outcome_note": "They have to pay"})
        self.assertFalse(referral.is_open)
        self.assertEqual(referral.date_answered, date.today())
        self.assertEqual(self.case.waiting_on, "us")
        self.assertEqual(self.case.answered_by, "third_party")
        self.assertEqual(self.case.stage_id, self._stage("waiting_third_party"))
        rows = self.case.stage_history_ids.mapped("waiting_on")
        self.assertEqual(rows[-2:], ["third_party", "us"])

    def test_rules_of_the_pipeline_keep_the_stage_but_not_the_turn(self):
        self.case.stage_id.sudo().next_stage_ids = self._stage("checking")
        stage = self.case.stage_id
        self._refer()
        self.assertEqual(self.case.stage_id, stage)
        self.assertEqual(self.case.waiting_on, "third_party")

    def test_waits_until_the_last_answered(self):
        first, second = self._refer(), self._refer(kind="counsel")
        first.outcome = "not_admitted"
        self.assertEqual(self.case.waiting_on, "third_party")
        second.outcome = "advice"
        self.assertEqual(self.case.waiting_on, "us")

    def test_an_outcome_by_mistake_is_taken_back(self):
        referral = self._refer()
        referral.outcome = "for_us"
        referral.outcome = False
        self.assertTrue(referral.is_open)
        self.assertFalse(referral.date_answered)
        self.assertEqual(self.case.waiting_on, "third_party")

    def test_what_came_in_meanwhile_is_not_undone(self):
        referral = self._refer()
        self.case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        referral.outcome = "agreed"
        self.assertEqual(self.case.waiting_on, "customer")

    def test_due_date_is_the_owner_s_to_do(self):
        self.case.user_id = self.clerk
        with freeze_time("2026-03-02 10:00:00"):
            referral = self._refer(user=self.leader)
        activity = referral.activity_id
        self.assertEqual(activity.user_id, self.clerk)
        self.assertEqual(activity.date_deadline, date(2026, 3, 12))
        self.assertIn("Some body", activity.summary)
        self.assertIn(activity, self.case.activity_ids)
        referral.date_due = date(2026, 4, 1)
        self.assertEqual(activity.date_deadline, date(2026, 4, 1))
        referral.outcome = "partly"
        self.assertFalse(activity.active)
        without = self._refer(date_due=False)
        self.assertFalse(without.activity_id)
        without.date_due = date.today()
        self.assertEqual(without.activity_id.date_deadline, date.today())
        without.date_due = False
        self.assertFalse(without.activity_id)

    def test_dates_are_in_order(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._refer(date_sent="2026-03-02", date_due="2026-03-01")
        referral = self._refer(date_sent="2026-03-02", date_due="2026-03-02")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            referral.write({"outcome": "for_us", "date_answered": "2026-03-01"})
            self.env.flush_all()

    def test_state_belongs_to_the_country(self):
        state = self.env.ref("base.state_us_5")
        with self.assertRaises(ValidationError):
            self._refer(state_id=state.id)
        referral = self._refer(country_id=state.country_id.id, state_id=state.id)
        self.assertEqual(referral.state_id, state)

    def test_overdue_are_found(self):
        self._refer(date_sent="2026-03-02", date_due="2026-03-05")
        overdue = [("is_open", "=", True), ("date_due", "<", "today")]
        with freeze_time("2026-03-05 10:00:00"):
            self.assertFalse(self.case.referral_ids.filtered_domain(overdue))
        with freeze_time("2026-03-06 10:00:00"):
            self.assertTrue(self.case.referral_ids.filtered_domain(overdue))

    # On record

    def test_everything_is_on_record(self):
        referral = self._refer()
        # What a new record is given is not tracked until the transaction ends.
        self.env.cr.flush()
        log = "".join(self.case.message_ids.mapped("body"))
        self.assertIn("Referred to Some body", log)
        self.assertIn("They pay", log)
        values = {"outcome": "for_us", "outcome_note": "<b>We</b> are right", "reference": "O-1"}
        self._call(self.clerk, referral, "write", values)
        self.env.cr.flush()
        self.env.invalidate_all()
        log = "".join(self.case.message_ids.mapped("body"))
        self.assertIn("In our favour", log)
        self.assertIn("&lt;b&gt;We&lt;/b&gt; are right", log)
        logged = self.case.message_ids.filtered(lambda message: "Referred to" in (message.body or ""))
        self.assertEqual(logged.subtype_id, self.env.ref("mail.mt_note"), "Customers read none of it.")
        tracked = referral.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertLessEqual({"outcome", "outcome_note", "reference", "date_answered"}, set(tracked))

    def test_kept_and_its_facts_are_nobody_s_to_write(self):
        referral = self._refer()
        for user in (self.clerk, self.leader, self.administrator):
            with self.subTest(user.login), self.assertRaises(UserError):
                referral.with_user(user).unlink()
        with self.assertRaises(UserError):
            referral.sudo().unlink()
        other = self._create_case({self.invoice: 10})
        for vals in ({"case_id": other.id}, {"amount": 1}, {"is_open": False}, {"activity_id": False}):
            with self.subTest(vals), self.assertRaises(UserError):
                self._call(self.leader, referral, "write", vals)
        with self.assertRaises(UserError):
            referral.copy()

    # Closed, merged, split

    def _close(self, case):
        self.env["dispute.close"].with_user(self.clerk).create(
            {
                "case_ids": [Command.set(case.ids)],
                "resolution_id": self._resolution("WDN").id,
                "cause_id": self.cause.id,
            }
        ).action_close()

    def test_closed_cases_stay_here(self):
        self._close(self.case)
        with self.assertRaisesRegex(UserError, "reopen"):
            self._refer()
        with self.assertRaisesRegex(UserError, "reopen"):
            self._call(
                self.clerk,
                self.env["dispute.referral"],
                "create",
                {"case_id": self.case.id, "kind": "odr", "desired_outcome": "They pay"},
            )
        self.case.with_user(self.clerk).action_reopen()
        self._refer()

    def test_triage_cases_stay_here(self):
        case = self.env["dispute.case"].sudo().create({"source": "mail", "reason_id": self.reason.id})
        with self.assertRaisesRegex(UserError, "customer"):
            self._refer(case)

    def test_closing_reminds_of_what_is_out(self):
        self.case.user_id = self.clerk
        referral = self._refer()
        self._close(self.case)
        self.assertIn("Tell Some body that the case is closed", self.case.activity_ids.mapped("summary"))
        referral.outcome = "withdrawn"
        self.assertFalse(referral.is_open)
        self.assertEqual(self.case.stage_id, self._stage("withdrawn"))

    def test_merged_cases_carry_theirs_on(self):
        referral = self._refer()
        target = self._create_case({self._create_invoice_of(50): 50})
        self.case.with_user(self.clerk)._merge_into(target)
        self.assertEqual(target.referral_ids, referral)
        self.assertEqual(target.referral_count, 1)
        self.assertEqual(target.waiting_on, "third_party")
        with self.assertRaisesRegex(UserError, "merged"):
            self._refer()
        referral.outcome = "agreed"
        self.assertEqual(target.waiting_on, "us")

    def test_split_cases_keep_theirs(self):
        second = self._create_invoice_of(50)
        case = self._create_case({self.invoice: 10, second: 50})
        referral = self._refer(case)
        new = case.with_user(self.clerk)._split(case.line_ids[1])
        self.assertEqual(case.referral_ids, referral)
        self.assertFalse(new.referral_ids)

    # Who may

    def test_who_may_refer(self):
        self.case.user_id = self.clerk
        values = {"case_id": self.case.id, "kind": "odr", "desired_outcome": "They pay"}
        for user in (self.colleague, self.viewer, self.approver, self.outsider, self.customer):
            with self.subTest(user.login), self._refused(AccessError):
                self._call(user, self.env["dispute.referral"], "create", values)
        for user in (self.clerk, self.teammate, self.leader, self.administrator):
            with self.subTest(user.login):
                self._call(user, self.env["dispute.referral"], "create", values)

    def test_who_may_read_and_answer(self):
        self.case.user_id = self.clerk
        referral = self._refer()
        for user in (self.viewer, self.approver, self.colleague):
            with self.subTest(user.login):
                self._call(user, referral, "read", ["reference", "outcome", "pack_ids"])
                with self.assertRaises(AccessError):
                    self._call(user, referral, "write", {"outcome": "for_us"})
        for user in (self.outsider, self.customer, self.public.sudo()):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._call(user, referral, "read", ["reference"])
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._call(user, self.case, "read", ["referral_ids"])
        self._call(self.teammate, referral, "write", {"outcome": "for_us"})

    def test_referrals_of_another_company_are_not_there(self):
        referral = self._refer()
        data = self.setup_other_company()
        self.leader.company_ids |= data["company"]
        for company, found in ((self.company, referral), (data["company"], referral.browse())):
            with self.subTest(company.name):
                model = self.env["dispute.referral"].with_user(self.leader)
                model = model.with_context(allowed_company_ids=company.ids)
                self.assertEqual(model.search([("id", "=", referral.id)]), found)
