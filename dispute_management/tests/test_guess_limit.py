from odoo.tests import BaseCase, tagged

from ..tools.guess_limit import (
    GUESS_SECONDS,
    MAX_GUESSES,
    MAX_NETWORKS,
    count_guess,
    get_network,
    is_guessing,
)


@tagged("post_install", "-at_install")
class TestGuessLimit(BaseCase):
    """Guesses are counted for whom they come from, and nobody else waits."""

    def test_whom_an_address_stands_for(self):
        for address, network in (
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("nonsense", ""),
            (None, ""),
        ):
            with self.subTest(address):
                self.assertEqual(get_network(address), network)

    def test_too_many_wait_and_others_do_not(self):
        guesses = {}
        for index in range(MAX_GUESSES):
            self.assertFalse(is_guessing(guesses, f"2001:db8::{index:x}", 10))
            count_guess(guesses, f"2001:db8::{index:x}", 10)
        self.assertTrue(is_guessing(guesses, "2001:db8::ffff", 10))
        self.assertFalse(is_guessing(guesses, "2001:db8:0:1::1", 10))
        self.assertTrue(is_guessing(guesses, "2001:db8::1", 9 + GUESS_SECONDS))
        self.assertFalse(is_guessing(guesses, "2001:db8::1", 10 + GUESS_SECONDS))
        count_guess(guesses, "2001:db8::1", 10 + GUESS_SECONDS)
        self.assertEqual(guesses["2001:db8::/64"], (1, 10 + GUESS_SECONDS))

    def test_a_flood_makes_nobody_forgotten_who_guesses_now(self):
        guesses = {f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}": (1, i) for i in range(MAX_NETWORKS - 1)}
        for _index in range(MAX_GUESSES):
            count_guess(guesses, "192.0.2.7", MAX_NETWORKS)
        count_guess(guesses, "192.0.2.8", MAX_NETWORKS)
        self.assertLessEqual(len(guesses), MAX_NETWORKS)
        self.assertTrue(is_guessing(guesses, "192.0.2.7", MAX_NETWORKS))
