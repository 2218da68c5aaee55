from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.dispute_management.tools.scheme_reasons import get_reason_code

CASES = [
    ("10.4", "UNA"),
    ("13.1", "NDL"),
    (" 13.3 ", "QUA"),
    ("12.6.1", "DUP"),
    ("4837", "UNA"),
    ("F29", "UNA"),
    ("fraudulent", "UNA"),
    ("Product not received", "NDL"),
    ("product-unacceptable", "QUA"),
    ("md06", "UNA"),
    ("FX", "OTH"),
    ("10.x", "OTH"),
    ("", "OTH"),
    (None, "OTH"),
]


class TestSchemeReasons(BaseCase):
    """What schemes call a reason, in our codes."""

    def test_cases(self):
        for scheme, code in CASES:
            with self.subTest(scheme):
                self.assertEqual(get_reason_code(scheme), code)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text(max_size=30))
    def test_any_code_is_read(self, scheme):
        self.assertRegex(get_reason_code(scheme), "^[A-Z]{3}$")
