"""pytest plugin: what Odoo's own runner would do, and what must not pass unseen.

- Odoo's test tags choose tests (``--odoo-tags``); without tags, "standard" ones run.
- A warning or error in Odoo's log fails the test that was running.
- A skipped test fails unless its reason is expected.
"""

import logging
import re

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from . import logs, paths

EXPECTED_SKIPS = re.compile(r"^(?!)")  # none so far
LEFT_OVER = "complaints outside of tests"


class Complaints(logging.Handler):
    """Collects log records that should fail a run."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []

    def emit(self, record):
        text = record.getMessage()
        if logs.is_complaint(record.levelname, f"{record.name}: {text}"):
            if record.exc_info:
                text += f"\n{logging.Formatter().formatException(record.exc_info)}"
            self.found.append(f"{record.levelname} {record.name}: {text}")

    def take(self):
        """Answer what was collected since the last call."""
        found, self.found = self.found, []
        return found


class Guard:
    """The plugin, one per process."""

    def __init__(self, config):
        self.complaints = Complaints()
        self.outside = []
        self.tags = config.getoption("--odoo-tags")
        logging.getLogger().addHandler(self.complaints)

    def pytest_collection_modifyitems(self, config, items):
        """Leave out what Odoo's runner would leave out."""
        from odoo.tests.tag_selector import TagsSelector  # noqa: PLC0415 - needs Odoo's configuration

        selector = TagsSelector(self.tags or "standard")
        chosen = [item for item in items if self._is_chosen(item, selector)]
        left_out = [item for item in items if item not in set(chosen)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = chosen

    def _is_chosen(self, item, selector):
        cls = getattr(item, "cls", None)
        if not hasattr(cls, "test_tags"):
            return not self.tags
        # A test class that is only imported belongs to the module it comes from.
        return cls.__module__ == item.module.__name__ and selector.check(cls(item.originalname))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item):
        """Turn complaints and unexpected skips into failures."""
        report = yield
        complaints = self.complaints.take()
        if report.passed and complaints:
            report.outcome = "failed"
            report.longrepr = "\n".join(["Odoo's log complains:", *complaints])
        elif report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            if not EXPECTED_SKIPS.search(reason):
                report.outcome = "failed"
                report.longrepr = f"{item.nodeid} was skipped: {reason}"
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self):
        """A module that skips itself is a skip like any other."""
        report = yield
        if report.outcome == "skipped":
            report.outcome = "failed"
            report.longrepr = f"{report.nodeid} was skipped: {report.longrepr}"
        return report

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        """Take over what a worker process has collected."""
        self.outside += getattr(node, "workeroutput", {}).get(LEFT_OVER, [])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        """Fail the run when something complained while no test ran."""
        self.outside += self.complaints.take()
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[LEFT_OVER] = self.outside
        elif self.outside and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        """Show what complained while no test ran."""
        if self.outside:
            terminalreporter.section(LEFT_OVER)
            for line in self.outside:
                terminalreporter.line(line)


def pytest_addoption(parser):
    """Add the option for Odoo's tags."""
    parser.addoption("--odoo-tags", default="", help="Odoo test tags, as for --test-tags")


def pytest_configure(config):
    """Start to watch."""
    # Whatever a run leaves belongs in the checkout's own folder.
    set_hypothesis_home_dir(paths.LOCAL / "hypothesis")
    config.pluginmanager.register(Guard(config), "dispute-suite-guard")
