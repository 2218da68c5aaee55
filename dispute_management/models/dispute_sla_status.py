from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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
    date_paused = fields.Datetime(
        string="Paused since", readonly=True, help="Since when the clock waits for the customer."
    )
    is_open = fields.Boolean(compute="_compute_is_open", search="_search_is_open")
    is_late = fields.Boolean(
        compute="_compute_is_late",
        store=True,
        default=False,
        help="The deadline had passed when the promise was reached, or when the clock was stopped.",
    )
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("reached", "Reached"),
            ("breached", "Breached"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        search="_search_state",
        help="Reached: in time. Breached: the deadline passed, reached later or not.",
    )

    _case_target_uniq = models.UniqueIndex("(case_id, policy_id, target)", "A case has each promise once.")
    _due_idx = models.Index("(deadline) WHERE date_reached IS NULL AND is_cancelled IS NOT TRUE")
    _warning_idx = models.Index("(date_warning) WHERE date_reached IS NULL AND is_cancelled IS NOT TRUE")
    _late_idx = models.Index("(company_id) WHERE is_late")

    @api.depends("date_reached", "is_cancelled")
    def _compute_is_open(self):
        for status in self:
            status.is_open = not status.date_reached and not status.is_cancelled

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        is_open = Domain("date_reached", "=", False) & Domain("is_cancelled", "=", False)
        return Domain.OR(is_open if wanted else ~is_open for wanted in value)

    @api.depends("date_reached", "is_cancelled", "deadline", "date_paused")
    def _compute_is_late(self):
        for status in self:
            # A clock that stands still breaks no promise.
            until = status.date_reached or status.date_paused
            status.is_late = bool(
                until and status.deadline and status.deadline < until and not status.is_cancelled
            )

    @api.depends("date_reached", "is_cancelled", "deadline", "date_paused", "is_late")
    def _compute_state(self):
        now = fields.Datetime.now()
        for status in self:
            is_running = status.is_open and not status.date_paused
            if status.is_cancelled:
                status.state = "cancelled"
            elif status.is_late or (is_running and status.deadline and status.deadline < now):
                status.state = "breached"
            elif status.date_reached:
                status.state = "reached"
            else:
                status.state = "running" if is_running else "paused"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_state_domain(state) for state in value)

    @api.model
    def _get_state_domain(self, state):
        """:return: domain of the promises that are in a state now, on indexed columns"""
        is_open = Domain("date_reached", "=", False) & Domain("is_cancelled", "=", False)
        running = is_open & Domain("date_paused", "=", False)
        overdue = Domain("deadline", "<", fields.Datetime.now())
        in_time = Domain("is_cancelled", "=", False) & Domain("is_late", "=", False)
        domains = {
            "running": running & ~overdue,
            "paused": is_open & in_time & Domain("date_paused", "!=", False),
            "reached": in_time & Domain("date_reached", "!=", False),
            "breached": Domain("is_late", "=", True) | (running & overdue),
            "cancelled": Domain("is_cancelled", "=", True),
        }
        return domains.get(state, Domain.FALSE)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "state":
            return super()._field_to_sql(alias, field_expr, query)
        # What `_compute_state` says, for lists and reports that group by it.
        columns = {
            name: super(DisputeSlaStatus, self)._field_to_sql(alias, name, query)
            for name in ("date_reached", "is_cancelled", "deadline", "date_paused", "is_late")
        }
        return SQL(
            """CASE WHEN %(is_cancelled)s THEN 'cancelled'
                    WHEN %(is_late)s THEN 'breached'
                    WHEN %(date_reached)s IS NOT NULL THEN 'reached'
                    WHEN %(date_paused)s IS NOT NULL THEN 'paused'
                    WHEN %(deadline)s < %(now)s THEN 'breached'
                    ELSE 'running' END""",
            now=fields.Datetime.now(),
            **columns,
        )

    @api.model
    def _promise(self, promises):
        """Make the promises of new cases, with their deadlines: made and written once.

        :param promises: list of ``(case, policy)``
        """
        spans = []
        for case, policy in promises:
            spans += self._get_spans(case, policy, case.date_opened, (100, policy.warn_percent))
        moments = self.env["dispute.working.time"]._get_deadlines(spans)
        self.create(
            [
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "policy_id": policy.id,
                    "target": policy.target,
                    "date_started": case.date_opened,
                    "deadline": deadline,
                    "date_warning": warning,
                    "date_paused": case._get_pause_start(),
                }
                for (case, policy), deadline, warning in zip(
                    promises, moments[::2], moments[1::2], strict=True
                )
            ]
        )

    def _reach(self, at):
        """Note that these promises were kept or at last met.

        :param at: naive UTC datetime
        """
        self.filtered(lambda status: not status.date_reached).write(
            {"date_reached": at, "is_cancelled": False}
        )

    def _follow_turn(self):
        """Compute the open promises anew: whose turn it is has changed."""
        self.filtered("is_open")._refresh_deadlines()

    def _refresh_deadlines(self):
        """Compute deadlines and warnings from the segments of the cases' history.

        A promise that waits for the customer keeps its last deadline; it moves on when
        the customer's turn ends.
        """
        spans = []
        for status in self:
            case, policy = status.case_id, status.policy_id
            spans += self._get_spans(case, policy, status.date_started, (100, policy.warn_percent))
        moments = self.env["dispute.working.time"]._get_deadlines(spans)
        by_values = defaultdict(list)
        for status, deadline, warning in zip(self, moments[::2], moments[1::2], strict=True):
            values = (deadline or False, warning or False, status.case_id._get_pause_start())
            # Most moves change no deadline.
            if values != (status.deadline, status.date_warning, status.date_paused):
                by_values[values].append(status.id)
        for (deadline, warning, paused), ids in by_values.items():
            self.browse(ids).write({"deadline": deadline, "date_warning": warning, "date_paused": paused})
        self.case_id._after_clock_change()

    @api.model
    def _get_spans(self, case, policy, started, percents):
        """:return: what `_get_deadlines` asks of a promise, for each share of the time allowed"""
        calendar = policy._get_calendar(case)
        hours, pauses = policy._get_hours(calendar), case._get_customer_turns()
        return [(calendar, started, hours * percent / 100, pauses) for percent in percents]

    def _get_running_moments(self, shares):
        """When shares of the time allowed are used up, if the clock runs on from now.

        :param shares: list of ``(status, percent)``
        :return: list of naive UTC datetimes in the same order, None where it is never
        """
        spans = []
        for status, percent in shares:
            spans += self._get_spans(status.case_id, status.policy_id, status.date_started, [percent])
        return self.env["dispute.working.time"]._get_deadlines(spans)

    def _get_moments(self, percents):
        """When these promises have used shares of the time allowed, leaves and pauses so far counted.

        :param percents: numbers; 100 is the deadline
        :return: ``{(status, percent): naive UTC datetime}``; None where nobody can tell: the
            promise has ended, has no deadline, or waits for the customer before that moment
        """
        shares = [(status, percent) for status in self.filtered("is_open") for percent in percents]
        moments = {(status, percent): None for status in self for percent in percents}
        for (status, percent), at in zip(shares, self._get_running_moments(shares), strict=True):
            paused = status.case_id._get_pause_start()
            if at and (not paused or at <= paused):
                moments[status, percent] = at
        return moments
