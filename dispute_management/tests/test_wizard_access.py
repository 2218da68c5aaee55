from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .access_common import AccessCommon

SUITE = ("dispute_management", "refund_portal", "dispute_reports")


@tagged("post_install", "-at_install")
class TestWizardAccess(AccessCommon):
    """Wizards tell of no record that their user may not read, and of nothing that others filled in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.setup_other_company(name="Other company")["company"]
        cls.env.user.company_ids |= cls.other_company
        move = cls.env["account.move"].with_company(cls.other_company)
        cls.foreign_invoice = move.create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.partner_b.id,
                "invoice_date": "2025-01-15",
                "invoice_line_ids": [
                    Command.create({"name": "X", "price_unit": 70, "tax_ids": [Command.clear()]})
                ],
            }
        )
        cls.foreign_invoice.action_post()
        cls.foreign_case = cls._create_case(
            {cls.foreign_invoice: 70}, user=cls.env.ref("base.user_root"), description="Secret"
        )
        cls.foreign = {
            "dispute.case": cls.foreign_case,
            "dispute.line": cls.foreign_case.line_ids,
            "account.move": cls.foreign_invoice,
            "account.move.line": cls.foreign_invoice.line_ids[:1],
        }
        cls.env.flush_all()

    def _get_wizards(self):
        models = (self.env[name] for name in self.env.registry)
        return [model for model in models if model._transient and model._original_module in SUITE]

    def test_every_wizard_is_guarded(self):
        rules = self.env["ir.rule"].sudo().search([("groups", "=", False)])
        for wizard in self._get_wizards():
            with self.subTest(wizard._name):
                self.assertTrue(hasattr(wizard, "_check_given"))
                domains = rules.filtered(lambda rule, name=wizard._name: rule.model_id.model == name)
                # Lines are of whom their form is of.
                self.assertRegex(
                    ", ".join(domains.mapped("domain_force")),
                    r"^\[\('(\w+_id\.)?create_uid', '=', user\.id\)\]$",
                )

    def test_records_of_other_companies(self):
        """Given in a form, in the values to save, or in the context."""
        asked = set()
        for wizard in self._get_wizards():
            for name, field in wizard._fields.items():
                secret = self.foreign.get(field.comodel_name)
                if not secret or field.related or (field.compute and field.readonly):
                    continue
                given = secret.id if field.type == "many2one" else [Command.set(secret.ids)]
                with self.subTest(wizard=wizard._name, field=name):
                    asked.add(wizard._name)
                    with self._refused(AccessError):
                        self._call(self.administrator, wizard, "create", [{name: given}])
                    with self._refused(AccessError):
                        self._call(
                            self.administrator,
                            wizard,
                            "default_get",
                            [name],
                            context={f"default_{name}": given},
                        )
                    with self._refused(AccessError):
                        self._call(self.administrator, wizard, "onchange", {name: given}, [name], {name: {}})
        self.assertGreaterEqual(
            asked, {"dispute.split", "dispute.refer", "dispute.open.line", "settlement.propose"}
        )

    def test_lines_of_a_form(self):
        values = {"line_ids": [[Command.CREATE, "virtual_1", {"move_id": self.foreign_invoice.id}]]}
        with self._refused(AccessError):
            self._call(
                self.clerk, self.env["dispute.open"], "onchange", values, ["line_ids"], {"line_ids": {}}
            )

    def test_what_may_be_read_may_be_given(self):
        wizard = self._call(self.clerk, self.env["dispute.split"], "create", [{"case_id": self.case.id}])
        values = self._call(self.clerk, self.env["dispute.split"].browse(wizard), "read", ["description"])
        self.assertEqual(values[0]["description"], "Broken")
        with self._refused(AccessError):
            self._call(
                self.clerk,
                self.env["dispute.split"].browse(wizard),
                "write",
                {"case_id": self.foreign_case.id},
            )

    def test_what_others_fill_in(self):
        wizard = self.env["dispute.split"].browse(
            self._call(self.clerk, self.env["dispute.split"], "create", [{"case_id": self.case.id}])
        )
        with self._refused(AccessError):
            self._call(self.teammate, wizard, "read", ["description"])
        self.assertFalse(self._call(self.teammate, wizard.browse(), "search_read", [], ["description"]))
