from odoo import api, fields, models
from odoo.exceptions import UserError

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
        help="Calendar time in this stage, in hours.",
    )
    working_hours = fields.Float(
        compute="_compute_hours",
        store=True,
        help="Working time in this stage, in working hours.",
    )

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
