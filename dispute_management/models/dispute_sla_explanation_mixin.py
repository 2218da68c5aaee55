from odoo import fields, models

from ..tools import sla_explanation
from ..tools.sla_explanation import Turn
from .dispute_stage_kinds import CLOSED_KINDS

KINDS = ("run", "paused", "off")
#: So much of a long table is shown, the rest in one row.
FIRST_ROWS = 150
LAST_ROWS = 50


class DisputeSlaExplanationMixin(models.AbstractModel):
    """Why a promise has the deadline it has: how each hour since its start was spent."""

    _name = "dispute.sla.explanation.mixin"
    _description = "Dispute SLA Explanation"

    explanation = fields.Html(
        compute="_compute_explanation", sanitize=False, help="How each hour was spent, and the sum."
    )

    def _compute_explanation(self):
        for status in self:
            values = status._get_explanation()
            values |= {"promise": status, "rows": status._shorten(values["rows"])}
            status.explanation = self.env["ir.qweb"]._render("dispute_management.sla_explanation", values)

    def action_explain(self):
        """:return: action that shows how the time of this promise was spent"""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why this deadline: %s", self.policy_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [[self.env.ref("dispute_management.dispute_sla_status_view_form_explain").id, "form"]],
            "target": "new",
        }

    def _get_explanation(self):
        """How the time of this promise was spent until now, and will be until its deadline.

        :return: dict: `rows`, each a dict `start`, `stop`, `kind` (run, paused, off), `why`,
            `hours`, `is_ahead`, `is_late`; `totals` until the deadline by kind, and
            `elapsed`, their sum, in hours; `allowed`, `used`, `left` and `exceeded` working
            hours; `paused`: it is the customer's turn, the deadline moves on;
            `is_changed`: working hours were changed after the promise had ended
        """
        self.ensure_one()
        now = fields.Datetime.now()
        until = self.date_reached or now
        paused = bool(self.date_paused and self.is_open and not self.is_late)
        end = until
        if self.deadline and not paused:
            end = max(until, self.deadline)
        start = min(self.date_started, end)
        cuts = [at for at in (until, self.deadline) if at and start < at < end]
        segments = self._get_segments(start, end, until, cuts)
        rows = [
            {
                "start": segment.start,
                "stop": segment.stop,
                "kind": segment.kind,
                "why": segment.why or self._get_off_reason(),
                "hours": _hours(segment.length),
                "is_ahead": segment.start >= until,
                "is_late": bool(not paused and self.deadline)
                and segment.start >= self.deadline
                and segment.kind == "run",
            }
            for segment in segments
        ]
        # While it is the customer's turn the deadline moves on: all until now counts.
        last = not paused and self.deadline
        counted = [segment for segment in segments if not last or segment.start < last]
        totals = {kind: _hours(time) for kind, time in sla_explanation.add_up(counted).items()}
        used = _hours(
            sla_explanation.add_up([segment for segment in counted if segment.start < until])["run"]
        )
        return {
            "rows": rows,
            "totals": totals,
            "elapsed": sum(totals.values()),
            "allowed": self.hours_allowed,
            "used": used,
            "left": max(self.hours_allowed - used, 0),
            "paused": paused,
            "exceeded": self.exceeded_hours,
            "is_changed": bool(
                self.date_reached
                and self.deadline
                and not self.is_fixed
                and abs(totals["run"] - self.hours_allowed) > 1 / 60
            ),
        }

    def _shorten(self, rows):
        """Put the rows in the middle of a very long table into one, whose hours are theirs.

        :param rows: as `_get_explanation` returns them
        """
        if len(rows) <= FIRST_ROWS + LAST_ROWS:
            return rows
        middle = rows[FIRST_ROWS:-LAST_ROWS]
        hours = {kind: sum(row["hours"] for row in middle if row["kind"] == kind) for kind in KINDS}
        summed = {
            "start": middle[0]["start"],
            "stop": middle[-1]["stop"],
            "kind": "all",
            "why": self.env._(
                "%(count)s rows: %(run).2f ran, %(paused).2f paused, %(off).2f off-hours",
                count=len(middle),
                **hours,
            ),
            "hours": sum(hours.values()),
            "is_ahead": False,
            "is_late": False,
        }
        return [*rows[:FIRST_ROWS], summed, *rows[-LAST_ROWS:]]

    def _get_segments(self, start, end, until, cuts):
        if self.is_fixed:
            why = self.env._("calendar days, never paused")
            return sla_explanation.explain(
                [(start, end)], [Turn(start, end, False, why)], [], start, end, cuts
            )
        clock = self.env["dispute.working.time"]
        calendar = self.calendar_id or self._get_allowance()[0]
        return sla_explanation.explain(
            clock._get_working_time(calendar, start, end).spans,
            self._get_turns(end, until),
            clock._get_leaves(calendar, start, end),
            start,
            end,
            cuts,
        )

    def _get_turns(self, end, until):
        """:return: list of `Turn` of the case's history until an instant; what is to come runs"""
        names = dict(self.env["dispute.case"]._fields["waiting_on"]._description_selection(self.env))
        turns = []
        for row in self.case_id.stage_history_ids:
            is_closed = row.stage_id.kind in CLOSED_KINDS
            stop = row.date_left or end
            if is_closed and not row.date_left and self.date_reached:
                # What would have run on had it not been reached.
                why, pauses = self.env._("Closed; the deadline would have been reached"), False
            else:
                turn = self.env._("closed") if is_closed else names[row.waiting_on]
                why = self.env._("%(stage)s: %(turn)s", stage=row.stage_id.name, turn=turn)
                pauses = row.waiting_on == "customer" or is_closed
                if not row.date_left and self.date_reached and pauses:
                    stop = min(end, until)
            if row.date_entered < stop:
                turns.append(Turn(row.date_entered, stop, pauses, why))
        return turns

    def _get_off_reason(self):
        self.ensure_one()
        # Calendars are readable by few; what one is called is no secret.
        calendar = self.calendar_id.sudo()
        return self.env._("outside %s", calendar.name) if calendar else self.env._("round the clock")


def _hours(length):
    return length.total_seconds() / 3600
