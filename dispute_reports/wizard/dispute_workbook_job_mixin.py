import logging
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: As many cases are written while somebody waits for the page: some seconds.
DIRECT_CASES = 5000


class WorkbookCancelledError(Exception):
    """Whoever asked for the workbook wants it no more."""


class DisputeWorkbookJobMixin(models.AbstractModel):
    """Large workbooks are made by a job, so that nobody waits for a page.

    A hundred thousand cases take longer than a proxy waits, and a file of this kind can't be sent
    before its last row is there. So who asks sees how far it is, may close the page or cancel,
    and is told when it is done. How far it is, is written in a transaction of its own: all
    sheets are of one moment, that of the job's. What was asked for goes the way of all wizards:
    Odoo removes it, with its file, after a day.
    """

    _name = "dispute.workbook.job.mixin"
    _description = "Workbooks made by a Job"

    state = fields.Selection(
        [
            ("asked", "Asked for"),
            ("waiting", "Waiting"),
            ("making", "Being made"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        default="asked",
        required=True,
        readonly=True,
    )
    case_count = fields.Integer(string="Cases to write", readonly=True)
    done_count = fields.Integer(string="Cases written", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    attachment_id = fields.Many2one("ir.attachment", readonly=True)
    failure = fields.Char(readonly=True)

    @api.depends("state", "case_count", "done_count")
    def _compute_progress(self):
        for workbook in self:
            share = workbook.done_count / workbook.case_count if workbook.case_count else 0
            workbook.progress = 100 if workbook.state == "done" else min(99, 100 * share)

    # === ACTIONS ===

    def action_download(self):
        """Have the browser fetch the workbook; a large one is made first, by a job."""
        self.ensure_one()
        if self.state == "asked":
            self.case_count = self.env["dispute.report"].search_count(self._get_domain())
            if self.case_count > DIRECT_CASES:
                self.state = "waiting"
                # A job of the suite: who may ask for the workbook may have it run.
                self.env.ref("dispute_reports.ir_cron_make_workbooks").sudo()._trigger()
        if self.state in ("asked", "done"):
            return {
                "type": "ir.actions.act_url",
                "url": f"/dispute_reports/workbook/{self.id}?version={self._get_version()}",
                "target": "download",
            }
        return self._show()

    def action_cancel(self):
        """Stop making it: at once where it waits, else with the next thousands of cases."""
        self.ensure_one()
        if self.state not in ("waiting", "making"):
            raise UserError(self.env._("It isn't being made any more."))
        self.state = "cancelled"
        return self._show()

    def action_ask_again(self):
        """Go back to what was asked for, to ask for something else."""
        self.ensure_one()
        if self.state in ("waiting", "making"):
            raise UserError(self.env._("It is being made. Please cancel it first."))
        self.attachment_id.unlink()
        self.write({"state": "asked", "done_count": 0, "failure": False})
        return self._show()

    def _get_version(self):
        """:return: text that is another one as soon as something else is asked for"""
        return self.write_date and self.write_date.strftime("%Y%m%d%H%M%S%f")

    def _show(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("dispute_reports.dispute_workbook_action"),
            "res_id": self.id,
        }

    # === MAKING ===

    @api.model
    def _cron_make(self):
        """Make the workbooks that wait, oldest first, each with the rights of who asked for it."""
        # Only one job runs at a time: what is being made now was left by one that broke off.
        waiting = self.search(Domain("state", "in", ("waiting", "making")), order="id")
        for workbook in waiting:
            user = workbook.create_uid
            workbook.write({"state": "making", "done_count": 0})
            self.env["ir.cron"]._commit_progress()
            workbook.with_user(user).with_context(lang=user.lang, tz=user.tz)._make()
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _make(self):
        """Write the workbook and keep it for who asked; say it when that failed."""
        self.ensure_one()
        values = {"state": "failed"}
        try:
            with tempfile.TemporaryFile() as stream:
                self._write_workbook(stream, self._tell_progress)
                stream.seek(0)
                content = stream.read()
        except WorkbookCancelledError:
            # It had only read.
            return
        # Whatever is wrong with one workbook stops no other: who asked is told.
        except Exception as error:  # pylint: disable=broad-except
            # What is meant for users says what to do; the rest is for the log.
            values["failure"] = str(error) if isinstance(error, UserError) else False
            _logger.warning("Workbook %s could not be made", self.id, exc_info=True)
            self.env.cr.rollback()
        else:
            values = {"state": "done"}
        # What was written meanwhile, of the progress and by who cancelled, is seen from now on.
        self.env["ir.cron"]._commit_progress()
        self.env.invalidate_all()
        self.lock_for_update()
        if self.state != "making":
            return
        if values["state"] == "done":
            values["attachment_id"] = self._store(content).id
        self.write(values)
        self._tell()

    def _store(self, content):
        return self.env["ir.attachment"].create(
            {
                "name": self._get_file_name(),
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _tell_progress(self, done):
        """Note how many cases are written.

        :raise WorkbookCancelledError: when whoever asked wants it no more
        """
        with self.pool.cursor() as cr:
            cr.execute(
                SQL(
                    "UPDATE %s SET done_count = %s WHERE id = %s RETURNING state",
                    SQL.identifier(self._table),
                    done,
                    self.id,
                )
            )
            found = cr.fetchone()
        if not found or found[0] != "making":
            raise WorkbookCancelledError

    def _tell(self):
        """Tell who asked for it, wherever they are by now."""
        is_done = self.state == "done"
        self.env.user._bus_send(
            "simple_notification",
            {
                "type": "success" if is_done else "danger",
                "title": self.env._("Dispute Workbook"),
                "message": self.env._("It is ready for download.")
                if is_done
                else self.failure
                or self.env._("It could not be made. Please ask for fewer cases, or your administrator."),
                "sticky": True,
            },
        )
