from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.approval_rules import Tier, judge

LADDERS = {
    "credit": [Tier("c1", "leader", 250), Tier("c2", "approver", 5000)],
    "payout": [Tier("p1", "approver", 0)],
    "write_off": [Tier("w1", "leader", 50), Tier("w2", "approver", 1000)],
}
LIMITS = {"credit": 250, "write_off": 50, "payout": 0, "apply": True, "rejection": True}


@tagged("-at_install", "post_install")
class TestApprovalRules(BaseCase):
    def _judge(self, amounts, ladders=None, limits=None):
        return judge(amounts, LADDERS if ladders is None else ladders, limits or LIMITS)

    def test_who_must_approve(self):
        for amounts, groups in [
            ({"credit": 0.01}, []),
            ({"credit": 249.99}, []),
            ({"credit": 250}, ["leader"]),
            ({"credit": 4999.99}, ["leader"]),
            ({"credit": 5000}, ["leader", "approver"]),
            ({"payout": 0.01}, ["approver"]),
            ({"payout": 9999}, ["approver"]),
            ({"write_off": 49.99}, []),
            ({"write_off": 50}, ["leader"]),
            ({"write_off": 1000}, ["leader", "approver"]),
            ({"apply": 10**6}, []),
            ({"rejection": 10**6}, []),
            # Of several kinds, one group decides once; the order of the ladders holds.
            ({"credit": 300, "write_off": 300}, ["leader"]),
            ({"credit": 300, "payout": 300}, ["approver", "leader"]),
            ({"credit": 6000, "payout": 6000}, ["leader", "approver"]),
        ]:
            with self.subTest(amounts=amounts):
                verdict = self._judge(amounts)
                self.assertEqual([decision.group for decision in verdict.decisions], groups)
                self.assertFalse(verdict.blocked)
                self.assertEqual(verdict.is_automatic, not groups)

    def test_one_decision_stands_for_the_tiers_of_all_kinds(self):
        (decision,) = self._judge({"credit": 300, "write_off": 300}).decisions
        self.assertEqual(set(decision.keys), {"c1", "w1"})
        self.assertEqual(decision.threshold, 250)

    def test_a_group_that_a_ladder_asks_twice_decides_twice(self):
        ladder = [Tier(1, "leader", 10), Tier(2, "leader", 100)]
        verdict = self._judge({"credit": 100}, {"credit": ladder})
        self.assertEqual([decision.keys for decision in verdict.decisions], [(1,), (2,)])

    def test_no_tier_blocks_unless_a_limit_lets_it_pass(self):
        for amount, limit, blocked in [
            (10, 0, True),
            (10, False, True),
            (10, 10, True),
            (10, 10.01, False),
            (10, True, False),
        ]:
            with self.subTest(amount=amount, limit=limit):
                verdict = self._judge({"credit": amount}, {}, {"credit": limit})
                self.assertEqual(bool(verdict.blocked), blocked)
                self.assertEqual(verdict.is_automatic, not blocked)
        # Between the limit and the first tier: a gap lets nothing through.
        self.assertEqual(self._judge({"credit": 200}, limits={"credit": 100}).blocked, ("credit",))
        # A limit above the first tier doesn't switch the tier off.
        self.assertTrue(self._judge({"credit": 300}, limits={"credit": 400}).decisions)

    def test_just_below(self):
        for amounts, expected in [
            ({"credit": 224.99}, ()),
            ({"credit": 225}, (("credit", 250),)),
            ({"credit": 250}, ()),
            ({"credit": 4999}, (("credit", 5000),)),
            ({"write_off": 49}, (("write_off", 50),)),
            ({"rejection": 49}, ()),
        ]:
            with self.subTest(amounts=amounts):
                self.assertEqual(self._judge(amounts).just_below, expected)

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.dictionaries(st.sampled_from(list(LADDERS)), st.floats(0.01, 10**6)))
    def test_more_never_needs_fewer(self, amounts):
        less = {decision.group for decision in self._judge(amounts).decisions}
        more = self._judge({kind: amount * 2 for kind, amount in amounts.items()})
        self.assertLessEqual(less, {decision.group for decision in more.decisions})

    # How fast a busy machine draws examples says nothing about the rule.
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(
        st.lists(st.floats(0, 1000), min_size=1, max_size=4, unique=True),
        st.floats(0, 2000),
        st.floats(0, 1000),
    )
    def test_every_tier_reached_decides_lowest_first(self, thresholds, amount, limit):
        ladder = [Tier(value, f"group {value}", value) for value in thresholds]
        verdict = self._judge({"credit": amount}, {"credit": ladder}, {"credit": limit})
        reached = sorted(value for value in thresholds if value <= amount)
        self.assertEqual([decision.keys[0] for decision in verdict.decisions], reached)
        if not reached:
            self.assertEqual(bool(verdict.blocked), amount >= limit)
