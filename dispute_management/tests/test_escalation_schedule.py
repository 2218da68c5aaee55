from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.escalation_schedule import (
    TIMED,
    Facts,
    Promise,
    Question,
    Rule,
    get_due,
    get_next_moment,
    get_occasions,
)

#: The same examples on every run: a test that fails, fails again.
THOROUGH = settings(max_examples=300, deadline=None, derandomize=True, database=None)

ZERO = datetime(2026, 3, 2, 9)


def at(hour):
    return ZERO + timedelta(hours=hour)


BREACH = Rule(1, "sla_breach")
SHARE = Rule(2, "sla_share", 75)
PROMISE = Promise(7, "closing", {75: at(6), 100: at(8)})
CASE = Facts(
    company_id=1,
    team_id=2,
    reason_id=3,
    pipeline_id=4,
    stage_id=5,
    tier_id=6,
    priority="1",
    promises=(PROMISE,),
    days={
        ("no_progress", 5, "working"): at(50),
        ("stage_days", 5, "working"): at(60),
        ("stage_days", 5, "calendar"): at(40),
    },
    stay=11,
    date_progress=at(3),
    claims=((at(0), 100), (at(1), 900), (at(2), 400), (at(5), 1000)),
    reopen_count=2,
    date_reopened=None,
    unanswered_count=2,
    unanswered_since=at(4),
    date_customer_message=at(5),
    date_legal_threat=at(9),
    risk=80,
    risk_alert=70,
    date_risk=at(10),
    questions=(
        Question(21, at(20), {("unanswered", 3, "working"): at(44)}, template_id=9),
        Question(22, at(30), {("unanswered", 3, "working"): at(54), ("unanswered", 2, "calendar"): at(78)}),
    ),
)

MOMENTS = st.none() | st.integers(0, 100).map(at)
RULES = st.lists(
    st.builds(
        Rule,
        id=st.integers(1, 3),
        trigger=st.sampled_from(
            [
                "sla_share",
                "sla_breach",
                "no_progress",
                "amount",
                "reopened",
                "messages",
                "legal",
                "risk",
                "unanswered",
            ]
        ),
        threshold=st.sampled_from([5, 50, 75]),
        since=MOMENTS,
        team_ids=st.sampled_from([(), (1,), (1, 2)]),
    ),
    max_size=5,
)
CASES = st.builds(
    Facts,
    team_id=st.integers(1, 3),
    is_closed=st.booleans(),
    is_customers_turn=st.booleans(),
    promises=st.lists(
        st.builds(
            Promise,
            id=st.integers(1, 3),
            target=st.just("closing"),
            moments=st.fixed_dictionaries({50: MOMENTS, 75: MOMENTS, 100: MOMENTS}),
            is_paused=st.booleans(),
        ),
        max_size=3,
        unique_by=lambda promise: promise.id,
    ),
    days=st.fixed_dictionaries({("no_progress", 5, "working"): MOMENTS}),
    date_progress=MOMENTS,
    reopen_count=st.integers(0, 60),
    date_reopened=MOMENTS,
    date_legal_threat=MOMENTS,
    date_escalated=MOMENTS,
    limit=MOMENTS,
    next_tier_id=st.integers(0, 1),
    questions=st.lists(
        st.builds(
            Question,
            id=st.integers(1, 3),
            since=st.integers(0, 100).map(at),
            days=st.fixed_dictionaries({("unanswered", 5, "working"): MOMENTS}),
        ),
        max_size=3,
        unique_by=lambda question: question.id,
    ),
)


class TestEscalationSchedule(BaseCase):
    """When cases escalate: tables, and what holds for any case and rules."""

    def assertFires(self, facts, rules, *hours, fired=()):
        found = get_occasions(facts, rules, fired)
        self.assertEqual([occasion.moment for occasion in found], [at(hour) for hour in hours])
        return found

    def test_what_sets_a_rule_off(self):
        cases = [
            ("share of a promise", SHARE, [6]),
            ("a share that is not known", Rule(1, "sla_share", 90), []),
            ("breach", BREACH, [8]),
            ("breach of another promise", Rule(1, "sla_breach", target="first_response"), []),
            ("breach of this promise", Rule(1, "sla_breach", target="closing"), [8]),
            ("days without progress", Rule(1, "no_progress", 5), [50]),
            ("working days in a stage", Rule(1, "stage_days", 5), [60]),
            ("calendar days in a stage", Rule(1, "stage_days", 5, "calendar"), [40]),
            ("amount, since it stayed above", Rule(1, "amount", 400), [1]),
            ("amount, since it rose again", Rule(1, "amount", 500), [5]),
            ("amount reached to the cent", Rule(1, "amount", 1000), [5]),
            ("amount not reached", Rule(1, "amount", 1000.01), []),
            ("never reopened", Rule(1, "reopened", 1), []),
            ("messages", Rule(1, "messages", 2), [5]),
            ("too few messages", Rule(1, "messages", 3), []),
            ("legal", Rule(1, "legal"), [9]),
            ("risk", Rule(1, "risk", 80), [10]),
            ("less risk", Rule(1, "risk", 81), []),
            ("no risk of its own: the company's", Rule(1, "risk"), [10]),
            ("unanswered questions", Rule(1, "unanswered", 3), [44, 54]),
            ("unanswered in calendar days", Rule(1, "unanswered", 2, "calendar"), [78]),
            ("unanswered ones of a template", Rule(1, "unanswered", 3, question_ids={9}), [44]),
            ("unanswered ones of another template", Rule(1, "unanswered", 3, question_ids={8}), []),
        ]
        for title, rule, hours in cases:
            with self.subTest(title):
                self.assertFires(CASE, [rule], *hours)

    def test_what_has_happened_is_no_risk(self):
        for risk, hours in [(69, []), (70, [10]), (99, [10]), (100, [])]:
            with self.subTest(risk):
                self.assertFires(replace(CASE, risk=risk), [Rule(1, "risk")], *hours)

    def test_scopes(self):
        for name, value in {
            "company_ids": 1,
            "team_ids": 2,
            "reason_ids": 3,
            "pipeline_ids": 4,
            "stage_ids": 5,
            "tier_ids": 6,
            "priorities": "1",
        }.items():
            with self.subTest(name):
                self.assertFires(CASE, [replace(BREACH, **{name: (value, 99)})], 8)
                self.assertFires(CASE, [replace(BREACH, **{name: (99,)})])

    def test_the_past(self):
        cases = [
            ("switched on after it came due", at(9), None, []),
            ("switched on when it came due", at(8), None, [8]),
            ("reopened after it came due", None, at(9), []),
            ("reopened before", None, at(7), [8]),
        ]
        for title, since, reopened, hours in cases:
            with self.subTest(title):
                facts = replace(CASE, date_reopened=reopened)
                self.assertFires(facts, [replace(BREACH, since=since)], *hours)

    def test_reopening_itself_may_escalate(self):
        facts = replace(CASE, date_reopened=at(20))
        (occasion,) = self.assertFires(facts, [Rule(1, "reopened", 2)], 20)
        self.assertEqual(occasion.key, "reopened 2")
        self.assertFires(facts, [Rule(1, "reopened", 3)])

    def test_time_limit_of_a_level(self):
        facts = replace(CASE, date_escalated=at(1), limit=at(30), next_tier_id=8)
        (occasion,) = self.assertFires(facts, [], 30)
        self.assertEqual(occasion.rule_id, 0)
        self.assertFires(facts, [], fired={(0, occasion.key)})
        self.assertFires(replace(facts, next_tier_id=0), [])
        self.assertFires(replace(facts, limit=None), [])
        self.assertFires(replace(facts, is_customers_turn=True), [])
        # Raised again, its time begins anew.
        self.assertFires(
            replace(facts, date_escalated=at(31), limit=at(60)), [], 60, fired={(0, occasion.key)}
        )

    def test_customers_turn_pauses_what_runs_on_time(self):
        paused = replace(PROMISE, id=8, is_paused=True)
        facts = replace(CASE, is_customers_turn=True, promises=(PROMISE, paused))
        for rule, hours in (
            (BREACH, [8]),
            (SHARE, [6]),
            (Rule(1, "no_progress", 5), []),
            (Rule(1, "stage_days", 5), []),
            (Rule(1, "legal"), [9]),
            (Rule(1, "amount", 1000), [5]),
        ):
            with self.subTest(rule.trigger):
                self.assertFires(facts, [rule], *hours)

    def test_order_and_what_is_due(self):
        found = self.assertFires(CASE, [BREACH, Rule(3, "legal"), SHARE], 6, 8, 9)
        self.assertEqual(get_next_moment(found), at(6))
        self.assertEqual([occasion.rule_id for occasion in get_due(found, at(8))], [2, 1])
        self.assertEqual(get_due(found, at(5)), [])
        self.assertIsNone(get_next_moment([]))

    @THOROUGH
    @given(CASES, RULES)
    def test_fires_once(self, facts, rules):
        found = get_occasions(facts, rules)
        fired = {(occasion.rule_id, occasion.key) for occasion in found}
        self.assertEqual(get_occasions(facts, rules, fired), [])

    @THOROUGH
    @given(CASES, RULES, st.integers(0, 100))
    def test_stopped_anywhere_nothing_is_lost_or_doubled(self, facts, rules, hour):
        found = get_occasions(facts, rules)
        first = get_due(found, at(hour))
        fired = {(occasion.rule_id, occasion.key) for occasion in first}
        rest = get_occasions(facts, rules, fired)
        self.assertEqual({*first, *rest}, set(found))
        self.assertFalse({*first} & {*rest})

    @THOROUGH
    @given(CASES, RULES)
    def test_never_closed_never_before_it_was_on_or_reopened(self, facts, rules):
        by_id = {}
        for rule in rules:
            by_id.setdefault(rule.id, []).append(rule)
        found = get_occasions(facts, rules)
        if facts.is_closed:
            self.assertFalse(found)
        for occasion in found:
            self.assertGreaterEqual(occasion.moment, facts.date_reopened or at(0))
            if occasion.rule_id:
                possible = by_id[occasion.rule_id]
                self.assertTrue(any((rule.since or at(0)) <= occasion.moment for rule in possible))
                if facts.is_customers_turn:
                    self.assertTrue(any(rule.trigger not in TIMED for rule in possible))

    @THOROUGH
    @given(CASES, RULES, st.randoms())
    def test_order_of_the_rules_does_not_matter(self, facts, rules, chance):
        shuffled = list(rules)
        chance.shuffle(shuffled)
        self.assertEqual(get_occasions(facts, rules), get_occasions(facts, shuffled))
