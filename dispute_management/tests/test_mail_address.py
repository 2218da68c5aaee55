from odoo.tests import BaseCase, tagged

from ..tools.mail_address import read_address


@tagged("post_install", "-at_install")
class TestMailAddress(BaseCase):
    """What is taken for the address of one person."""

    def test_addresses(self):
        for text, address in (
            ("A.Driver+pod@Carrier.example.com", "a.driver+pod@carrier.example.com"),
            ("A Driver <driver@carrier.example.com>", "driver@carrier.example.com"),
            ("  driver@carrier.example.com ", "driver@carrier.example.com"),
            ("driver@carrier.example.com <driver@carrier.example.com>", "driver@carrier.example.com"),
            ('"Driver, A. @ depot" <driver@carrier.example.com>', "driver@carrier.example.com"),
            ("root@localhost", "root@localhost"),
            ("vertrieb@müller.example", "vertrieb@müller.example"),
        ):
            with self.subTest(text):
                self.assertEqual(read_address(text), address)

    def test_no_address_of_one_person(self):
        for text in (
            None,
            False,
            "",
            "nobody",
            "@c",
            "a@",
            "a@b@c",
            "a@@b",
            "a@-b.example",
            "a@b..example",
            "a@b.example.",
            "a@b.example, c@d.example",
            '"a@b"@c.example',
            "a@b.example <a@b.example>, c@d.example <c@d.example>",
            "A <a@b@c>",
            "a@b.example\nBcc: c@d.example",
            f"{'x' * 250}@b.example",
        ):
            with self.subTest(text):
                self.assertEqual(read_address(text), "")
