from datetime import datetime, timedelta

from pytz import utc

from odoo import fields, models
from odoo.exceptions import UserError


class DisputeInformationExtensionMixin(models.AbstractModel):
    """More time for a request: a later day, chosen by whoever is asked, within the limit of its template."""

    _name = "dispute.information.extension.mixin"
    _description = "Dispute Question: More Time"

    def _get_latest_day(self):
        """:return: the last day that whoever is asked may choose themselves, where they live"""
        self.ensure_one()
        days = self.question_id.extension_days if self.question_id else 5
        latest = self.date_due_first
        if days:
            [latest] = self._get_working_deadlines([latest], [days])
        return self._to_local(latest).date()

    def _get_extension_days(self):
        """:return: ``soonest`` and ``latest`` day that can be chosen instead; both None when none is left"""
        self.ensure_one()
        now = max(self.date_due, fields.Datetime.now())
        soonest, latest = self._to_local(now).date() + timedelta(days=1), self._get_latest_day()
        return (
            {"soonest": soonest, "latest": latest} if soonest <= latest else {"soonest": None, "latest": None}
        )

    def _extend(self, date, by):
        """Give more time.

        :param date: the day it will be answered
        :param by: name of who asks for it
        :raise UserError: when that is too long, with the last day
        """
        self.ensure_one()
        # Who asks is whoever holds the link or the activity: checked by the caller.
        request = self.sudo()
        request._lock_open()
        due = request._to_local(request.date_due)
        latest = request._get_latest_day()
        if date <= max(due.date(), request._to_local(fields.Datetime.now()).date()):
            raise UserError(self.env._("Please choose a later day than now."))
        if date > latest:
            raise UserError(
                self.env._(
                    "The last day you can choose is %s. Please talk to who asks.",
                    self.env["ir.qweb.field.date"].value_to_html(latest, {"format": "EEEE d MMMM"}),
                )
            )
        due = due.tzinfo.localize(datetime.combine(date, due.time())).astimezone(utc).replace(tzinfo=None)
        request.write({"date_due": due, "ical_sequence": request.ical_sequence + 1})
        request._plan_reminders()
        request.activity_ids.date_deadline = date
        request._send()
        request._log_on_case(
            self.env._(
                "%(name)s: %(by)s needs more time, until %(day)s.",
                name=request.name,
                by=by,
                day=self.env["ir.qweb.field.date"].value_to_html(date, {"format": "EEEE d MMMM"}),
            )
        )
