import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

#: Fields of a case that hold when something is due in its stage, and the days that say so.
TIMERS = {
    "date_reminder": "reminder_days",
    "date_alert": "alert_days",
    "date_timeout": "timeout_days",
}


class DisputeCaseStageEntryMixin(models.AbstractModel):
    """What a case's stage starts: mail, activities, reminder, and moving on by itself."""

    _name = "dispute.case.stage.entry.mixin"
    _description = "Dispute Stage Automation"

    date_reminder = fields.Datetime(string="Reminder due", readonly=True, copy=False, index="btree_not_null")
    date_alert = fields.Datetime(string="Alert due", readonly=True, copy=False, index="btree_not_null")
    date_timeout = fields.Datetime(string="Moves on at", readonly=True, copy=False, index="btree_not_null")

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        for stage, entered in cases.grouped("stage_id").items():
            entered._start_stage(stage)
        return cases

    def _start_stage(self, stage, at=None):
        """Start what the admin attached to a stage, for cases that just entered it.

        :param stage: dispute.stage
        :param at: when they entered, a naive UTC datetime; a move in the past starts nothing
        """
        # What a stage starts is the admin's setting, not a right of whoever moves the case.
        stage = stage.sudo()
        self._set_timers(stage, at)
        recently = fields.Datetime.now() - timedelta(hours=1)
        entering = self.filtered(lambda case: (at or case.waiting_since) >= recently)
        if stage.mail_template_id:
            entering._send_to_customer(stage.mail_template_id)
        if stage.activity_plan_id:
            entering._start_plan(stage.activity_plan_id)

    def _change_turn(self, waiting_on, at=None):
        """What waits for somebody waits no more when they answer."""
        turning = self.filtered(lambda case: not case.is_closed and case.waiting_on != waiting_on)
        super()._change_turn(waiting_on, at=at)
        # What a stage starts is the admin's setting, not a right of whoever answers.
        for stage, cases in turning.grouped("stage_id").items():
            if stage.sudo().waiting_on == waiting_on:
                cases._set_timers(stage.sudo(), at)
            else:
                cases._write_facts(dict.fromkeys(TIMERS, False))

    def _set_timers(self, stage, at=None):
        """Note when reminder, alert and moving on are due.

        :param at: when the cases entered the stage; none asks each case
        """
        if not any(stage[days] for days in TIMERS.values()):
            timed = self.filtered(lambda case: any(case[name] for name in TIMERS))
            timed._write_facts(dict.fromkeys(TIMERS, False))
            return
        starts = [at or case.waiting_since for case in self]
        for name, days in TIMERS.items():
            self._set_timer(name, self._get_dues(stage, stage[days], starts))

    def _get_dues(self, stage, days, starts):
        """When so many days in a stage are over.

        :param starts: naive UTC datetimes, one a case
        :return: list of naive UTC datetimes, one a case; None where they never are
        """
        if not days:
            return [None] * len(self)
        if stage.wait_unit == "calendar":
            return [start + timedelta(days=days) for start in starts]
        calendars = [case._get_calendar() for case in self]
        # Calendars are readable by few; how long a day is, is no secret.
        return self.env["dispute.working.time"]._get_deadlines(
            [
                (calendar, start, days * (calendar.sudo().hours_per_day or 24), ())
                for calendar, start in zip(calendars, starts, strict=True)
            ]
        )

    def _set_timer(self, name, dues):
        """Note when one of `TIMERS` is due.

        :param dues: naive UTC datetimes or None, one a case
        """
        for due, cases in self._group_by_value(dues):
            cases._write_facts({name: due or False})

    def _follow_timers(self, stage, before):
        """Let cases that wait in a stage follow a change of its days.

        What was done already is not done again. Where moving on would be due already, days are
        counted from now, so that no change moves cases at once.

        :param stage: dispute.stage
        :param before: ``{name of the timer: days before}`` of those that changed
        """
        now = fields.Datetime.now()
        starts = [case.waiting_since for case in self]
        if "date_timeout" in before:
            dues = self._get_dues(stage, stage.timeout_days, starts)
            starts = [now if due and due <= now else start for due, start in zip(dues, starts, strict=True)]
        for name, days in before.items():
            dues = dict(zip(self, self._get_dues(stage, stage[TIMERS[name]], starts), strict=True))
            pending = self.filtered(name) if days else self
            pending._set_timer(name, [dues[case] for case in pending])

    def _group_by_value(self, values):
        """:return: list of ``(value, cases)``, cases in order with one value each"""
        groups = {}
        for case, value in zip(self, values, strict=True):
            groups.setdefault(value, []).append(case.id)
        return [(value, self.browse(ids).with_prefetch(self._prefetch_ids)) for value, ids in groups.items()]

    def _send_to_customer(self, template):
        """Send a mail template to the contacts of these cases, once a case.

        :param template: mail.template on `dispute.case`
        """
        for case in self.filtered("contact_id.email"):
            case.message_post_with_source(
                template,
                email_layout_xmlid="dispute_management.mail_layout",
                message_type="auto_comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=case.contact_id.ids,
            )

    def _start_plan(self, plan):
        """Schedule the activities of a plan for each case.

        :param plan: mail.activity.plan; who does each follows from its template
        """
        today = fields.Date.context_today(self)
        vals_list = []
        model_id = self.env["ir.model"]._get_id(self._name)
        # What a case that came here before still has to do is not asked for twice.
        open_activities = self.env["mail.activity"].sudo().search(self._get_activity_domain(self.ids))
        planned = {
            (activity.res_id, activity.activity_type_id, activity.summary or "")
            for activity in open_activities
        }
        for template in plan.template_ids:
            deadlines = template._get_case_deadlines(self, today)
            for case in self:
                if (case.id, template.activity_type_id, template.summary or "") in planned:
                    continue
                responsible = template._determine_responsible(case.user_id, case)["responsible"]
                responsible = responsible.filtered("active")
                vals_list.append(
                    {
                        "res_model_id": model_id,
                        "res_id": case.id,
                        "activity_type_id": template.activity_type_id.id,
                        "summary": template.summary,
                        "note": template.note,
                        "automated": True,
                        "user_id": (responsible or case.user_id).id,
                        "date_deadline": deadlines[case],
                    }
                )
        # Activities of a stage are made for people who may be unable to see the case yet.
        self.env["mail.activity"].sudo().create(vals_list)

    @api.model
    def _cron_stage_timers(self, batch=100):
        """Remind customers, tell owners and move cases on whose time in a stage is up.

        Done in committed batches; what was done is noted with the case, so that stopping
        anywhere and running twice is harmless.

        :param batch: cases a commit
        """
        for name, method in (
            ("date_timeout", "_time_out"),
            ("date_alert", "_alert_owner"),
            ("date_reminder", "_remind_customer"),
        ):
            domain = Domain(name, "<=", fields.Datetime.now()) & Domain("is_closed", "=", False)
            while cases := self.search(domain, limit=batch, order=f"{name}, id"):
                cases = cases.try_lock_for_update().filtered_domain(domain)
                if not cases:
                    break
                cases._write_facts({name: False})
                cases._do_timer(method)
                if not self.env["ir.cron"]._commit_progress(len(cases)):
                    return

    def _do_timer(self, method):
        """Do what is due on all at once; where that fails, one by one, and owners are told of what can't be done.

        :param str method: name of what is due
        """
        try:
            with self.env.cr.savepoint():
                getattr(self, method)()
        # Whatever is wrong with one case, such as its mail, stops no other.
        except Exception as error:  # pylint: disable=broad-except
            self.invalidate_recordset()
            if len(self) > 1:
                for case in self:
                    case._do_timer(method)
                return
            _logger.warning("%s of %s failed", method, self.name, exc_info=True)
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=(self.user_id or self.team_id.user_id).id or self.env.uid,
                summary=self.env._("Stage %s: what is due could not be done", self.stage_id.name),
                note=str(error),
            )

    def _remind_customer(self):
        for stage, cases in self.grouped("stage_id").items():
            template = stage.reminder_template_id or self.env.ref(
                "dispute_management.mail_template_dispute_reminder", raise_if_not_found=False
            )
            if template:
                cases._send_to_customer(template)

    def _alert_owner(self):
        told = [((case.user_id or case.team_id.user_id).id or self.env.uid, case.stage_id) for case in self]
        for (owner_id, stage), cases in self._group_by_value(told):
            cases.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=owner_id,
                summary=self.env._("No answer yet: %s", stage.name),
            )

    def _time_out(self):
        """Move cases on whose time in their stage is up; one that can't asks its owner."""
        for stage, cases in self.grouped("stage_id").items():
            target = stage.timeout_stage_id
            if target._is_closed():
                cases.write(
                    {
                        "resolution_id": stage.timeout_resolution_id.id,
                        "cause_id": stage.timeout_cause_id.id,
                    }
                )
            cases._move_or_tell(target)

    def _move_or_tell(self, stage):
        """Move on to a stage; a case that its rules keep back asks its owner instead.

        :param stage: dispute.stage
        """
        reasons = [case._get_cannot_enter_reason(stage) for case in self]
        told = [
            reason and (reason, case.user_id.id or self.env.uid)
            for reason, case in zip(reasons, self, strict=True)
        ]
        for barred, cases in self._group_by_value(told):
            if not barred:
                cases._move_to_stage(stage)
                continue
            reason, owner_id = barred
            cases.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=owner_id,
                summary=self.env._("Could not move on to %s", stage.name),
                note=reason,
            )
