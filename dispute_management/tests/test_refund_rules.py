from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.refund_rules import ACCEPT, REFUSE, REVIEW, Facts, Terms, Usual, find_unusual, judge

DAY = date(2026, 6, 1)
TERMS = Terms(verdict=ACCEPT, window_days=30, outside_verdict=REFUSE, automatic_limit=10_000)
FACTS = Facts(claimed_on=DAY, counted_from=DAY - timedelta(days=10), claimed=8_000, open=8_000)
RANK = {ACCEPT: 0, REVIEW: 1, REFUSE: 2}

_DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
_MONEY = st.integers(0, 10**7)
_TERMS = st.builds(
    Terms,
    verdict=st.sampled_from([ACCEPT, REVIEW, REFUSE]),
    reasons=st.sampled_from([frozenset(), frozenset({"a"}), frozenset({"b"})]),
    window_days=st.integers(0, 400),
    outside_verdict=st.sampled_from([REVIEW, REFUSE]),
    share=st.floats(0.01, 100).map(lambda share: round(share, 2)),
    ceiling=_MONEY,
    is_evidence_required=st.booleans(),
    history_count=st.integers(0, 5),
    history_amount=_MONEY,
    is_debt_reviewed=st.booleans(),
    automatic_limit=_MONEY,
)


@st.composite
def _facts(draw):
    claimed = draw(_MONEY)
    given_before = draw(st.integers(0, claimed))
    return Facts(
        claimed_on=draw(_DAYS),
        counted_from=draw(st.none() | _DAYS),
        claimed=claimed,
        given=given_before,
        open=draw(st.integers(0, claimed - given_before)),
        reason=draw(st.sampled_from(["a", "b"])),
        missing=draw(st.sampled_from([(), ("Photo",)])),
        earlier_count=draw(st.integers(0, 6)),
        earlier_amount=draw(_MONEY),
        overdue=draw(_MONEY),
    )


@tagged("post_install", "-at_install")
class TestRefundRules(BaseCase):
    """What refund terms say of a claim."""

    def test_table(self):
        for name, terms, facts, expected in (
            ("within", {}, {}, (ACCEPT, 8_000, ["within"], True)),
            ("above what is automatic", {"automatic_limit": 7_999}, {}, (ACCEPT, 8_000, ["within"], False)),
            ("exactly what is automatic", {"automatic_limit": 8_000}, {}, (ACCEPT, 8_000, ["within"], True)),
            ("nothing automatic", {"automatic_limit": 0}, {}, (ACCEPT, 8_000, ["within"], False)),
            ("reviewed by the terms", {"verdict": REVIEW}, {}, (REVIEW, 8_000, ["within"], False)),
            ("refused by the terms", {"verdict": REFUSE}, {}, (REFUSE, 0, ["within"], False)),
            # Window
            ("last day", {}, {"counted_from": DAY - timedelta(days=30)}, (ACCEPT, 8_000, ["within"], True)),
            ("a day late", {}, {"counted_from": DAY - timedelta(days=31)}, (REFUSE, 0, ["late"], False)),
            (
                "late, to be reviewed",
                {"outside_verdict": REVIEW},
                {"counted_from": DAY - timedelta(days=31)},
                (REVIEW, 8_000, ["late"], False),
            ),
            ("start not known", {}, {"counted_from": None}, (REVIEW, 8_000, ["window_unknown"], False)),
            ("no window", {"window_days": 0}, {"counted_from": None}, (ACCEPT, 8_000, ["within"], True)),
            (
                "before its start",
                {},
                {"counted_from": DAY + timedelta(days=3)},
                (ACCEPT, 8_000, ["within"], True),
            ),
            # Reasons and evidence
            ("its reason", {"reasons": {"DUP"}}, {"reason": "DUP"}, (ACCEPT, 8_000, ["within"], True)),
            ("another reason", {"reasons": {"DUP"}}, {"reason": "OTH"}, (REVIEW, 8_000, ["reason"], False)),
            ("evidence missing", {}, {"missing": ("Photo",)}, (REVIEW, 8_000, ["evidence"], False)),
            (
                "evidence not asked for",
                {"is_evidence_required": False},
                {"missing": ("Photo",)},
                (ACCEPT, 8_000, ["within"], True),
            ),
            # Share and ceiling
            ("half", {"share": 50}, {}, (ACCEPT, 4_000, ["within", "share"], True)),
            (
                "a third, never rounded up",
                {"share": 33.33},
                {"claimed": 101, "open": 101},
                (ACCEPT, 33, ["within", "share"], True),
            ),
            (
                "half, of which some was given",
                {"share": 50},
                {"given": 3_000, "open": 5_000},
                (ACCEPT, 1_000, ["within", "share"], True),
            ),
            (
                "half, which was given",
                {"share": 50},
                {"given": 4_000, "open": 4_000},
                (REFUSE, 0, ["nothing_left", "share"], False),
            ),
            ("ceiling", {"ceiling": 5_000}, {}, (ACCEPT, 5_000, ["within", "ceiling"], True)),
            (
                "ceiling, some given",
                {"ceiling": 5_000},
                {"given": 2_000, "open": 6_000},
                (ACCEPT, 3_000, ["within", "ceiling"], True),
            ),
            (
                "the lower of both",
                {"ceiling": 5_000, "share": 50},
                {},
                (ACCEPT, 4_000, ["within", "share"], True),
            ),
            ("nothing open", {}, {"open": 0}, (REFUSE, 0, ["nothing_left"], False)),
            # Customer
            (
                "few refunds before",
                {"history_count": 3},
                {"earlier_count": 2},
                (ACCEPT, 8_000, ["within"], True),
            ),
            (
                "many refunds before",
                {"history_count": 3},
                {"earlier_count": 3},
                (REVIEW, 8_000, ["history_count"], False),
            ),
            (
                "much refunded before",
                {"history_amount": 100},
                {"earlier_amount": 100},
                (REVIEW, 8_000, ["history_amount"], False),
            ),
            (
                "not looked at",
                {},
                {"earlier_count": 99, "earlier_amount": 10**9},
                (ACCEPT, 8_000, ["within"], True),
            ),
            ("debts", {"is_debt_reviewed": True}, {"overdue": 1}, (REVIEW, 8_000, ["overdue"], False)),
            ("debts not looked at", {}, {"overdue": 1}, (ACCEPT, 8_000, ["within"], True)),
            # Several
            (
                "the strictest decides, the others are told",
                {},
                {"counted_from": DAY - timedelta(days=40), "missing": ("Photo",)},
                (REFUSE, 0, ["late", "evidence"], False),
            ),
        ):
            with self.subTest(name):
                if "reasons" in terms:
                    terms = {**terms, "reasons": frozenset(terms["reasons"])}
                verdict = judge(replace(TERMS, **terms), replace(FACTS, **facts))
                codes = [reason.code for reason in verdict.reasons]
                self.assertEqual((verdict.decision, verdict.amount, codes, verdict.is_automatic), expected)

    def test_without_terms_somebody_looks(self):
        verdict = judge(None, FACTS)
        self.assertEqual((verdict.decision, verdict.amount, verdict.is_automatic), (REVIEW, 8_000, False))

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
    @given(_TERMS, _facts())
    def test_never_more_than_terms_and_claim_allow(self, terms, facts):
        verdict = judge(terms, facts)
        self.assertTrue(verdict.reasons)
        self.assertEqual(verdict.decision == REFUSE, verdict.amount == 0)
        self.assertLessEqual(verdict.amount, facts.open)
        self.assertLessEqual(
            (verdict.amount + facts.given) * 10_000 * bool(verdict.amount),
            facts.claimed * round(terms.share * 100),
        )
        if terms.ceiling and verdict.amount:
            self.assertLessEqual(verdict.amount + facts.given, terms.ceiling)
        if verdict.is_automatic:
            self.assertEqual(verdict.decision, ACCEPT)
            self.assertLessEqual(verdict.amount, terms.automatic_limit)
        self.assertEqual(verdict, judge(terms, facts))

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
    @given(_TERMS, _facts(), st.integers(0, 400), _MONEY, st.integers(0, 9))
    def test_worse_facts_make_no_better_verdict(self, terms, facts, days, money, count):
        before = judge(terms, facts)
        worse = replace(
            facts,
            counted_from=facts.counted_from and facts.counted_from - timedelta(days=days),
            missing=("Photo",),
            earlier_count=facts.earlier_count + count,
            earlier_amount=facts.earlier_amount + money,
            overdue=facts.overdue + money,
        )
        after = judge(terms, worse)
        self.assertGreaterEqual(RANK[after.decision], RANK[before.decision])
        self.assertLessEqual(after.amount, before.amount)
        self.assertLessEqual(after.is_automatic, before.is_automatic)

    def test_the_brake(self):
        usual = {"customer": Usual(3, 1000), "user": Usual(0, 500)}
        for done, expected in (
            ({"customer": (3, 1000)}, []),
            ({"customer": (4, 1)}, [("customer", "count")]),
            ({"customer": (1, 1000.01)}, [("customer", "amount")]),
            ({"customer": (4, 2000)}, [("customer", "count"), ("customer", "amount")]),
            ({"user": (99, 500)}, []),
            ({"customer": (1, 1), "user": (1, 501)}, [("user", "amount")]),
            ({"somebody": (99, 10**9)}, []),
        ):
            with self.subTest(done=done):
                self.assertEqual(find_unusual(done, usual), expected)
