from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: What is on somebody's desk, the most pressing first: groups are listed by these keys.
WORK_GROUPS = [
    ("1_answered", "Answered"),
    ("2_ready", "Ready to execute"),
    ("3_today", "Due today"),
    ("4_breached", "Breached"),
    ("5_unplanned", "Nothing planned"),
    ("6_planned", "Planned"),
    ("7_colleague", "Waiting for colleagues"),
    ("8_third_party", "Waiting for third parties"),
    ("9_customer", "Waiting for customers"),
]

#: Columns that the group of a case follows from.
_WORK_COLUMNS = (
    "user_id",
    "coordinator_id",
    "is_closed",
    "answered_by",
    "waiting_on",
    "waiting_since",
    "date_deadline",
    "date_warning",
    "deadline_paused",
)


class DisputeCaseWorkMixin(models.AbstractModel):
    """My work: what of the open cases is whose, and what to do about it first.

    Group and order are told by the database, so that they hold for a page of many cases.
    """

    _name = "dispute.case.work.mixin"
    _description = "Work on Disputes"

    is_my_work = fields.Boolean(
        compute="_compute_is_my_work",
        search="_search_is_my_work",
        help="Open, and owned or coordinated by me, or with a to-do of mine.",
    )
    work_group = fields.Selection(WORK_GROUPS, string="My Work", compute="_compute_work")
    work_date = fields.Datetime(
        string="Since or due",
        compute="_compute_work",
        help="Since when an answer waits for us, or we for others; else when the next promise is due.",
    )
    work_next = fields.Char(string="To do next", compute="_compute_work_next", help="The next thing to do.")
    days_open = fields.Integer(compute="_compute_days_open", help="Calendar days.")

    @api.depends("date_opened", "date_closed")
    def _compute_days_open(self):
        now = fields.Datetime.now()
        for case in self:
            end = case.date_closed or now
            case.days_open = (end - (case.date_opened or now)).days

    @api.depends_context("uid")
    @api.depends("user_id", "coordinator_id", "is_closed", "activity_ids.user_id")
    def _compute_is_my_work(self):
        domain = Domain("id", "in", self.ids) & Domain("is_my_work", "=", True)
        mine = self.with_context(active_test=False).search(domain)
        for case in self:
            case.is_my_work = case in mine

    def _search_is_my_work(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._flush_work()
        # Each part has an index of its own, which one condition with "or" would not use.
        mine = SQL(
            """(
                SELECT id FROM dispute_case WHERE user_id = %(uid)s AND is_closed IS NOT TRUE
                UNION
                SELECT id FROM dispute_case WHERE coordinator_id = %(uid)s AND is_closed IS NOT TRUE
                UNION
                SELECT dispute_case.id FROM mail_activity
                  JOIN dispute_case ON dispute_case.id = mail_activity.res_id
                 WHERE mail_activity.user_id = %(uid)s AND mail_activity.active
                   AND mail_activity.res_model = 'dispute.case'
                   AND dispute_case.is_closed IS NOT TRUE
            )""",
            uid=self.env.uid,
        )
        return Domain.OR(Domain("id", "in" if wanted else "not in", mine) for wanted in value)

    @api.depends_context("uid", "tz")
    @api.depends(*_WORK_COLUMNS, "activity_ids.date_deadline", "activity_ids.user_id", "settlement_ids.state")
    def _compute_work(self):
        found = {}
        if self.ids:
            # The case was read already: what it says of itself is no more than that.
            query = self.sudo()._search(Domain("id", "in", self.ids), active_test=False)
            found = {
                case_id: values
                for case_id, *values in self.env.execute_query(
                    query.select(
                        SQL.identifier(self._table, "id"),
                        self._get_work_group_sql(self._table, query),
                        self._get_work_date_sql(self._table, query),
                    )
                )
            }
        for case in self:
            case.work_group, case.work_date = found.get(case.id, (False, False))

    @api.depends_context("uid", "lang")
    @api.depends("work_group", "activity_ids.summary", "activity_ids.activity_type_id", "answered_by")
    def _compute_work_next(self):
        answers = dict(self._fields["answered_by"]._description_selection(self.env))
        # Who reads a case sees what is planned on it: checked once, not to-do by to-do.
        activities = self.sudo().activity_ids.grouped("res_id")
        for case in self:
            # Others' to-dos tell what the case waits for.
            activity = min(
                activities.get(case.id, ()),
                key=lambda todo: (todo.user_id != self.env.user, todo.date_deadline, todo.id),
                default=self.env["mail.activity"],
            )
            planned = activity.summary or activity.activity_type_id.name or ""
            if case.work_group == "1_answered":
                case.work_next = self.env._("Read the answer: %s", answers[case.answered_by])
            elif case.work_group == "2_ready":
                case.work_next = self.env._("Execute the settlement")
            elif not activity and not case.is_closed:
                case.work_next = self.env._("Plan the next step")
            elif activity.user_id and activity.user_id != self.env.user:
                case.work_next = f"{planned} ({activity.user_id.name})"
            else:
                case.work_next = planned

    # Business

    @api.model
    def _get_ready_settlement_domain(self):
        """:return: domain of the dispute.settlement that only wait to be executed; override
        where more states or rules decide
        """
        return Domain("state", "in", ("approved", "accepted"))

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "work_group":
            return self._get_work_group_sql(alias, query)
        if field_expr == "work_date":
            return self._get_work_date_sql(alias, query)
        return super()._field_to_sql(alias, field_expr, query)

    def _flush_work(self):
        self.env["dispute.case"].flush_model(_WORK_COLUMNS)
        self.env["mail.activity"].flush_model(["active", "date_deadline", "res_id", "res_model", "user_id"])

    def _get_work_group_sql(self, alias, query):
        """:return: the first of `WORK_GROUPS` that a case is in, for the user who asks"""
        self._flush_work()
        self.env["dispute.settlement"].flush_model(["case_id", "state"])
        # That a settlement waits is shown on the case, whoever may read settlements.
        ready = self.env["dispute.settlement"].sudo()._search(self._get_ready_settlement_domain())
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        zone = pytz.timezone(self.env.context.get("tz") or self.env.user.tz or "UTC")
        midnight = zone.localize(datetime.combine(today, time.max)).astimezone(pytz.utc).replace(tzinfo=None)
        mine = SQL(
            "SELECT FROM mail_activity AS todo WHERE todo.res_model = 'dispute.case' AND todo.active"
            " AND todo.res_id = %s AND todo.user_id = %s",
            SQL.identifier(alias, "id"),
            self.env.uid,
        )
        planned = SQL(
            "SELECT FROM mail_activity AS todo WHERE todo.res_model = 'dispute.case' AND todo.active"
            " AND todo.res_id = %s",
            SQL.identifier(alias, "id"),
        )
        return SQL(
            """CASE
                WHEN %(closed)s THEN NULL
                WHEN %(answered_by)s IS NOT NULL THEN '1_answered'
                WHEN %(id)s IN %(ready)s THEN '2_ready'
                WHEN EXISTS (%(mine)s AND todo.date_deadline = %(today)s)
                  OR (%(paused)s IS NULL
                      AND %(deadline)s BETWEEN %(now)s AND %(midnight)s) THEN '3_today'
                WHEN (%(state)s = 'breached' AND %(paused)s IS NULL)
                  OR EXISTS (%(mine)s AND todo.date_deadline < %(today)s) THEN '4_breached'
                WHEN %(waiting_on)s = 'us' AND NOT EXISTS (%(planned)s) THEN '5_unplanned'
                WHEN %(waiting_on)s = 'us'
                  OR (EXISTS (%(mine)s) AND %(uid)s <> COALESCE(%(owner)s, 0)
                      AND %(uid)s <> COALESCE(%(coordinator)s, 0)) THEN '6_planned'
                WHEN %(waiting_on)s = 'colleague' THEN '7_colleague'
                WHEN %(waiting_on)s = 'third_party' THEN '8_third_party'
                ELSE '9_customer'
            END""",
            closed=SQL.identifier(alias, "is_closed"),
            answered_by=SQL.identifier(alias, "answered_by"),
            id=SQL.identifier(alias, "id"),
            ready=ready.subselect("case_id"),
            mine=mine,
            planned=planned,
            today=today,
            now=now,
            midnight=midnight,
            state=self._field_to_sql(alias, "deadline_state", query),
            paused=SQL.identifier(alias, "deadline_paused"),
            deadline=SQL.identifier(alias, "date_deadline"),
            waiting_on=SQL.identifier(alias, "waiting_on"),
            uid=self.env.uid,
            owner=SQL.identifier(alias, "user_id"),
            coordinator=SQL.identifier(alias, "coordinator_id"),
        )

    def _get_work_date_sql(self, alias, query):
        """:return: by what the cases of one group are ordered"""
        self._flush_work()
        return SQL(
            "CASE WHEN %(answered)s IS NOT NULL OR %(waiting_on)s <> 'us' THEN %(since)s"
            " ELSE COALESCE(%(deadline)s, %(since)s) END",
            answered=SQL.identifier(alias, "answered_by"),
            waiting_on=SQL.identifier(alias, "waiting_on"),
            since=SQL.identifier(alias, "waiting_since"),
            deadline=SQL.identifier(alias, "date_deadline"),
        )
