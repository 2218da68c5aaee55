import ast
import inspect
import io
import re
import sys
import tokenize
from pathlib import Path

from odoo.modules import Manifest, get_module_path
from odoo.tests import TransactionCase, tagged

SUITE = ("dispute_management", "refund_portal", "dispute_reports")
#: What the leaves of the suite may use of each other.
ALLOWED = {
    "dispute_management": set(),
    "refund_portal": {"dispute_management"},
    "dispute_reports": {"dispute_management"},
}
MAX_LINES = 350
#: Libraries that tools may use besides Python's: values in, values out, as they are.
PURE_LIBRARIES = {"PIL", "pytz", "vobject", "xlsxwriter"}


@tagged("post_install", "-at_install")
class TestHouseRules(TransactionCase):
    """Rules of the house that a machine can see to."""

    # What there is

    def _models(self):
        """The models that the suite introduces."""
        for model in self.env.registry.values():
            if model._original_module in SUITE:
                yield model

    def _definitions(self):
        """``(model, class)`` of every class of the suite, extensions of others' included."""
        for model in self.env.registry.values():
            for cls in model.mro():
                if getattr(cls, "_module", None) in SUITE and "pool" not in cls.__dict__:
                    yield model, cls

    def _sources(self, *folders):
        """``(path, text)`` of every Python file of the suite that is no test."""
        for module in SUITE:
            root = Path(get_module_path(module))
            for path in sorted(root.rglob("*.py")):
                parts = path.relative_to(root).parts
                if "tests" not in parts and (not folders or parts[0] in folders):
                    yield path, path.read_text(encoding="utf-8")

    # Models

    def test_every_model_says_what_it_is(self):
        for model in self._models():
            with self.subTest(model._name):
                self.assertNotIn(model._description, (None, "", model._name))
        for model, cls in self._definitions():
            if "_name" in cls.__dict__ and model._original_module == cls._module:
                with self.subTest(model._name):
                    self.assertTrue(cls.__doc__, "A docstring tells what the model is.")

    def test_every_public_method_says_what_it_promises(self):
        for model, cls in self._definitions():
            for name, member in vars(cls).items():
                if name.startswith("_") or not inspect.isfunction(member):
                    continue
                above = cls.mro()[cls.mro().index(cls) + 1 :]
                inherited = any(hasattr(parent, name) for parent in above) or any(
                    name in vars(parent)
                    for parent in model.mro()
                    if parent is not cls and getattr(parent, "_module", None) not in SUITE
                )
                if not inherited:
                    with self.subTest(model=model._name, method=name):
                        self.assertTrue(inspect.getdoc(member))
                        self.assertRegex(name, r"^action_", "Buttons only: underscore the rest.")

    def test_every_model_has_access_rights(self):
        for model in self._models():
            if not model._abstract:
                with self.subTest(model._name):
                    rights = self.env["ir.model.access"].search([("model_id.model", "=", model._name)])
                    self.assertTrue(rights)
                    self.assertTrue(all(right.group_id for right in rights))

    def test_every_inverse_is_indexed(self):
        for model, field in self._fields_of_the_suite():
            if field.type != "one2many" or not field.inverse_name or not field.store:
                continue
            comodel = self.env[field.comodel_name]
            inverse = comodel._fields[field.inverse_name]
            if comodel._auto and not comodel._transient and inverse.type == "many2one":
                with self.subTest(model=model._name, field=field.name):
                    self.assertTrue(inverse.index, f"{inverse} needs an index.")

    def test_fields_on_models_of_others_carry_our_prefix(self):
        for model, field in self._fields_of_the_suite():
            if model._original_module not in SUITE:
                with self.subTest(model=model._name, field=field.name):
                    # Odoo finds the figures of its digest by their prefix.
                    self.assertTrue(field.name.startswith(("dispute_", "kpi_dispute_")))

    def _fields_of_the_suite(self):
        for model in self.env.registry.values():
            for field in model._fields.values():
                if field._modules and field._modules[0] in SUITE and not field.inherited:
                    yield model, field

    def test_documents_of_a_company_have_a_company_rule(self):
        for model in self._models():
            if model._abstract or model._transient or "company_id" not in model._fields:
                continue
            with self.subTest(model._name):
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", model._name), ("groups", "=", False)]
                )
                self.assertTrue(any("company_ids" in (rule.domain_force or "") for rule in rules))

    def test_money_has_a_currency(self):
        for model, field in self._fields_of_the_suite():
            if field.type == "monetary" and not model._abstract:
                with self.subTest(model=model._name, field=field.name):
                    self.assertIn(field.get_currency_field(self.env[model._name]), model._fields)

    # Files

    def test_a_file_has_one_purpose(self):
        for path, text in self._sources():
            with self.subTest(path.name):
                self.assertLessEqual(len(text.splitlines()), MAX_LINES, "Find the second name.")

    def test_superuser_is_explained(self):
        """A function that takes superuser rights says why, beside it."""
        for path, text in self._sources():
            comments = {
                token.start[0]
                for token in tokenize.generate_tokens(io.StringIO(text).readline)
                if token.type == tokenize.COMMENT
            }
            for function in ast.walk(ast.parse(text)):
                if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                if any(
                    isinstance(node, ast.Attribute) and node.attr == "sudo" for node in ast.walk(function)
                ):
                    lines = set(range(function.lineno, function.end_lineno + 1))
                    with self.subTest(file=path.name, function=function.name):
                        self.assertTrue(lines & comments, "Why may it use sudo()?")

    def test_tools_are_pure(self):
        for path, text in self._sources("tools"):
            tree = ast.parse(text)
            for name in self._imported(tree):
                with self.subTest(file=path.name, module=name):
                    root = name.split(".")[0]
                    self.assertTrue(
                        root in sys.stdlib_module_names
                        or root in PURE_LIBRARIES
                        or name.startswith("odoo.tools")
                        or re.match(r"odoo\.addons\.dispute_management\.tools\b", name)
                    )
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute):
                    with self.subTest(file=path.name, line=node.lineno):
                        self.assertNotIn(node.attr, {"env", "now", "today", "utcnow"})

    def test_addons_know_each_other_one_way_only(self):
        for module in SUITE:
            others = set(SUITE) - {module} - ALLOWED[module]
            with self.subTest(module):
                self.assertFalse(others & set(Manifest.for_addon(module)["depends"]))
        for path, text in self._sources():
            module = next(name for name in SUITE if name in path.parts)
            others = set(SUITE) - {module} - ALLOWED[module]
            with self.subTest(module=module, file=path.name):
                self.assertFalse(re.findall(rf"\b({'|'.join(others)})\b", text))

    def _imported(self, tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield node.module

    def test_manifests(self):
        for module in SUITE:
            manifest = Manifest.for_addon(module)
            with self.subTest(module):
                self.assertEqual(manifest["license"], "LGPL-3")
                self.assertRegex(manifest["version"], r"^19\.0\.\d+\.\d+\.\d+$")
                self.assertTrue(manifest["summary"])
                root = Path(get_module_path(module))
                for name in ("readme/DESCRIPTION.md", "static/description/icon.png"):
                    self.assertTrue((root / name).is_file(), name)

    def test_nothing_is_left_to_do(self):
        for path, text in self._sources():
            with self.subTest(path.name):
                self.assertNotRegex(text, r"\b(TODO|FIXME|XXX)\b|/root/|/home/")
                self.assertNotRegex(text, r"\bprint\(|_sql_constraints|\bpdb\b")
