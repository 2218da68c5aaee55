from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .dispute_sla_policy import SLA_TARGETS
from .dispute_stage_kinds import STAGE_KINDS


class DisputeSlaStatus(models.Model):
    """One promise on one case: started and reached are facts, the rest follows."""

    _name = "dispute.sla.status"
    _description = "Dispute SLA Status"
    _inherit = ["dispute.sla.outcome.mixin", "dispute.sla.explanation.mixin"]
    _order = "deadline, id"
    _rec_name = "policy_id"

    case_id = fields.Many2one("dispute.case", required=True, index=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    policy_id = fields.Many2one(
        "dispute.sla.policy", required=True, index=True, ondelete="restrict", readonly=True
    )
    target = fields.Selection(SLA_TARGETS, required=True, readonly=True)
    stage_kind = fields.Selection(STAGE_KINDS, readonly=True, help="The stage to be reached.")
    is_fixed = fields.Boolean(
        string="Never paused", readonly=True, help="Calendar days from a date: nothing stops them."
    )
    match_note = fields.Char(string="Why", readonly=True, help="The facts that the policy asks for.")
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The calendar that the deadline was computed by.",
    )
    hours_allowed = fields.Float(string="Allowed", readonly=True, help="In working hours.")
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

    _case_target_uniq = models.UniqueIndex(
        "(case_id, target, COALESCE(stage_kind, ''), COALESCE(is_fixed, FALSE))",
        "A case has each promise once.",
    )
    # Promises come about in the order of time: a small index tells where those of a period are.
    _deadline_idx = models.Index("USING brin (deadline)")
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

    def _get_lane(self):
        """:return: what kind of promise this is; of each kind a case has one"""
        self.ensure_one()
        return (self.target, self.stage_kind, self.is_fixed)

    def _reach(self, at):
        """Note that these promises were kept or at last met.

        :param at: naive UTC datetime
        """
        ending = self.filtered(lambda status: not status.date_reached)
        ending.write({"date_reached": at, "is_cancelled": False})
        ending._note_outcome()

    def _resume(self):
        """Let promises that had ended go on, as their case is open again."""
        self.write({"date_reached": False, "hours_run": 0, "hours_paused": 0, "hours_late": 0})

    def _follow_turn(self):
        """Compute the open promises anew: whose turn it is has changed."""
        self.filtered("is_open")._refresh_deadlines()

    @api.model
    def _prepare_deadlines(self, vals_list):
        """Add to new promises what `_refresh_deadlines` would find, so that they are written once.

        Those with a fixed date, or kept already, are left to it.

        :param vals_list: values of the promises, changed in place
        """
        running = [vals for vals in vals_list if not (vals["is_fixed"] or vals["date_reached"])]
        policies = self.env["dispute.sla.policy"].browse({vals["policy_id"] for vals in running})
        cases = self.env["dispute.case"].browse({vals["case_id"] for vals in running})
        policy_of, case_of = ({record.id: record for record in records} for records in (policies, cases))
        turns = {case.id: case._get_customer_turns() for case in cases}
        spans = []
        for vals in running:
            case, policy = case_of[vals["case_id"]], policy_of[vals["policy_id"]]
            calendar = policy._get_calendar(case)
            hours = policy._get_hours(calendar)
            paused = case.waiting_since if case.waiting_on == "customer" and not case.is_closed else False
            vals |= {"calendar_id": calendar.id, "hours_allowed": hours, "date_paused": paused}
            spans += [
                (calendar, vals["date_started"], hours * percent / 100, turns[case.id])
                for percent in (100, policy.warn_percent)
            ]
        moments = self.env["dispute.working.time"]._get_deadlines(spans)
        for vals, deadline, warning in zip(running, moments[::2], moments[1::2], strict=True):
            vals |= {"deadline": deadline or False, "date_warning": warning or False}

    def _refresh_deadlines(self):
        """Compute deadlines and warnings from the segments of the cases' history.

        A promise that waits for the customer keeps its last deadline; it moves on when
        the customer's turn ends.
        """
        allowances = {status: status._get_allowance() for status in self}
        shares = [(status, 100) for status in self]
        shares += [(status, status.policy_id.warn_percent) for status in self]
        moments = self._get_running_moments(shares, allowances)
        by_values = defaultdict(list)
        for status, deadline, warning in zip(self, moments, moments[len(self) :], strict=False):
            calendar, hours = allowances[status]
            values = (deadline or False, warning or False, status._get_pause_start(), calendar.id, hours)
            before = (status.deadline, status.date_warning, status.date_paused, status.calendar_id.id)
            # Most moves change no deadline.
            if values != (*before, status.hours_allowed):
                by_values[values].append(status.id)
        names = ("deadline", "date_warning", "date_paused", "calendar_id", "hours_allowed")
        for values, ids in by_values.items():
            self.browse(ids).write(dict(zip(names, values, strict=True)))
        self.case_id._after_clock_change()

    def _get_pause_start(self):
        """:return: since when it is the customer's turn, a naive UTC datetime, or False"""
        self.ensure_one()
        case = self.case_id
        is_paused = self.is_open and case.waiting_on == "customer" and not (case.is_closed or self.is_fixed)
        return case.waiting_since if is_paused else False

    def _get_allowance(self):
        """:return: ``(resource.calendar, working hours allowed)``; calendar days are hours of the clock"""
        self.ensure_one()
        policy = self.policy_id
        if self.is_fixed:
            return self.env["resource.calendar"], policy.duration * 24
        calendar = policy._get_calendar(self.case_id)
        return calendar, policy._get_hours(calendar)

    def _get_running_moments(self, shares, allowances=None):
        """When shares of the time allowed are used up, if the clock runs on from now.

        :param shares: list of ``(status, percent)``
        :param allowances: ``{status: see _get_allowance}``, if they are known
        :return: list of naive UTC datetimes in the same order, None where it is never
        """
        allowances = allowances or {status: status._get_allowance() for status in self}
        turns = {case: case._get_customer_turns() for case in self.case_id}
        moments, promises, places = [None] * len(shares), [], []
        for index, (status, percent) in enumerate(shares):
            if status.is_fixed:
                moments[index] = status._get_fixed_moment(percent)
                continue
            calendar, hours = allowances[status]
            promises.append((calendar, status.date_started, hours * percent / 100, turns[status.case_id]))
            places.append(index)
        due = self.env["dispute.working.time"]._get_deadlines(promises)
        for index, at in zip(places, due, strict=True):
            moments[index] = at
        return moments

    def _get_fixed_moment(self, percent):
        """:return: when a share of the time from the start to a fixed deadline is over, or None"""
        self.ensure_one()
        deadline = self.policy_id._get_fixed_deadline(self.case_id)
        if not deadline or deadline <= self.date_started:
            return deadline
        share = (deadline - self.date_started) * (percent / 100)
        return (self.date_started + share).replace(microsecond=0)

    def _get_notice(self):
        """:return: why this promise has no deadline or a doubtful one, or False"""
        self.ensure_one()
        policy = self.policy_id
        if self.is_fixed:
            missing = not self.deadline and self.env._(
                "%(policy)s: no deadline while the case lacks the date: %(date)s.",
                policy=policy.name,
                date=policy._get_date_name(),
            )
            return missing or False
        notice = policy._get_calendar_notice(policy._get_calendar(self.case_id))
        if not notice and not self.deadline:
            notice = self.env._("the time allowed does not fit into the working hours of the coming years.")
        return notice and self.env._("%(policy)s: %(notice)s", policy=policy.name, notice=notice)

    def _get_moments(self, percents):
        """When these promises have used shares of the time allowed, leaves and pauses so far counted.

        :param percents: numbers; 100 is the deadline
        :return: ``{(status, percent): naive UTC datetime}``; None where nobody can tell: the
            promise has ended, has no deadline, or waits for the customer before that moment
        """
        shares = [(status, percent) for status in self.filtered("is_open") for percent in percents]
        moments = {(status, percent): None for status in self for percent in percents}
        for (status, percent), at in zip(shares, self._get_running_moments(shares), strict=True):
            paused = status._get_pause_start()
            if at and (not paused or at <= paused):
                moments[status, percent] = at
        return moments
