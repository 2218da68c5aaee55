import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.dispute_reports.wizard import dispute_workbook_cases, dispute_workbook_job_mixin

from .common import DisputeReportCommon

JOB = "dispute_reports.ir_cron_make_workbooks"


@tagged("post_install", "-at_install")
class TestWorkbookJob(DisputeReportCommon, HttpCase):
    """Large workbooks are made by a job that tells how far it is, and can be stopped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env,
            "workbook_reader",
            groups="base.group_user,dispute_management.group_dispute_viewer",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        # As if four cases were many, of which two are read at a time.
        self.patch(dispute_workbook_job_mixin, "DIRECT_CASES", 3)
        self.patch(dispute_workbook_cases, "CASES_PER_READ", 2)

    def _ask(self):
        workbook = (
            self.env["dispute.workbook"]
            .with_user(self.reader)
            .create({"company_ids": [(6, 0, self.company.ids)], "date_from": False})
        )
        return workbook, workbook.action_download()

    def _run_job(self):
        self.env.flush_all()
        self.env.ref(JOB).sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_few_cases_are_fetched_at_once(self):
        self.patch(dispute_workbook_job_mixin, "DIRECT_CASES", 4)
        workbook, action = self._ask()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertEqual((workbook.state, workbook.case_count), ("asked", 4))

    def test_many_cases_are_written_by_a_job(self):
        workbook, action = self._ask()
        self.assertEqual((action["res_id"], action["target"]), (workbook.id, "new"))
        self.assertEqual((workbook.state, workbook.progress), ("waiting", 0))
        self.authenticate("workbook_reader", "workbook_reader")
        self.assertEqual(self.url_open(f"/dispute_reports/workbook/{workbook.id}").status_code, 404)
        told = []
        original = type(workbook)._tell_progress
        with patch.object(
            type(workbook),
            "_tell_progress",
            lambda self, done: (told.append(done), original(self, done)),
        ):
            self._run_job()
        self.assertEqual(told, [2, 4])
        self.assertEqual((workbook.state, workbook.done_count, workbook.progress), ("done", 4, 100))
        response = self.url_open(f"/dispute_reports/workbook/{workbook.id}")
        self.assertEqual(response.status_code, 200)
        with self.subTest("the file is whole"):
            sheet = openpyxl.load_workbook(io.BytesIO(response.content))["Cases"]
            self.assertEqual(
                {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)},
                set(self.cases.mapped("name")),
            )
        self.assertEqual(workbook.action_download()["type"], "ir.actions.act_url")

    def test_a_waiting_one_is_cancelled(self):
        workbook, _action = self._ask()
        workbook.action_cancel()
        self._run_job()
        self.assertEqual((workbook.state, workbook.attachment_id.id), ("cancelled", False))
        with self.assertRaisesRegex(UserError, "any more"):
            workbook.action_cancel()
        workbook.action_ask_again()
        self.assertEqual(workbook.state, "asked")

    def test_one_that_is_being_made_is_cancelled(self):
        workbook, _action = self._ask()
        told = []

        def cancel(self, done):
            told.append(done)
            with self.pool.cursor() as cr:
                cr.execute("UPDATE dispute_workbook SET state = 'cancelled' WHERE id = %s", (self.id,))
            original(self, done)

        original = type(workbook)._tell_progress
        with patch.object(type(workbook), "_tell_progress", cancel):
            self._run_job()
        # It stopped with the next cases that were read.
        self.assertEqual(told, [2])
        self.assertEqual((workbook.state, workbook.attachment_id.id), ("cancelled", False))

    def test_one_that_fails_stops_no_other(self):
        broken, _action = self._ask()
        whole, _action = self._ask()
        original = type(broken)._write_workbook

        def write(self, *args):
            if self.id == broken.id:
                raise ZeroDivisionError("broken")
            return original(self, *args)

        with (
            patch.object(type(broken), "_write_workbook", write),
            mute_logger("odoo.addons.dispute_reports.wizard.dispute_workbook_job_mixin"),
        ):
            self._run_job()
        self.assertEqual((broken.state, whole.state), ("failed", "done"))

    def test_who_lost_a_company_is_told_so(self):
        workbook, _action = self._ask()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.reader.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        with mute_logger("odoo.addons.dispute_reports.wizard.dispute_workbook_job_mixin"):
            self._run_job()
        self.assertEqual(workbook.state, "failed")
        self.assertIn("no access to all companies", workbook.failure)
        workbook.action_ask_again()
        self.assertEqual((workbook.state, workbook.failure), ("asked", False))

    def test_another_can_not_fetch_or_cancel_it(self):
        workbook, _action = self._ask()
        self._run_job()
        with self.assertRaises(AccessError):
            workbook.with_user(self.viewer).action_cancel()
        self.assertFalse(workbook.attachment_id.with_user(self.clerk).has_access("read"))
