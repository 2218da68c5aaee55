from lxml import html

from odoo.tests import tagged

from .common import RefundPortalCommon

DEFINITION = [
    {"name": "batch", "string": "Batch number", "type": "char"},
    {"name": "pieces", "string": "Pieces", "type": "integer"},
    {"name": "weight", "string": "Weight", "type": "float"},
    {"name": "opened", "string": "Opened", "type": "boolean"},
    {"name": "received", "string": "Received on", "type": "date"},
    {
        "name": "state",
        "string": "State",
        "type": "selection",
        "selection": [["wet", "Wet"], ["torn", "Torn"]],
    },
    {"name": "checker", "string": "Checked by", "type": "many2one", "comodel": "res.users"},
]


@tagged("post_install", "-at_install")
class TestExtraFields(RefundPortalCommon):
    """Extra fields of a reason: customers read and fill in those that the administrator lets them."""

    def setUp(self):
        super().setUp()
        self.reason.case_properties_definition = DEFINITION
        self.reason.asks_customer = True
        self._login(self.anna)

    def _key(self, name, reason=None):
        return f"extra_{(reason or self.reason).id}_{name}"

    def _post_extra(self, **extra):
        return self._post_form(self.invoice, **{self._key(name): value for name, value in extra.items()})

    def test_filled_in_and_read(self):
        self._post_extra(
            batch="B-7 <b>", pieces="12", weight="1.5", opened="1", received="2026-03-01", state="wet"
        )
        case = self._get_cases(self.invoice)
        self.assertEqual(
            {name: case.reason_properties[name] for name in ("batch", "pieces", "weight", "opened")},
            {"batch": "B-7 <b>", "pieces": 12, "weight": 1.5, "opened": True},
        )
        self.assertEqual(str(case.reason_properties["received"]), "2026-03-01")
        shown = self._get_page(f"/my/disputes/{case.id}").get_element_by_id("dispute_extra")
        for text in ("Batch number", "B-7 <b>", "12", "1.5", "Yes", "03/01/2026", "Wet"):
            self.assertIn(text, shown.text_content())
        self.assertNotIn("Checked by", shown.text_content())

    def test_empty_is_fine(self):
        self._post_extra(batch="", pieces="")
        case = self._get_cases(self.invoice)
        self.assertFalse(case.reason_properties["batch"])
        self.assertNotIn("dispute_extra", html.tostring(self._get_page(f"/my/disputes/{case.id}")).decode())

    def test_hostile_values_are_refused(self):
        for name, value in [
            ("batch", "x" * 201),
            ("pieces", "1e3"),
            ("pieces", "99999999999"),
            ("weight", "nan"),
            ("weight", "inf"),
            ("received", "2026-02-30"),
            ("received", "tomorrow"),
            ("state", "<script>"),
        ]:
            with self.subTest(name=name, value=value):
                response = self._post_extra(**{name: value})
                self.assertEqual(response.status_code, 422)
                page = html.fromstring(response.content)
                self.assertTrue(page.get_element_by_id(f"{self._key(name)}_error").text_content().strip())
                self.assertEqual(page.get_element_by_id(self._key(name)).get("aria-invalid"), "true")
                self.assertFalse(self._get_cases(self.invoice))

    def test_only_what_is_asked_is_written(self):
        other = self.env.ref("dispute_management.dispute_reason_qty")
        other.case_properties_definition = [{"name": "secret", "string": "Secret", "type": "char"}]
        page = self._get_page(f"/my/invoices/{self.invoice.id}/dispute?reason_id={self.reason.id}")
        names = page.xpath("//*[starts-with(@name, 'extra_')]/@name")
        self.assertIn(self._key("batch"), names)
        self.assertNotIn(self._key("checker"), names)
        self.assertNotIn(self._key("secret", other), names, "not asked of customers")
        self._post_form(
            self.invoice,
            **{self._key("checker"): str(self.env.uid), self._key("secret", other): "x", "extra_1_x'--": "y"},
        )
        case = self._get_cases(self.invoice)
        self.assertFalse(case.reason_properties["checker"])
        self.assertNotIn("secret", case.reason_properties)

    def test_not_asked_unless_marked(self):
        self.reason.asks_customer = False
        page = self._get_page(f"/my/invoices/{self.invoice.id}/dispute?reason_id={self.reason.id}")
        self.assertFalse(page.xpath("//*[starts-with(@name, 'extra_')]"))
        self._post_extra(batch="B-7")
        case = self._get_cases(self.invoice)
        self.assertFalse(case.reason_properties["batch"])
