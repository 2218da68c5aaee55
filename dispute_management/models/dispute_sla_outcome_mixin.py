from odoo import api, fields, models


class DisputeSlaOutcomeMixin(models.AbstractModel):
    """How much of a promise's time is used, was paused, and by how much it is late.

    While the promise is open that is computed; what it was when the promise ended is
    written once, so that a calendar changed later changes nothing of it.
    """

    _name = "dispute.sla.outcome.mixin"
    _description = "Dispute SLA Outcome"

    hours_run = fields.Float(string="Used when it ended", readonly=True, help="In working hours.")
    hours_paused = fields.Float(string="Paused when it ended", readonly=True, help="In working hours.")
    hours_late = fields.Float(string="Late when it ended", readonly=True, help="In working hours.")
    used_hours = fields.Float(string="Used", compute="_compute_hours", help="Working hours that ran so far.")
    paused_hours = fields.Float(
        string="Paused", compute="_compute_hours", help="Working hours in which it was the customer's turn."
    )
    exceeded_hours = fields.Float(
        string="Exceeded by", compute="_compute_hours", help="Working hours since the deadline."
    )
    used_percent = fields.Float(string="Used %", compute="_compute_hours")

    @api.depends("date_started", "date_reached", "is_cancelled", "deadline", "date_paused", "hours_allowed")
    def _compute_hours(self):
        ended = self.filtered("date_reached")
        for status in ended:
            status.used_hours = status.hours_run
            status.paused_hours = status.hours_paused
            status.exceeded_hours = status.hours_late
        going_on = self - ended
        now = fields.Datetime.now()
        for status, (run, paused, late) in zip(going_on, going_on._get_hours_until(now), strict=True):
            status.used_hours, status.paused_hours, status.exceeded_hours = run, paused, late
        for status in self:
            allowed = status.hours_allowed
            status.used_percent = 100 * status.used_hours / allowed if allowed > 0 else 0

    def _note_outcome(self):
        """Write down what is true of these promises as they end."""
        for at, ending in self.grouped("date_reached").items():
            # What ends together is written together: most promises take no longer than others.
            by_values = {}
            for status, values in zip(ending, ending._get_hours_until(at), strict=True):
                by_values.setdefault(values, []).append(status.id)
            for values, ids in by_values.items():
                names = ("hours_run", "hours_paused", "hours_late")
                self.browse(ids).write(dict(zip(names, values, strict=True)))

    def _get_hours_until(self, at):
        """How the time of these promises was spent.

        :param at: naive UTC datetime
        :return: list of ``(run, paused, late)`` in hours, in order
        """
        spans = []
        for status in self:
            calendar = self.env["resource.calendar"] if status.is_fixed else status._get_allowance()[0]
            spans.append((calendar, min(status.date_started, at), at))
        working = self.env["dispute.working.time"]._get_working_times(spans)
        results = []
        for status, (calendar, start, end) in zip(self, spans, strict=True):
            pauses = status._get_pauses(end)
            clock = working[calendar]
            spent = clock.elapsed(pauses, start, end)
            late = 0
            if status.deadline and status.deadline < end:
                late = clock.elapsed(pauses, max(status.deadline, start), end).run.total_seconds() / 3600
            results.append((spent.run.total_seconds() / 3600, spent.paused.total_seconds() / 3600, late))
        return results

    def _get_pauses(self, at):
        """:return: list of ``(start, stop)`` in which the clock stood still until an instant; naive UTC"""
        self.ensure_one()
        if self.is_fixed:
            return []
        pauses = self.case_id._get_customer_turns()
        return [*pauses, (self.date_paused, at)] if self.date_paused and self.date_paused < at else pauses
