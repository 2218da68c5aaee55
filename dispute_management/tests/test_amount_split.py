from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase
from odoo.tools import float_round

from ..tools.amount_split import (
    PARTS,
    Claim,
    Document,
    Lowering,
    convert,
    split_claims,
)

#: The same examples on every run: a test that fails, fails again.
THOROUGH = settings(max_examples=300, deadline=None, derandomize=True, database=None)

CENTS = st.integers(0, 120)
BOOKABLE = ("credited", "refunded", "rebilled", "applied", "written_off", "rejected")


def paid(amount):
    return Lowering(amount, is_payment=True)


def matched(amount):
    return Lowering(amount, is_payment=False)


def claim(key, amount, owed=None, **values):
    return Claim(key, amount, amount if owed is None else owed, **values)


class TestAmountSplit(BaseCase):
    """Where the cents of claims stand: tables of what was agreed, then any figures."""

    def assertSplit(self, document, claims, expected):
        found = {
            key: {part: amount for part, amount in parts.items() if amount}
            for key, parts in split_claims(document, claims).items()
        }
        self.assertEqual(found, expected)

    def test_one_claim(self):
        """An invoice of 100 on which 40 are claimed."""
        cases = [
            ("nothing happened", Document(100), {}, {"open": 40}),
            ("the undisputed part is paid", Document(40, 0, [paid(60)]), {}, {"open": 40}),
            (
                "more than that is paid",
                Document(25, 0, [paid(75)]),
                {},
                {"open": 25, "paid_after": 15},
            ),
            (
                "paid in two goes, the first for the undisputed part",
                Document(0, 0, [paid(60), paid(40)]),
                {},
                {"paid_after": 40},
            ),
            (
                "an entry first, then a payment: the later one reached the claim",
                Document(0, 0, [matched(60), paid(40)]),
                {},
                {"paid_after": 40},
            ),
            (
                "a payment first, then an entry",
                Document(10, 0, [paid(70), matched(20)]),
                {},
                {"open": 10, "paid_after": 10, "applied": 20},
            ),
            (
                "a foreign credit note counts on the disputed part first",
                Document(70, 30),
                {},
                {"open": 10, "credited": 30},
            ),
            (
                "a foreign credit note for more than the claim",
                Document(20, 80),
                {},
                {"credited": 40},
            ),
            (
                "a credit note from before the claim is no answer to it",
                Document(70, 30),
                {"credited_before": 30},
                {"open": 40},
            ),
            (
                "a settlement credits a part",
                Document(85),
                {"booked": {"credited": 15}},
                {"open": 25, "credited": 15},
            ),
            (
                "settled for more than is claimed counts as the claim, no more",
                Document(50),
                {"booked": {"credited": 30, "written_off": 20}},
                {"credited": 30, "written_off": 10},
            ),
            (
                "a settlement refuses a part",
                Document(100),
                {"booked": {"rejected": 10}},
                {"open": 30, "rejected": 10},
            ),
            ("the case is refused", Document(100), {"refused": True}, {"rejected": 40}),
            (
                "partly credited, then refused",
                Document(90),
                {"booked": {"credited": 10}, "refused": True},
                {"credited": 10, "rejected": 30},
            ),
            (
                "refused money that is paid is paid after",
                Document(15, 0, [paid(85)]),
                {"refused": True},
                {"rejected": 15, "paid_after": 25},
            ),
            (
                "of a claim refused in part the refused money is paid first",
                Document(35, 0, [paid(65)]),
                {"booked": {"rejected": 10}},
                {"open": 30, "rejected": 5, "paid_after": 5},
            ),
            (
                "a cancelled document credits the claim",
                Document(0, cancelled=True),
                {},
                {"credited": 40},
            ),
            (
                "a cancelled document credits what settlements left",
                Document(0, cancelled=True),
                {"booked": {"written_off": 5}},
                {"credited": 35, "written_off": 5},
            ),
            (
                "money paid before the claim was made is no payment after it",
                Document(0, 0, [paid(100)]),
                {"owed": 0},
                {"open": 40},
            ),
            (
                "of a claim that was lowered since, what is left of it was owed",
                Document(50, 0, [paid(50)]),
                {"owed": 100},
                {"open": 40},
            ),
            (
                "only what was owed at opening can be paid after",
                Document(0, 0, [paid(75), paid(25)]),
                {"owed": 25},
                {"open": 15, "paid_after": 25},
            ),
        ]
        for title, document, values, expected in cases:
            with self.subTest(title):
                self.assertSplit(document, [claim("a", 40, **values)], {"a": expected})

    def test_two_claims(self):
        """An invoice of 100 with an older claim of 30 and a younger one of 50."""
        cases = [
            (
                "the oldest is paid first",
                Document(35, 0, [paid(65)]),
                {},
                {"a": {"paid_after": 30}, "b": {"open": 35, "paid_after": 15}},
            ),
            (
                "refused money is paid before open money, though it is younger",
                Document(35, 0, [paid(65)]),
                {"refused": True},
                {"a": {"open": 30}, "b": {"rejected": 5, "paid_after": 45}},
            ),
            (
                "a foreign credit note goes to the oldest first",
                Document(60, 40),
                {},
                {"a": {"credited": 30}, "b": {"credited": 10, "open": 40}},
            ),
            (
                "a claim made after a credit note does not see it, the older one does",
                Document(80, 20),
                {"credited_before": 20},
                {"a": {"credited": 20, "open": 10}, "b": {"open": 50}},
            ),
            (
                "a credit note before the younger claim, another one after it",
                Document(55, 45),
                {"credited_before": 20},
                {"a": {"credited": 30}, "b": {"credited": 15, "open": 35}},
            ),
            (
                "an entry, then a payment, oldest claim first",
                Document(10, 0, [paid(20), matched(40), paid(30)]),
                {},
                {
                    "a": {"applied": 30},
                    "b": {"applied": 10, "paid_after": 30, "open": 10},
                },
            ),
        ]
        for title, document, values, expected in cases:
            with self.subTest(title):
                claims = [claim("a", 30), claim("b", 50, **values)]
                self.assertSplit(document, claims, expected)

    def test_credit_notes_of_others_beside_refused_claims(self):
        """An invoice of 100, on it an older claim of 30 that was refused and a younger one of 50."""
        refused = {"refused": True}
        cases = [
            (
                "credited is what is in dispute, not what was refused before",
                Document(70, 30),
                refused,
                {},
                {"a": {"rejected": 30}, "b": {"credited": 30, "open": 20}},
            ),
            (
                "what is in dispute does not take all of it",
                Document(40, 60),
                refused,
                {},
                {"a": {"credited": 10, "rejected": 20}, "b": {"credited": 50}},
            ),
            (
                "credited before it was refused, a claim keeps it",
                Document(80, 20),
                refused | {"credited_at_refusal": 20},
                {},
                {"a": {"credited": 20, "rejected": 10}, "b": {"open": 50}},
            ),
            (
                "one credit note before the refusal, one after it",
                Document(65, 35),
                refused | {"credited_at_refusal": 20},
                {},
                {"a": {"credited": 20, "rejected": 10}, "b": {"credited": 15, "open": 35}},
            ),
            (
                "credited after a refusal and before the younger claim was made",
                Document(70, 30),
                refused,
                {"credited_before": 10},
                {"a": {"credited": 10, "rejected": 20}, "b": {"credited": 20, "open": 30}},
            ),
            (
                "of a claim refused in part, what is in dispute is credited first",
                Document(60, 40),
                {"booked": {"rejected": 20}},
                {},
                {"a": {"credited": 10, "rejected": 20}, "b": {"credited": 30, "open": 20}},
            ),
            (
                "of one that is alone, the refused part is credited last",
                Document(75, 25),
                {"booked": {"rejected": 20}},
                {"amount": 0},
                {"a": {"credited": 25, "rejected": 5}, "b": {}},
            ),
        ]
        for title, document, older, younger, expected in cases:
            with self.subTest(title):
                younger = {"amount": 50, **younger}
                self.assertSplit(document, [claim("a", 30, **older), claim("b", **younger)], expected)

    @THOROUGH
    @given(st.data())
    def test_a_refusal_moves_no_credit(self, data):
        """Refused now, a claim keeps what it was credited, and so do all others."""
        document, claims = data.draw(self._anything())
        before = split_claims(document, claims)
        for number, item in enumerate(claims):
            if item.refused or item.booked.get("rejected"):
                continue
            refused = replace(item, refused=True, credited_at_refusal=document.credited)
            after = split_claims(document, [*claims[:number], refused, *claims[number + 1 :]])
            for other in claims:
                self.assertEqual(after[other.key]["credited"], before[other.key]["credited"])

    @THOROUGH
    @given(st.data())
    def test_no_more_is_credited_than_was(self, data):
        document, claims = data.draw(self._anything())
        split = split_claims(document, claims)
        if not document.cancelled:
            ours = sum(item.booked.get("credited", 0) for item in claims)
            self.assertLessEqual(sum(parts["credited"] for parts in split.values()), document.credited + ours)

    @THOROUGH
    @given(st.data())
    def test_any_figures_add_up(self, data):
        """Whatever accounting says, even nonsense, each cent counts once."""
        document, claims = data.draw(self._anything())
        before = repr(claims)
        split = split_claims(document, claims)
        self.assertEqual(list(split), [item.key for item in claims])
        for item in claims:
            parts = split[item.key]
            self.assertEqual(sum(parts.values()), item.amount)
            self.assertLessEqual(set(parts), {*PARTS, "open"})
            self.assertGreaterEqual(min(parts.values()), 0)
            if item.refused:
                self.assertEqual(parts["open"], 0)
            for part in ("refunded", "rebilled", "written_off"):
                self.assertLessEqual(parts[part], item.booked.get(part, 0))
        # A policy decides, it changes nothing.
        self.assertEqual(repr(claims), before)

    @THOROUGH
    @given(st.data())
    def test_no_more_is_covered_than_was_paid(self, data):
        document, claims = data.draw(self._anything())
        split = split_claims(document, claims)
        payments = sum(item.amount for item in document.lowerings if item.is_payment)
        others = sum(item.amount for item in document.lowerings if not item.is_payment)
        self.assertLessEqual(sum(parts["paid_after"] for parts in split.values()), payments)
        applied = sum(item.booked.get("applied", 0) for item in claims)
        self.assertLessEqual(sum(parts["applied"] for parts in split.values()), others + applied)
        for item in claims:
            covered = split[item.key]["paid_after"]
            self.assertLessEqual(covered, item.owed)

    @THOROUGH
    @given(st.data())
    def test_accounting_that_adds_up_agrees_with_counting_cents(self, data):
        """An independent answer: lay all cents in a row and let every document take its own."""
        amounts = data.draw(st.lists(st.integers(1, 40), min_size=1, max_size=4))
        undisputed = data.draw(st.integers(0, 40))
        claims, cents = [], []
        for key, amount in enumerate(amounts):
            credited = data.draw(st.integers(0, amount))
            rejected = data.draw(st.integers(0, amount - credited))
            refused = data.draw(st.booleans())
            claims.append(
                claim(
                    key,
                    amount,
                    booked={"credited": credited, "rejected": rejected},
                    refused=refused,
                )
            )
            cents.append(
                ["credited"] * credited
                + (["rejected"] * (amount - credited) if refused else [])
                + (["rejected"] * rejected + ["open"] * (amount - credited - rejected)) * (not refused)
            )
        lowerings = data.draw(st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=5))
        owed = undisputed + sum(row.count("open") + row.count("rejected") for row in cents)
        settled = []
        for amount, is_payment in lowerings:
            amount = min(amount, owed)
            owed -= amount
            settled.append(Lowering(amount, is_payment))
            self._take_cents(cents, undisputed, amount, is_payment)
            undisputed -= min(undisputed, amount)
        split = split_claims(Document(owed, 0, settled), claims)
        for key, row in enumerate(cents):
            self.assertEqual(+split[key], Counter(row))

    def _take_cents(self, cents, undisputed, amount, is_payment):
        """Let one document take its cents: the undisputed ones, refused ones, open ones."""
        left = amount - min(undisputed, amount)
        for standing in ("rejected", "open"):
            for row in cents:
                while left and standing in row:
                    row[row.index(standing)] = "paid_after" if is_payment else "applied"
                    left -= 1

    @THOROUGH
    @given(st.data())
    def test_one_more_payment_never_opens_anything(self, data):
        document, claims = data.draw(self._anything())
        amount = data.draw(st.integers(0, document.residual))
        later = Document(
            document.residual - amount,
            document.credited,
            [*document.lowerings, paid(amount)],
            document.cancelled,
        )
        before, after = split_claims(document, claims), split_claims(later, claims)
        for key, parts in after.items():
            self.assertLessEqual(parts["open"], before[key]["open"])

    @staticmethod
    def _anything():
        claims = st.lists(
            st.builds(
                Claim,
                key=st.just(0),
                amount=CENTS,
                owed=CENTS,
                booked=st.dictionaries(st.sampled_from(BOOKABLE), CENTS),
                credited_before=CENTS,
                refused=st.booleans(),
                credited_at_refusal=CENTS,
            ),
            max_size=4,
        ).map(TestAmountSplit._number)
        document = st.builds(
            Document,
            residual=CENTS,
            credited=CENTS,
            lowerings=st.lists(st.builds(Lowering, CENTS, st.booleans()), max_size=5),
            cancelled=st.booleans(),
        )
        return st.tuples(document, claims)

    @staticmethod
    def _number(claims):
        return [replace(item, key=key) for key, item in enumerate(claims)]


class TestConvert(BaseCase):
    def test_examples(self):
        cases = [
            ("same currency", [10, 0, 5], 1.0, [10, 0, 5]),
            ("nothing", [], 1.0, []),
            ("thirds: the last takes the odd cent", [1, 1, 1], 1 / 3, [0, 1, 0]),
            ("to a currency without decimals", [4999, 5001], 0.01, [50, 50]),
            ("to one with three", [333, 667], 10.0, [3330, 6670]),
            ("halves are rounded up, whatever stands before them", [1, 0, 4, 0], 0.5, [1, 0, 2, 0]),
            ("a half that a float falls short of", [14500], 1.115 / 100, [162]),
        ]
        for title, amounts, rate, expected in cases:
            with self.subTest(title):
                self.assertEqual(convert(amounts, rate), expected)

    @THOROUGH
    @given(
        st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
        st.floats(1e-4, 1e4, allow_nan=False),
    )
    def test_parts_add_up_to_the_converted_sum(self, amounts, rate):
        converted = convert(amounts, rate)
        self.assertEqual(len(converted), len(amounts))
        self.assertEqual(sum(converted), float_round(sum(amounts) * rate, precision_digits=0))
        self.assertGreaterEqual(min(converted), 0)
        for amount, part in zip(amounts, converted, strict=True):
            # Never more than a cent off what the part alone would be (float noise apart).
            self.assertLess(abs(part - amount * rate), 1 + 1e-9 * sum(amounts) * rate)
