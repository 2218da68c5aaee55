from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Reminders to one person about one question; after these only the manager can help.
MAX_REMINDERS = 6
BATCH = 100


class DisputeInformationReminderMixin(models.AbstractModel):
    """Reminders of open requests, in one mail a person, and then their manager."""

    _name = "dispute.information.reminder.mixin"
    _description = "Dispute Reminders"

    date_reminder = fields.Datetime(string="Next reminder", readonly=True, index="btree_not_null")
    reminder_count = fields.Integer(string="Reminders", readonly=True, aggregator=None)
    date_escalation = fields.Datetime(string="Manager told at", readonly=True, index="btree_not_null")

    def _plan_reminders(self):
        """Set when open questions are remembered first, and when the manager is told."""
        now = fields.Datetime.now()
        for request in self:
            question = request.question_id
            first = request.date_due - timedelta(days=question.remind_days if question else 1)
            escalate = question.escalate_days if question else 3
            request.date_reminder = first if first > now else request.date_due
            request.reminder_count = 0
            request.date_escalation = (
                escalate and request._get_working_deadlines(request.date_due, [escalate])[0]
            )

    def _plan_next_reminder(self):
        now = fields.Datetime.now()
        for request in self:
            repeat = request.question_id.repeat_days if request.question_id else 2
            count = request.reminder_count + 1
            following = False
            if request.date_due > now:
                following = request.date_due
            elif repeat and count < MAX_REMINDERS:
                following = request._get_working_deadlines(now, [repeat])[0]
            request.date_reminder = following
            request.reminder_count = count

    @api.model
    def _cron_remind(self):
        """Remind of questions, a person with many in one mail; then tell managers of those long overdue.

        Each person's mail is committed with the plan for the next, so that a run that is
        stopped and started again reminds nobody twice.
        """
        now = fields.Datetime.now()
        due = self.search(Domain("state", "=", "open") & Domain("date_reminder", "<=", now), limit=10 * BATCH)
        for requests in due.grouped("email").values():
            requests = requests.try_lock_for_update().filtered(
                lambda request: request.state == "open" and request.date_reminder
            )
            if not requests:
                continue
            requests._send_reminder()
            requests._plan_next_reminder()
            if not self.env["ir.cron"]._commit_progress(len(requests)):
                return
        overdue = self.search(
            Domain("state", "=", "open") & Domain("date_escalation", "<=", now), limit=10 * BATCH
        )
        overdue._tell_managers()
        self.env["ir.cron"]._commit_progress(len(overdue))

    def _get_manager(self):
        """Who is told when nobody answers: the colleague's manager where employees are kept, else the team leader.

        :return: res.users; override to know better
        """
        self.ensure_one()
        user = self.user_id
        # Employees are kept by another app, that need not be installed.
        manager = user.employee_id.parent_id.user_id if "employee_id" in user._fields else user.browse()
        return manager or self.case_id.team_id.user_id or self.case_id.user_id

    def _tell_managers(self):
        """Give each manager one to-do for each question that stays unanswered, once."""
        for request in self:
            request.case_id.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=request._get_manager().id or self.env.uid,
                summary=self.env._(
                    "%(name)s does not answer: %(question)s",
                    name=request.recipient_name,
                    question=request.name,
                ),
            )
        self.write({"date_escalation": False})
