from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.duration import split_hours
from .dispute_stage_kinds import WAITING_ON


class DisputeStageHistory(models.Model):
    """Append-only: an interval in one stage with one turn. Left is written once."""

    _name = "dispute.stage.history"
    _description = "Dispute Stage History"
    _order = "date_entered, id"

    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    stage_id = fields.Many2one("dispute.stage", required=True, index=True, ondelete="restrict", readonly=True)
    waiting_on = fields.Selection(WAITING_ON, required=True, readonly=True)
    date_entered = fields.Datetime(string="Entered", required=True, readonly=True)
    date_left = fields.Datetime(string="Left", readonly=True)
    user_id = fields.Many2one("res.users", string="Moved by", readonly=True)
    calendar_hours = fields.Float(
        string="Hours",
        compute="_compute_hours",
        store=True,
        default=0,
        help="Calendar time in this stage, in hours.",
    )
    working_hours = fields.Float(
        compute="_compute_hours",
        store=True,
        default=0,
        help="Working time in this stage, in working hours.",
    )

    # Calendars are readable by few; what they measured is not.
    time_spent = fields.Char(string="How long", compute="_compute_time_spent", compute_sudo=True)
    time_worked = fields.Char(string="Working time", compute="_compute_time_spent", compute_sudo=True)

    # Rows come in the order of time: a small index tells where those of a period are.
    _entered_idx = models.Index("USING brin (date_entered)")
    _case_open_uniq = models.UniqueIndex(
        "(case_id) WHERE date_left IS NULL", "A case stands in one stage at a time."
    )

    @api.depends("date_left")
    def _compute_hours(self):
        # Fixed when the interval ends: what was worked then stays true when a calendar
        # changes later.
        ended = self.filtered("date_left")
        (self - ended).update({"calendar_hours": 0, "working_hours": 0})
        hours = self.env["dispute.working.time"]._get_worked_hours(
            [(row.case_id._get_calendar(), row.date_entered, row.date_left) for row in ended]
        )
        for row, worked in zip(ended, hours, strict=True):
            spent = row.date_left - row.date_entered
            row.calendar_hours = spent.total_seconds() / 3600
            row.working_hours = worked

    @api.depends("calendar_hours", "working_hours")
    def _compute_time_spent(self):
        for row, hours, worked in self._get_spans():
            row.time_spent = self._format_hours(hours)
            row.time_worked = self._format_hours(worked, row.case_id._get_hours_per_day())

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The stage history of a dispute can't be deleted."))

    def _leave(self, at):
        """Close open intervals at one instant.

        :param at: naive UTC datetime
        """
        self.write({"date_left": at})
        # Only one interval of a case may be open: close it before the next is inserted.
        self.flush_recordset(["date_left"])

    def _get_spans(self):
        """Calendar and working hours of these intervals; those still open run until now.

        :return: list of ``(row, calendar hours, working hours)``
        """
        now = fields.Datetime.now()
        running = self.filtered(lambda row: not row.date_left)
        worked = self.env["dispute.working.time"]._get_worked_hours(
            [(row.case_id._get_calendar(), row.date_entered, max(now, row.date_entered)) for row in running]
        )
        worked = dict(zip(running, worked, strict=True))
        return [
            (row, row.calendar_hours, row.working_hours)
            if row.date_left
            else (row, max(now - row.date_entered, timedelta()).total_seconds() / 3600, worked[row])
            for row in self
        ]

    @api.model
    def _format_hours(self, hours, hours_per_day=24):
        """:return: a duration in words, in days of so many hours"""
        days, hours, minutes = split_hours(hours, hours_per_day)
        if days:
            return self.env._("%(days)s d %(hours)s h", days=days, hours=hours)
        if hours:
            return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
        return self.env._("%s min", minutes)
