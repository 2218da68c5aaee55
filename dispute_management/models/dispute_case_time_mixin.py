from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class DisputeCaseTimeMixin(models.AbstractModel):
    """Time a case spent in its stages, from its own history, and whether it got stuck in one."""

    _name = "dispute.case.time.mixin"
    _description = "Dispute Time"

    duration_tracking = fields.Json(
        string="Time per stage",
        compute="_compute_duration_tracking",
        help="Seconds spent in each stage, for the stage bar.",
    )
    stage_times = fields.Html(
        string="Time in stages",
        compute="_compute_stage_times",
        sanitize=False,  # made of escaped text
        groups="dispute_management.group_dispute_viewer",
    )
    is_rotting = fields.Boolean(
        string="Stale",
        compute="_compute_rotting",
        search="_search_is_rotting",
        help="Nothing moved for longer than its stage allows.",
    )
    rotting_days = fields.Integer(string="Days stale", compute="_compute_rotting")

    @api.depends("stage_history_ids.date_left")
    def _compute_duration_tracking(self):
        now = fields.Datetime.now()
        for case in self:
            seconds = {}
            for row in case.stage_history_ids:
                if not row.stage_id._is_closed():
                    spent = (row.date_left or now) - row.date_entered
                    key = str(row.stage_id.id)
                    seconds[key] = seconds.get(key, 0) + int(spent.total_seconds())
            case.duration_tracking = seconds

    @api.depends("stage_history_ids.date_left")
    def _compute_stage_times(self):
        for case in self:
            rows = case._get_stage_times()
            case.stage_times = rows and self.env["ir.qweb"]._render(
                "dispute_management.case_stage_times", {"rows": rows}
            )

    def _get_stage_times(self):
        """Calendar and working time in each open stage this case was in, longest way first.

        :return: list of dicts: stage, count of entries, share in percent, both times in words
        """
        self.ensure_one()
        history = self.stage_history_ids.filtered(lambda row: not row.stage_id._is_closed())
        sums, last = {}, None
        for row, hours, worked in history._get_spans():
            total = sums.setdefault(row.stage_id, [0, 0, 0])
            # A change of turn opens a row too; it is no second visit.
            total[0] += row.stage_id != last
            total[1] += hours
            total[2] += worked
            last = row.stage_id
        whole = sum(total[1] for total in sums.values())
        per_day = self._get_hours_per_day()
        return [
            {
                "stage": stage.name,
                "count": count,
                "share": round(100 * hours / whole) if whole else 0,
                "spent": history._format_hours(hours),
                "worked": history._format_hours(worked, per_day),
            }
            for stage, (count, hours, worked) in sums.items()
        ]

    def _get_hours_per_day(self):
        """:return: hours of a working day in this case's calendar"""
        self.ensure_one()
        # Calendars are readable by few; how long a day is, is no secret.
        return self._get_calendar().sudo().hours_per_day or 24

    @api.depends("is_closed", "waiting_since", "stage_id.rotting_threshold_days")
    def _compute_rotting(self):
        now = fields.Datetime.now()
        for case in self:
            limit = case.stage_id.rotting_threshold_days
            days = (now - case.waiting_since).days if case.waiting_since else 0
            case.is_rotting = bool(limit) and not case.is_closed and days >= limit
            case.rotting_days = days if case.is_rotting else 0

    def _search_is_rotting(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        stages = self.env["dispute.stage"].search([("rotting_threshold_days", ">", 0)])
        rotting = Domain.OR(
            Domain("stage_id", "in", alike.ids) & Domain("waiting_since", "<=", now - timedelta(days=days))
            for days, alike in stages.grouped("rotting_threshold_days").items()
        ) & Domain("is_closed", "=", False)
        domains = {True: rotting, False: ~rotting}
        return Domain.OR(domains[bool(state)] for state in value)
