from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.dispute_reports.tools import risk
from odoo.addons.dispute_reports.tools.risk import Example, Model

#: The same examples on every run: a test that fails, fails again.
THOROUGH = settings(max_examples=150, deadline=None, derandomize=True, database=None)

BAD, GOOD = ("reason", "1"), ("reason", "2")
EXAMPLES = st.lists(
    st.builds(
        Example,
        st.sets(
            st.tuples(st.sampled_from(["reason", "team", "tag"]), st.sampled_from("123")), max_size=4
        ).map(lambda values: tuple(sorted(values))),
        st.booleans(),
    ),
    max_size=60,
)


def make_history(cases, rates, seed=1):
    """Cases whose reason decides how probable it is.

    :param rates: ``{key: probability}``
    """
    random = Random(seed)  # noqa: S311 (no secret)
    keys = [random.choice(list(rates)) for _case in range(cases)]
    return [Example((key,), random.random() < rates[key]) for key in keys]


class TestRiskPolicy(BaseCase):
    # What is learnt

    def test_frequencies(self):
        model = risk.learn(
            [
                Example((BAD,), True),
                Example((BAD, ("tag", "3")), True),
                Example((BAD,), False),
                Example((), True),
            ]
        )
        self.assertEqual((model.cases, model.happened), (4, 3))
        self.assertEqual(model.frequencies, {BAD: (3, 2), ("tag", "3"): (1, 1)})
        self.assertAlmostEqual(model.base_rate, 4 / 6)

    def test_a_rate_is_drawn_to_the_base_by_ten_cases(self):
        model = Model(98, 19, {BAD: (10, 10), GOOD: (90, 9)})
        self.assertAlmostEqual(model.base_rate, 0.2)
        self.assertAlmostEqual(model.get_rate(BAD), (10 + 2) / 20)
        self.assertAlmostEqual(model.get_lift(BAD), 3)
        self.assertAlmostEqual(model.get_lift(("reason", "never seen")), 1)

    def test_odds_multiply(self):
        model = Model(98, 49, {BAD: (10, 10), ("tag", "3"): (10, 10)})
        # Even odds, and rates of 15 in 20: three to one, and nine to one.
        self.assertAlmostEqual(model.predict([BAD]), 3 / 4)
        self.assertAlmostEqual(model.predict([BAD, ("tag", "3")]), 9 / 10)
        self.assertAlmostEqual(model.predict([]), 1 / 2)

    def test_a_weight_of_nothing_tells_the_base_rate(self):
        self.assertAlmostEqual(Model(98, 19, {BAD: (10, 10)}, 0).predict([BAD]), 0.2)

    def test_reasons(self):
        model = Model(
            98,
            19,
            {
                BAD: (20, 16),
                GOOD: (20, 0),
                ("tag", "few"): (4, 4),
                ("tag", "little"): (20, 5),
                ("team", "1"): (20, 12),
                ("month", "1"): (20, 10),
                ("month", "2"): (20, 9),
            },
        )
        keys = sorted(model.frequencies)
        # (16 + 2) / 30 is three times a fifth; seen four times only, or hardly more, is no reason.
        found = model.explain(keys)
        self.assertEqual([key for key, _lift in found], [BAD, ("team", "1"), ("month", "1")])
        self.assertAlmostEqual(found[0][1], 3)
        self.assertEqual(model.explain([GOOD, ("tag", "few"), ("tag", "little"), ("tag", "unseen")]), [])

    def test_per_cent(self):
        for probability, expected in [(0, 1), (0.004, 1), (0.5, 50), (0.696, 70), (0.999, 99), (1, 99)]:
            self.assertEqual(risk.to_percent(probability), expected)

    # How well it tells

    def test_brier_by_hand(self):
        model = Model(98, 49, {BAD: (10, 10)})
        judged = risk.judge(model, [Example((BAD,), True), Example((BAD,), False), Example((), True)])
        self.assertAlmostEqual(judged.brier, (0.25**2 + 0.75**2 + 0.5**2) / 3)
        self.assertAlmostEqual(judged.base_brier, 0.25)
        self.assertEqual(
            [(part.lower, part.cases, part.predicted, part.happened) for part in judged.bins],
            [(0.5, 1, 0.5, 1), (0.7, 2, 0.75, 0.5)],
        )
        self.assertFalse(judged.is_better)
        self.assertEqual(risk.judge(model, []), risk.Judgement())

    def test_it_speaks_where_reasons_decide(self):
        model, judged = risk.train(make_history(400, {BAD: 0.8, GOOD: 0.1}))
        self.assertTrue(risk.has_enough(model) and judged.is_better)
        self.assertLess(judged.brier, judged.base_brier)
        self.assertEqual(judged.cases, 80)
        self.assertAlmostEqual(model.predict([BAD]), 0.8, 1)
        self.assertAlmostEqual(model.predict([GOOD]), 0.1, 1)

    def test_it_is_silent_where_nothing_decides(self):
        """By chance it may be better in one history of twenty; rarely in these."""
        rates = {("reason", str(number)): 0.3 for number in range(10)}
        spoken = [risk.train(make_history(300, rates, seed))[1].is_better for seed in range(40)]
        self.assertLessEqual(sum(spoken), 4)

    def test_what_turned_round_is_silent(self):
        """It learnt from the past, and is judged by what came after."""
        history = make_history(400, {BAD: 0.9, GOOD: 0.1}) + make_history(100, {BAD: 0.1, GOOD: 0.9})
        judged = risk.train(history)[1]
        self.assertGreater(judged.brier, judged.base_brier)
        self.assertFalse(judged.is_better)

    def test_facts_that_say_the_same_count_less(self):
        twice = [
            Example(
                (*example.values, ("team", example.values[0][1]), ("tag", example.values[0][1])),
                example.happened,
            )
            for example in make_history(500, {BAD: 0.6, GOOD: 0.2})
        ]
        self.assertLess(risk.train(twice)[0].weight, 1)

    def test_enough(self):
        for cases, happened, expected in [
            (99, 50, False),
            (100, 9, False),
            (100, 10, True),
            (100, 91, False),
            (100, 90, True),
        ]:
            with self.subTest(cases=cases, happened=happened):
                self.assertEqual(risk.has_enough(Model(cases, happened)), expected)

    # Amounts

    def test_bands(self):
        self.assertEqual(risk.get_bounds([]), [])
        self.assertEqual(risk.get_bounds([7] * 20), [7.0])
        bounds = risk.get_bounds(range(1, 1001))
        self.assertEqual(bounds, [200.0, 400.0, 600.0, 800.0])
        for amount, band in [(0, 0), (199, 0), (200, 1), (799.99, 3), (800, 4), (10**9, 4)]:
            self.assertEqual(risk.get_band(amount, bounds), band)

    # Always

    @THOROUGH
    @given(EXAMPLES)
    def test_always(self, examples):
        model, judged = risk.train(examples)
        self.assertEqual(model.cases, len(examples))
        for example in examples:
            probability = model.predict(example.values)
            self.assertTrue(0 < probability < 1)
            self.assertTrue(1 <= risk.to_percent(probability) <= 99)
            lifts = [lift for _key, lift in model.explain(example.values)]
            self.assertEqual(lifts, sorted(lifts, reverse=True))
            self.assertTrue(all(lift >= risk.MIN_LIFT for lift in lifts) and len(lifts) <= 3)
        self.assertEqual(judged.cases, len(examples) // 5)
        self.assertEqual(sum(part.cases for part in judged.bins), judged.cases)
        for part in judged.bins:
            self.assertTrue(part.lower <= part.predicted <= part.upper and 0 <= part.happened <= 1)
        # The newest fifth takes no part in what it is judged by.
        flipped = examples[: judged.cases * -1 or None] + [
            Example(example.values, not example.happened)
            for example in examples[len(examples) - judged.cases :]
        ]
        self.assertAlmostEqual(
            sum(part.predicted * part.cases for part in risk.train(flipped)[1].bins),
            sum(part.predicted * part.cases for part in judged.bins),
        )

    @THOROUGH
    @given(st.lists(st.floats(0, 1e9), max_size=60), st.floats(0, 1e9))
    def test_bounds_always(self, amounts, amount):
        bounds = risk.get_bounds(amounts)
        self.assertEqual(bounds, sorted(set(bounds)))
        self.assertLessEqual(len(bounds), 4)
        self.assertTrue(0 <= risk.get_band(amount, bounds) <= len(bounds))
