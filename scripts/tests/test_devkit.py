"""The tooling's own rules: logs, addons, sources, processes, ports."""

import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from scripts.devkit import addons, console, database, logs, odoo_source, paths, processes, server, testing

LOG = """\
2026-11-23 07:52:24,103 1 INFO db odoo: fine
2026-11-23 07:52:24,103 1 WARNING db odoo.models: field without label
2026-11-23 07:52:24,103 1 WARNING db odoo.x: no GeoIP database
2026-11-23 07:52:24,103 1 ERROR db odoo.sql_db: bad query
Traceback (most recent call last):
  File "x.py", line 1, in y
ValueError: reason
2026-11-23 07:52:24,103 1 INFO db odoo: fine again
"""


class FakeCheckout(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        roots = (self.root, self.root / "tests")
        patcher = mock.patch.object(paths, "ADDONS_ROOTS", roots)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _create_addon(self, name, *depends):
        folder = self.root / name
        (folder / "models").mkdir(parents=True)
        (folder / "tests").mkdir()
        (folder / "__manifest__.py").write_text(repr({"name": name, "depends": depends}))
        return folder


class TestAddons(FakeCheckout):
    def test_closure_is_in_order_of_installation(self):
        self._create_addon("portal", "core", "mail")
        self._create_addon("core", "account")
        self._create_addon("tests/test_dispute_suite", "portal")
        self.assertEqual(addons.closure(["test_dispute_suite"]), ["core", "portal", "test_dispute_suite"])
        self.assertEqual(addons.product(), ["core", "portal"])
        self.assertEqual(addons.apart(), [])
        self.assertEqual(addons.roots(), [self.root, self.root / "tests"])

    def test_other_apps_are_tested_apart(self):
        self._create_addon("core", "account")
        self._create_addon("tests/test_dispute_suite", "core")
        self._create_addon("tests/test_core_sale", "core", "sale")
        self.assertEqual(addons.apart(), ["test_core_sale"])
        self.assertEqual(addons.product(), ["core"])
        self.assertEqual(addons.apps(["core", "test_core_sale", "project"]), ["account", "sale"])
        self.assertEqual(
            testing._runs(),
            {"test_core_sale": ["test_core_sale"], testing.SUITE: ["core", "test_dispute_suite"]},
        )

    def test_unknown_and_circular_are_refused(self):
        self._create_addon("a", "b")
        self._create_addon("b", "a")
        for names in (["a"], ["nothing"]):
            with self.subTest(names=names), self.assertRaises(console.Failure):
                addons.closure(names)

    def test_unreadable_manifest_is_one_line(self):
        (self._create_addon("a") / "__manifest__.py").write_text("{'name': ")
        with self.assertRaises(console.Failure):
            addons.closure(["a"])

    def test_content_key_follows_what_is_installed(self):
        folder = self._create_addon("a")
        before = addons.content_key(["a"])
        (folder / "tests" / "test_a.py").write_text("x = 1")
        self.assertEqual(addons.content_key(["a", "project"]), before)
        (folder / "models" / "a.py").write_text("x = 1")
        self.assertNotEqual(addons.content_key(["a"]), before)


class TestLogs(unittest.TestCase):
    def test_complaints(self):
        lines = logs.complaints(LOG)
        self.assertEqual(len(lines), 3)
        self.assertIn("field without label", lines[0])
        self.assertIn("bad query", lines[1])
        self.assertEqual(lines[2].strip(), "ValueError: reason")

    def test_info_is_no_complaint(self):
        self.assertFalse(logs.is_complaint("INFO", "anything"))


class TestNames(unittest.TestCase):
    def test_database_names(self):
        self.assertEqual(database.checked("demo-1.a_b"), "demo-1.a_b")
        for name in ("", None, "a b", 'a"b', "-a", "a/../b", "x" * 64):
            with self.subTest(name=name), self.assertRaises(console.Failure):
                database.checked(name)


class TestOdooSource(unittest.TestCase):
    def _series(self, text):
        with tempfile.TemporaryDirectory() as folder:
            release = Path(folder, "odoo", "release.py")
            release.parent.mkdir()
            release.write_text(text)
            return odoo_source.series_of(Path(folder))

    def test_series(self):
        table = {
            "version_info = (19, 0, 0, 'final', 0, '')": "19.0",
            "version_info = ('saas~18', 4, 0, 'final', 0, '')": "18.4",
            "version_info = (18, 0, 0, 'final', 0, '')": "18.0",
            "x, y = 1, 2\nversion = '19.0'": None,
        }
        for text, series in table.items():
            with self.subTest(text=text):
                self.assertEqual(self._series(text), series)
        self.assertIsNone(odoo_source.series_of(Path("/nonexistent")))

    def test_odoo_home_of_another_kind_is_refused(self):
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.dict(os.environ, ODOO_HOME=folder),
            self.assertRaises(console.Failure),
        ):
            odoo_source.find()


class TestProcesses(unittest.TestCase):
    def test_recorded_process_is_recognised_and_stopped(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "pid")
            process = subprocess.Popen(["sleep", "60"])
            processes.record(path, process.pid)
            self.assertEqual(processes.recorded(path), process.pid)
            processes.stop(processes.recorded(path))
            process.wait()
            self.assertIsNone(processes.recorded(path))

    def test_another_process_with_the_same_pid_is_not_ours(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "pid")
            path.write_text(f"{os.getpid()} 1\n")
            self.assertIsNone(processes.recorded(path))


class TestPorts(unittest.TestCase):
    def test_taken_port_is_passed_over(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertGreater(server.free_port(port), port)


class TestWorkers(unittest.TestCase):
    def test_files_of_one_process_are_its_own(self):
        from scripts.devkit.pytest_workers import own_filestore  # noqa: PLC0415 - needs pytest-odoo

        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        files = Path(folder.name, "data", "filestore", "test-1")
        (files / "ab").mkdir(parents=True)
        (files / "ab" / "abc").write_text("kept")
        own = files.parent / "test-1-gw0"
        with mock.patch.object(paths, "LOCAL", Path(folder.name)), own_filestore("test-1", "test-1-gw0"):
            self.assertEqual((own / "ab" / "abc").read_text(), "kept")
            (own / "ab" / "abc").unlink()
        self.assertEqual((files / "ab" / "abc").read_text(), "kept")
        self.assertFalse(own.exists())
