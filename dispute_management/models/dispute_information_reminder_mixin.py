from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Reminders to one person about one question; after these only their manager can help.
MAX_REMINDERS = 6
BATCH = 100
#: Reminders that one mail brings forward, so that nobody gets two on a day.
GATHERED_WITHIN = timedelta(hours=12)


class DisputeInformationReminderMixin(models.AbstractModel):
    """Reminders of open requests, in one mail a person; then it is for the escalation rules."""

    _name = "dispute.information.reminder.mixin"
    _description = "Dispute Reminders"

    date_reminder = fields.Datetime(string="Next reminder", readonly=True, index="btree_not_null")
    reminder_count = fields.Integer(string="Reminders", readonly=True, aggregator=None)

    def _plan_reminders(self):
        """Set when open questions are reminded of first."""
        self.write({"reminder_count": 0, "date_reminder": False})
        self._plan_next_reminder()

    def _plan_next_reminder(self):
        """Set when open questions are reminded of next: at the start of a working day, so that
        all of a person's questions of a day come in one mail.
        """
        now = fields.Datetime.now()
        days = {request: request._get_reminder_days() for request in self}
        shifts = [
            (request.case_id._get_calendar(), request.date_due, day)
            for request in self
            for day in days[request]
        ]
        starts = iter(self.env["dispute.working.time"]._get_day_starts(shifts))
        for request in self:
            moments = [next(starts) for _day in days[request]]
            # One that was brought forward is not sent again at its own time.
            after = max(now, request.date_reminder or now)
            left = request.reminder_count < MAX_REMINDERS
            request.date_reminder = left and min((at for at in moments if at > after), default=False)

    def _get_reminder_days(self):
        """:return: list of the working days, counted from the day it is due, that reminders go out on"""
        self.ensure_one()
        question = self.question_id
        before = question.remind_days if question else 1
        repeat = question.repeat_days if question else 2
        later = [repeat * count for count in range(1, MAX_REMINDERS + 1)] if repeat else []
        # One reminder only: before it is due, or on that day when it was asked later.
        return [-before, 0, *later] if repeat or not self.reminder_count else [-before]

    @api.model
    def _cron_remind(self):
        """Remind of questions, a person with many in one mail.

        Each person's mail is committed with the plan for the next, so that a run that is
        stopped and started again reminds nobody twice.
        """
        now = fields.Datetime.now()
        is_open = Domain("state", "=", "open")
        due = self.search(is_open & Domain("date_reminder", "<=", now), limit=10 * BATCH)
        # What would be reminded of later this day is in the same mail.
        soon = self.search(
            is_open
            & Domain("email", "in", due.mapped("email"))
            & Domain("date_reminder", "<=", now + GATHERED_WITHIN)
        )
        for requests in soon.grouped("email").values():
            requests = requests.try_lock_for_update().filtered(
                lambda request: request.state == "open" and request.date_reminder
            )
            if not requests:
                continue
            requests._send_reminder()
            for request in requests:
                request.reminder_count += 1
            requests._plan_next_reminder()
            if not self.env["ir.cron"]._commit_progress(len(requests)):
                return

    # When nobody answers

    def _get_late_since(self):
        """:return: since when whoever is asked now is late, or will be: passed on late, they got no time yet"""
        self.ensure_one()
        return max(self.date_due, self.date_sent or self.date_due)

    def _get_unanswered_words(self):
        """:return: who does not answer what, in a sentence"""
        self.ensure_one()
        return self.env._(
            "%(name)s does not answer: %(question)s", name=self.recipient_name, question=self.name
        )

    def _get_manager(self):
        """Who can help when nobody answers: the manager of a colleague where employees are kept,
        else who leads the team that asks.

        :return: res.users; override to know better
        """
        self.ensure_one()
        company = self.company_id
        # Employees are kept by another app, that need not be installed; who leads whom is read
        # for nothing but to tell them.
        user = self.user_id.sudo().with_company(company)
        manager = user.employee_id.parent_id.user_id if "employee_id" in user._fields else user.browse()
        manager = manager.filtered(lambda one: one.active and company in one.company_ids)
        return manager.sudo(self.env.su) or self.case_id.team_id.user_id or self.case_id.user_id
