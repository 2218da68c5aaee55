"""The addons of this checkout: which there are, what they need, what they hold."""

import ast
import hashlib

from . import paths
from .console import Failure

# Folders inside an addon that an installation does not read.
NOT_INSTALLED = {"__pycache__", "tests", "readme", "i18n"}
# The folder of the addons that only test, and the one among them that needs all others.
TESTS = "tests"
TEST_SUITE = "test_dispute_suite"


def roots():
    """The folders of this checkout that hold addons."""
    return [root for root in paths.ADDONS_ROOTS if next(root.glob("*/__manifest__.py"), None)]


def found():
    """Path by name of every addon of the checkout."""
    return {
        manifest.parent.name: manifest.parent
        for root in paths.ADDONS_ROOTS
        for manifest in sorted(root.glob("*/__manifest__.py"))
    }


def depends(name):
    """What the manifest of an addon says it needs."""
    text = (found()[name] / "__manifest__.py").read_text(encoding="utf-8")
    try:
        return ast.literal_eval(text).get("depends", [])
    except (SyntaxError, ValueError) as error:
        raise Failure(f"the manifest of {name} can't be read: {error}") from error


def closure(names):
    """The addons and the other addons of the checkout they need, these first."""
    known, ordered = found(), []

    def add(name, above):
        if name in above:
            raise Failure(f"addons depend on each other: {' -> '.join([*above, name])}")
        for needed in depends(name):
            if needed in known:
                add(needed, (*above, name))
        if name not in ordered:
            ordered.append(name)

    for name in names:
        if name not in known:
            raise Failure(f"there is no addon {name} here: {', '.join(known) or 'none at all'}")
        add(name, ())
    return ordered


def apps(names):
    """The modules of Odoo that addons of the checkout among these need, in alphabetical order."""
    known = found()
    return sorted({needed for name in known.keys() & set(names) for needed in depends(name)} - known.keys())


def product():
    """The addons one installs, without those that only test them."""
    return closure(name for name, path in found().items() if path.parent.name != TESTS)


def apart():
    """The test addons that bring in apps which the suite must work without, or that commit.

    Each is tested in a database of its own, so that all others are tested without that.
    """
    return [name for name, path in found().items() if path.parent.name == TESTS and name != TEST_SUITE]


def content_key(names):
    """A key of everything an installation of these addons reads.

    Addons of Odoo itself may be among them; they don't count.
    """
    content = hashlib.sha256()
    for _name, folder in sorted(item for item in found().items() if item[0] in names):
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder.parent)
            if path.is_file() and not NOT_INSTALLED & set(relative.parts[1:-1]):
                content.update(f"{relative}\0".encode() + path.read_bytes() + b"\0")
    return content.hexdigest()[:10]
