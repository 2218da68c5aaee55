from odoo import api, fields, models

from .dispute_sla_policy import SLA_TARGETS


class DisputeSlaStatus(models.Model):
    """One promise on one case: started and reached are facts, the rest follows."""

    _name = "dispute.sla.status"
    _description = "Dispute SLA Status"
    _order = "deadline, id"

    case_id = fields.Many2one("dispute.case", required=True, index=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    policy_id = fields.Many2one(
        "dispute.sla.policy", required=True, index=True, ondelete="restrict", readonly=True
    )
    target = fields.Selection(SLA_TARGETS, required=True, readonly=True)
    date_started = fields.Datetime(string="Started", required=True, readonly=True)
    date_reached = fields.Datetime(string="Reached", readonly=True)
    is_cancelled = fields.Boolean(readonly=True)
    deadline = fields.Datetime(readonly=True)
    date_warning = fields.Datetime(string="Warns at", readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("reached", "Reached"),
            ("breached", "Breached"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        help="Reached: in time. Breached: the deadline passed, reached later or not.",
    )

    _case_target_uniq = models.UniqueIndex("(case_id, policy_id, target)", "A case has each promise once.")

    @api.depends("date_reached", "is_cancelled", "deadline", "case_id.waiting_on", "case_id.is_closed")
    def _compute_state(self):
        now = fields.Datetime.now()
        for status in self:
            late = status.deadline and status.deadline < (status.date_reached or now)
            if status.is_cancelled:
                status.state = "cancelled"
            elif late:
                status.state = "breached"
            elif status.date_reached:
                status.state = "reached"
            elif status.case_id.waiting_on == "customer":
                status.state = "paused"
            else:
                status.state = "running"

    def _reach(self, at):
        """Note that these promises were kept or at last met.

        :param at: naive UTC datetime
        """
        self.filtered(lambda status: not status.date_reached).write(
            {"date_reached": at, "is_cancelled": False}
        )

    def _follow_turn(self):
        """Compute the open promises anew: whose turn it is has changed."""
        self.filtered(lambda status: not status.date_reached and not status.is_cancelled)._refresh_deadlines()

    def _refresh_deadlines(self):
        """Compute deadlines and warnings from the segments of the cases' history.

        A promise that waits for the customer keeps its last deadline; it moves on when
        the customer's turn ends.
        """
        promises, warnings = [], []
        for status in self:
            case = status.case_id
            calendar = status.policy_id._get_calendar(case)
            hours = status.policy_id._get_hours(calendar)
            pauses = case._get_customer_turns()
            warn_hours = hours * status.policy_id.warn_percent / 100
            promises.append((calendar, status.date_started, hours, pauses))
            warnings.append((calendar, status.date_started, warn_hours, pauses))
        due = self.env["dispute.working.time"]._get_deadlines(promises + warnings)
        for index, status in enumerate(self):
            status.deadline = due[index]
            status.date_warning = due[len(self) + index]
        self.case_id._after_clock_change()
