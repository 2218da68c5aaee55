"""Odoo's runner takes what tests/__init__.py imports, pytest takes file names:
both must come to the same files, or a test runs in one of them only."""

import ast
import unittest

from scripts.devkit import addons


def imported(init):
    """The names of test modules that a package imports from itself."""
    return {
        alias.name
        for node in ast.parse(init.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and not node.module
        for alias in node.names
        if alias.name.startswith("test_")
    }


class TestDiscovery(unittest.TestCase):
    def test_both_runners_see_the_same_files(self):
        for name, folder in addons.found().items():
            tests = folder / "tests"
            files = {path.relative_to(folder) for path in folder.rglob("test_*.py")}
            files = {path for path in files if "static" not in path.parts}
            seen = imported(tests / "__init__.py") if tests.is_dir() else set()
            with self.subTest(addon=name):
                self.assertEqual({str(path) for path in files}, {f"tests/{item}.py" for item in seen})
