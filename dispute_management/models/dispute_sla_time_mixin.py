from datetime import date, datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DisputeSlaTimeMixin(models.AbstractModel):
    """How much time a policy gives: working time by a calendar, or days from a date.

    Days from a date are what laws, contracts and card schemes count in: nothing pauses
    them, and they run beside the promises in working time.
    """

    _name = "dispute.sla.time.mixin"
    _description = "Dispute SLA Time"

    duration = fields.Float(string="Allowed", required=True, default=8, tracking=True)
    duration_unit = fields.Selection(
        [("hour", "Working hours"), ("day", "Working days"), ("calendar", "Calendar days")],
        required=True,
        default="hour",
        tracking=True,
        help="Calendar days are never paused: what a law, a contract or a card scheme allows.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        tracking=True,
        index="btree_not_null",
        help="Empty: the team's, else the company's.",
    )
    date_source = fields.Selection(
        [
            ("opened", "Opening of the case"),
            ("invoice", "Invoice date"),
            ("due", "Due date of the invoice"),
            ("property", "Extra field of the reason"),
            ("field", "Another date of the case"),
        ],
        string="Counted from",
        required=True,
        default="opened",
        tracking=True,
        help="Of several invoices the earliest date counts.",
    )
    date_property = fields.Char(
        string="Extra field", tracking=True, help="Its name, as the reason of the case defines it."
    )
    date_field_id = fields.Many2one(
        "ir.model.fields",
        string="Date",
        ondelete="set null",
        tracking=True,
        domain="[('model', '=', 'dispute.case'), ('ttype', 'in', ('date', 'datetime')), ('store', '=', True)]",
    )
    warn_percent = fields.Integer(
        string="Warn at %", default=75, tracking=True, help="Share of the time used that warns."
    )
    notice = fields.Text(compute="_compute_notice", help="What keeps this policy from giving deadlines.")

    _duration_positive = models.Constraint(
        "CHECK(duration > 0 OR duration_unit = 'calendar')", "The time allowed must be positive."
    )
    _duration_range = models.Constraint(
        "CHECK(duration BETWEEN -36500 AND 100000)", "The time allowed is at most 100,000 hours or days."
    )
    _warn_range = models.Constraint("CHECK(warn_percent BETWEEN 1 AND 100)", "Warn between 1 % and 100 %.")

    @api.depends("calendar_id.active", "calendar_id.attendance_ids", "calendar_id.flexible_hours")
    @api.depends("calendar_id.hours_per_day", "calendar_id.full_time_required_hours")
    @api.depends("duration_unit", "company_id")
    @api.depends_context("company")
    def _compute_notice(self):
        for policy in self:
            # A team with hours of its own is another matter: its cases tell.
            usual = (policy.company_id or self.env.company).resource_calendar_id
            policy.notice = not policy._is_fixed() and policy._get_calendar_notice(
                policy.calendar_id or usual
            )

    @api.constrains("duration_unit", "date_source", "date_property", "date_field_id")
    def _check_date_source(self):
        for policy in self.filtered(lambda policy: policy._is_fixed()):
            if policy.date_source == "property" and not policy.date_property:
                raise ValidationError(self.env._("Name the extra field that the days are counted from."))
            if policy.date_source == "field":
                # Whoever keeps policies needs no right on the models of Odoo.
                field = policy.sudo().date_field_id
                if field.model != "dispute.case" or field.ttype not in ("date", "datetime"):
                    raise ValidationError(self.env._("Choose the date of the case to count from."))

    def _is_fixed(self):
        """:return: whether these are calendar days from a date, which nothing pauses"""
        self.ensure_one()
        return self.duration_unit == "calendar"

    def _get_calendar(self, case):
        """:return: resource.calendar that this promise to the case is kept by"""
        self.ensure_one()
        return self.calendar_id or case._get_calendar()

    def _get_hours(self, calendar):
        """The time allowed, in working hours; a day has as many as the calendar says.

        :param calendar: resource.calendar
        """
        self.ensure_one()
        if self.duration_unit == "hour":
            return self.duration
        # Calendars are readable by few; how long a day is, is no secret.
        return self.duration * (calendar.sudo().hours_per_day or (8 if calendar else 24))

    def _get_calendar_notice(self, calendar):
        """:return: what is to be known about a calendar that a promise is kept by, or False"""
        # Calendars are readable by few; that one can't be used is said to all.
        calendar = calendar.sudo()
        if not calendar:
            return False
        if not self._has_hours(calendar):
            return self.env._(
                "%s has no working hours: there are no deadlines until it has some or another is chosen.",
                calendar.name,
            )
        if not calendar.active:
            return self.env._("%s is archived; its hours still count.", calendar.name)
        return False

    @api.model
    def _has_hours(self, calendar):
        """:return: whether anybody ever works by a calendar"""
        if calendar.flexible_hours:
            return bool(calendar.hours_per_day and calendar.full_time_required_hours)
        return any(
            line.hour_from < line.hour_to and line.day_period != "lunch" and not line.display_type
            for line in calendar.attendance_ids
        )

    def _get_counted_date(self, case):
        """:return: the date or the instant (naive UTC) that calendar days are counted from, or False"""
        self.ensure_one()
        # The documents of a case may be ones that whoever moves it can't open.
        case = case.sudo()
        if self.date_source == "opened":
            return case.date_opened
        if self.date_source in ("invoice", "due"):
            name = "invoice_date" if self.date_source == "invoice" else "invoice_date_due"
            return min(filter(None, case.line_ids.move_id.mapped(name)), default=False)
        if self.date_source == "field":
            # The name of a field is no secret.
            name = self.sudo().date_field_id.name
            return name and case[name]
        return self._get_property_date(case)

    def _get_date_name(self):
        """:return: what the date is called that calendar days are counted from"""
        self.ensure_one()
        if self.date_source == "property":
            return self.date_property
        if self.date_source == "field":
            # The name of a field is no secret.
            return self.sudo().date_field_id.field_description
        return dict(self._fields["date_source"]._description_selection(self.env))[self.date_source]

    def _get_property_date(self, case):
        wanted = (self.date_property or "").strip().casefold()
        for definition in case.reason_id.case_properties_definition or ():
            names = (definition.get("string") or "", definition["name"])
            if wanted in map(str.casefold, names) and definition.get("type") in ("date", "datetime"):
                value = (case.reason_properties or {}).get(definition["name"])
                convert = fields.Date if definition["type"] == "date" else fields.Datetime
                return convert.to_date(value) if convert is fields.Date else convert.to_datetime(value)
        return False

    def _get_fixed_deadline(self, case):
        """When calendar days are over: to the minute from an instant, from a date at the day's end.

        :return: naive UTC datetime, or None while the case has no such date
        """
        self.ensure_one()
        counted = self._get_counted_date(case)
        if not counted:
            return None
        if isinstance(counted, datetime):
            return (counted + timedelta(days=self.duration)).replace(microsecond=0)
        return self._get_end_of_day(case, counted + timedelta(days=int(self.duration)))

    def _get_end_of_day(self, case, day: date):
        # Calendars are readable by few; their time zone is no secret.
        zone = timezone(self._get_calendar(case).sudo().tz or "UTC")
        end = zone.localize(datetime.combine(day, time(23, 59, 59)))
        return end.astimezone(utc).replace(tzinfo=None)
