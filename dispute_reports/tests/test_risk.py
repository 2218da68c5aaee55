from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .learning_common import LearningCommon


@tagged("post_install", "-at_install")
class TestRisk(LearningCommon):
    """What closed cases tell about open ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["dispute.escalation.rule"].sudo().search([]).is_on = False
        cls.bad_case = cls._open_case(reason_id=cls.bad.id)

    def _get_risks(self):
        self.env.invalidate_all()
        cases = (self.case + self.bad_case).with_user(self.clerk)
        return tuple(cases.mapped("risk"))

    # Learning

    def test_what_is_learnt(self):
        self._create_history()
        self._refresh()
        known = self._get_known()
        self.assertEqual(
            (known.state, known.cases, known.happened, known.held_back), ("reliable", 150, 67, 30)
        )
        self.assertLess(known.brier, known.base_brier)
        self.assertEqual(sum(known.bin_ids.mapped("cases")), 30)
        rows = {
            row.value: (row.cases, row.happened) for row in known.frequency_ids if row.variable == "reason"
        }
        self.assertEqual(rows, {str(self.good.id): (75, 7), str(self.bad.id): (75, 60)})
        good, bad = self._get_risks()
        self.assertTrue(0 < good < 30 and 60 < bad < 100, (good, bad))

    def test_every_variable_is_counted_as_it_was_at_opening(self):
        tag = self.env["res.partner.category"].create({"name": "Big"})
        self.partner_a.write(
            {"category_id": [Command.set(tag.ids)], "country_id": self.env.ref("base.de").id}
        )
        # A Wednesday in July, at home in Auckland; in UTC a Tuesday.
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Auckland", "tz": "Pacific/Auckland", "company_id": self.company.id}
        )
        self.env.cr.execute(
            "UPDATE dispute_case SET date_opened = '2026-06-30 20:00', customer_wish = 'refund' WHERE id = %s",
            (self.case.id,),
        )
        self.env.invalidate_all()
        other = self.team.sudo().copy({"name": "Escalated"})
        # As from a client: the accounting tests keep their records from tracking.
        case = self.case.with_env(self.env(user=self.leader, context={}))
        self.cr.flush()
        for values in ({"priority": "2", "team_id": other.id}, {"priority": "1"}):
            case.write(values)
            self.env.flush_all()
            self.cr.flush()
        known = self.env["dispute.risk.facts"]._get_known(self.company, self.case, [5.0, 20.0])
        values, happened = known[self.case.id]
        self.assertFalse(happened)
        self.assertEqual(
            dict(values),
            {
                "amount": "1",
                "country": str(self.env.ref("base.de").id),
                "customer": "0",
                "month": "7",
                "priority": "0",
                "reason": str(self.good.id),
                "source": "internal",
                "tag": str(tag.id),
                "team": str(self.team.id),
                "weekday": "3",
                "wish": "refund",
            },
        )

    def test_how_often_a_customer_disputes(self):
        for earlier, band in [(0, "0"), (1, "1"), (1, "2"), (2, "2"), (1, "5"), (9, "5")]:
            if earlier:
                self._create_past(earlier, opened=SQL("%s - INTERVAL '11 months'", self.now))
            values = self.env["dispute.risk.facts"]._get_known(self.company, self.case, [])[self.case.id][0]
            self.assertEqual(dict(values)["customer"], band)
        # A year ago is long ago.
        self._create_past(
            5, opened=SQL("%s - INTERVAL '13 months'", self.now), partner_id=SQL("%s", self.partner_b.id)
        )
        stranger = self._create_past(1, partner_id=SQL("%s", self.partner_b.id))
        values = self.env["dispute.risk.facts"]._get_known(self.company, stranger, [])[stranger.id][0]
        self.assertEqual(dict(values)["customer"], "0")

    def test_merged_old_and_others_cases_teach_nothing(self):
        self._create_history()
        merged = self.env.ref("dispute_management.dispute_resolution_mrg").id
        past = SQL("%s - INTERVAL '3 days'", self.now)
        self._create_past(5, closed=past, resolution_id=SQL("%s", merged))
        self._create_past(5, closed=SQL("%s - INTERVAL '3 years'", self.now))
        other = self.setup_other_company(name="Other company")["company"]
        self._create_past(5, closed=past, company_id=SQL("%s", other.id))
        self._refresh()
        self.assertEqual(self._get_known().cases, 150)
        of_other = self.env["dispute.risk"].sudo().search([("company_id", "=", other.id)])
        self.assertEqual((of_other.cases, of_other.state), (5, "few"))

    def test_a_warning_does_not_prove_itself_right(self):
        tier = self.env.ref("dispute_management.dispute_escalation_tier_leader")
        rules = self.env["dispute.escalation.rule"].sudo()
        log = {"company_id": self.company.id, "occasion": "x", "date": self.now, "date_due": self.now}
        for trigger, with_tier, expected in [
            ("risk", True, False),
            ("no_progress", False, False),
            ("no_progress", True, True),
        ]:
            case = self._open_case()
            rule = rules.create({"name": trigger, "trigger": trigger})
            values = {"case_id": case.id, "rule_id": rule.id, "tier_id": with_tier and tier.id}
            self.env["dispute.escalation.log"].sudo().create({**log, **values})
            with self.subTest(trigger=trigger, with_tier=with_tier):
                known = self.env["dispute.risk.facts"]._get_known(self.company, case, [])
                self.assertEqual(known[case.id][1], expected)

    # Telling

    def test_silent_until_it_is_better(self):
        for label, history, state in [
            ("nothing closed", {}, "few"),
            ("too few", {"number": 40}, "few"),
            ("nothing decides", {"number": 60, "good": 0.5, "bad": 0.5}, "no_better"),
        ]:
            with self.subTest(label):
                if history:
                    self._create_history(**history)
                self._refresh()
                self.assertEqual(self._get_known().state, state)
                self.assertEqual(self._get_risks(), (0, 0))
                self.assertFalse(self.bad_case.risk_reasons)
                self.assertFalse(self.bad_case.is_risk_alert)
                cases = self.env["dispute.case"].with_user(self.viewer)
                self.assertFalse(cases.search([("is_risk_alert", "=", True)]))
                self.assertIn(self.bad_case, cases.search([("is_risk_alert", "=", False)]))

    def test_what_no_longer_holds_is_taken_back(self):
        good, bad = self._create_history()
        self._refresh()
        self.assertTrue(all(self._get_risks()))
        self.env.cr.execute(
            "UPDATE dispute_case SET reason_id = CASE WHEN id %% 2 = 0 THEN %s ELSE %s END WHERE id = ANY(%s)",
            (self.good.id, self.bad.id, (good + bad).ids),
        )
        self.env.invalidate_all()
        self._refresh()
        self.assertEqual(self._get_known().state, "no_better")
        self.assertEqual(self._get_risks(), (0, 0))

    def test_reasons_in_words(self):
        self._create_history()
        self._refresh()
        reasons = self.bad_case.with_user(self.clerk).risk_reasons
        self.assertRegex(reasons, r"^Reason: \[QUA\] .+: ×1\.\d$")
        self.assertFalse(self.case.with_user(self.clerk).risk_reasons)

    def test_words_of_every_value(self):
        known = (
            self.env["dispute.risk"].sudo().create({"company_id": self.company.id, "bounds": [100.0, 2000.0]})
        )
        germany = self.env.ref("base.de")
        keys = {
            ("customer", "5"): "Customer disputes often",
            ("customer", "0"): "First dispute of the customer in a year",
            ("amount", "0"): "Amount below $\xa0100.00",
            ("amount", "1"): "Amount from $\xa0100.00 to $\xa02,000.00",
            ("amount", "2"): "Amount from $\xa02,000.00",
            ("month", "7"): "Opened in July",
            ("weekday", "5"): "Opened on a Friday",
            ("source", "portal"): "Came by: Customer portal",
            ("priority", "1"): "Priority: High",
            ("wish", "refund"): "Customer wants: Refund",
            ("country", str(germany.id)): "Customer from Germany",
            ("team", str(self.team.id)): "Team: Test receivables",
            ("team", "999999999"): "Team: ?",
        }
        self.assertEqual(known.frequency_ids._get_words(keys, known), keys)

    def test_what_has_happened_is_no_forecast(self):
        self._create_history()
        self.case.sla_status_ids[:1].sudo().is_late = True
        self._refresh()
        self.assertEqual(self._get_risks()[0], 100)
        self.assertIn("broken", self.case.risk_reasons)
        self.assertFalse(self.case.is_risk_alert)

    def test_a_closed_case_has_no_risk(self):
        self._create_history()
        self._refresh()
        self.bad_case._close(self._resolution("WDN"), cause=self.cause)
        self.assertFalse(self.bad_case.is_risk_alert)
        self._refresh()
        self.assertEqual(self._get_risks()[1], 0)

    def test_a_second_run_changes_nothing(self):
        self._create_history()
        self._refresh()
        facts = (
            "SELECT id, risk, date_risk, write_date, write_uid, date_escalation FROM dispute_case ORDER BY id"
        )
        self.env.cr.execute(facts)
        before = self.env.cr.fetchall()
        frequencies = self._get_known().frequency_ids
        self._trigger("ir_cron_risk")
        self.assertEqual(self._get_known().frequency_ids, frequencies, "Learnt once a day.")
        self._refresh()
        self.env.cr.execute(facts)
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_telling_is_no_work_on_a_case(self):
        """Cases on which nothing happens are found by when they were last written."""
        self._create_history()
        self.env.cr.execute("UPDATE dispute_case SET write_date = '2026-01-01', write_uid = 1")
        self.env.invalidate_all()
        self._refresh()
        self.assertTrue(self.bad_case.risk and self.bad_case.date_risk)
        self.assertEqual(str(self.bad_case.write_date), "2026-01-01 00:00:00")

    def test_a_run_that_was_stopped_goes_on(self):
        self._create_history()
        self._refresh()
        known = self._get_known()
        self.env.cr.execute("UPDATE dispute_case SET risk = 0 WHERE company_id = %s", (self.company.id,))
        self.env.invalidate_all()
        known.told_after_id = self.case.id
        self._trigger("ir_cron_risk")
        good, bad = self._get_risks()
        self.assertFalse(good)
        self.assertTrue(bad)
        self.assertFalse(known.told_after_id)
        self._trigger("ir_cron_risk")
        self.assertTrue(all(self._get_risks()))

    def test_batches_tell_the_same(self):
        self._create_history()
        self._refresh()
        expected = self._get_risks()
        self.env.cr.execute("UPDATE dispute_case SET risk = 0")
        self.env.invalidate_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["dispute.risk"].sudo()._cron_refresh(batch=1)
        self.assertEqual(self._get_risks(), expected)

    def test_as_many_statements_for_many_cases_as_for_few(self):
        self._create_history()
        self._refresh()
        known = self._get_known()
        model = known._get_model()
        counts = {}
        # The first time, what never changes is read.
        for number in (1, 2, 20):
            cases = self._create_past(number, reason_id=SQL("%s", self.bad.id)).sudo()
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            known._tell(cases, model)
            self.env.flush_all()
            told = self.env.cr.sql_log_count - before
            self.env.invalidate_all()
            cases = cases.with_user(self.clerk)
            before = self.env.cr.sql_log_count
            self.assertTrue(all(cases.mapped("risk_reasons")))
            counts[number] = (told, self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[20])

    # Warning

    def test_high_risk_is_found_by_the_company_s_threshold(self):
        self._create_history()
        self._refresh()
        risk = self._get_risks()[1]
        cases = self.env["dispute.case"].with_user(self.viewer)
        for threshold, found in [(risk, self.bad_case), (risk + 1, cases), (1, self.case + self.bad_case)]:
            self.company.dispute_risk_alert = threshold
            self.assertEqual(cases.search([("is_risk_alert", "=", True)]), found.sorted("id", reverse=True))
            self.assertEqual(
                (self.case + self.bad_case).with_user(self.viewer).filtered("is_risk_alert"), found
            )
        rest = cases.search([("is_risk_alert", "=", False), ("id", "in", (self.case + self.bad_case).ids)])
        self.assertFalse(rest)

    def test_a_rule_warns_of_a_high_risk_once(self):
        rule = self.env.ref("dispute_management.dispute_escalation_rule_risk").sudo()
        rule.is_on = True
        rule.date_on = self.now - timedelta(days=1)
        self.company.dispute_risk_alert = 60
        self._create_history()
        self._refresh()
        logs = self.env["dispute.escalation.log"].sudo()
        for _run in range(2):
            with self.enter_registry_test_mode():
                self.env.ref("dispute_management.ir_cron_escalation").sudo().method_direct_trigger()
            self.env.invalidate_all()
            found = logs.search([("rule_id", "=", rule.id)])
            self.assertEqual((found.case_id, found.user_ids), (self.bad_case, self.bad_case.user_id))
        self.assertIn(f"{self.bad_case.risk}% (Reason: [QUA]", found.reason)
