from odoo import api, fields, models
from odoo.fields import Domain


class DisputeCaseTodoMixin(models.AbstractModel):
    """While a case is open somebody has something to do on it.

    Where nothing else is planned, a light to-do stands in: it is its owner's, it mails
    nobody, and it goes as soon as something real is planned.
    """

    _name = "dispute.case.todo.mixin"
    _description = "To-do of a Dispute"
    _inherit = ["mail.thread"]

    def write(self, vals):
        if "user_id" not in vals:
            return super().write(vals)
        before = {case: case.user_id for case in self}
        res = super().write(vals)
        self.filtered(lambda case: case.user_id != before[case])._follow_owner(before)
        return res

    def _start_stage(self, stage, at=None):
        super()._start_stage(stage, at=at)
        self._plan_next_steps()

    def _note_closing(self, at):
        super()._note_closing(at)
        self._cancel_activities()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Odoo has who holds a to-do follow the record; owners of disputes follow as owners."""
        if self.env.context.get("dispute_stand_in"):
            return True
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    @api.model
    def _get_next_step_type(self):
        """:return: mail.activity.type of the to-do that stands in; the admin may change it"""
        activity_type = self.env.ref(
            "dispute_management.mail_activity_type_next_step", raise_if_not_found=False
        )
        return activity_type or self._default_activity_type()

    @api.model
    def _get_activity_domain(self, case_ids):
        return Domain("res_model", "=", self._name) & Domain("res_id", "in", list(case_ids))

    def _plan_next_steps(self):
        """Give the owners of open cases on which nothing is planned something to do, in batch."""
        # Whoever did the last thing has no need to know or see what comes next.
        cases = self.sudo().filtered(lambda case: case.user_id and not case.is_closed)
        if not cases or self.env.context.get("mail_activity_automation_skip"):
            return
        activities = self.env["mail.activity"].sudo()
        groups = activities._read_group(self._get_activity_domain(cases.ids), ["res_id"])
        idle = cases - cases.browse(res_id for (res_id,) in groups)
        if not idle:
            return
        activity_type = self._get_next_step_type()
        model_id = self.env["ir.model"]._get_id(self._name)
        # Owners know their cases: no mail for each of them.
        activities.with_context(mail_activity_quick_update=True, dispute_stand_in=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "summary": activity_type.summary,
                    "note": activity_type.default_note,
                    "automated": True,
                    "user_id": case.user_id.id,
                    "date_deadline": due,
                }
                for case, due in idle._get_next_step_dates().items()
            ]
        )

    def _get_next_step_dates(self):
        """When the next step of cases is due: by the deadline, else on the next working day.

        Where the owner is to be told of an answer that stays out, the day they are told.

        :return: ``{case: date}``
        """
        clock = self.env["dispute.working.time"]
        now = fields.Datetime.now()
        known, dates = {}, {}
        for case in self:
            calendar = case._get_calendar()
            at = case.date_alert or case.date_deadline
            key = (calendar, at if at and at > now else None)
            if key not in known:
                (next_day,) = (
                    [key[1]]
                    if key[1]
                    else clock._get_deadlines([(calendar, now, calendar.hours_per_day or 24, ())])
                )
                known[key] = clock._get_local_date(calendar, next_day or now)
            dates[case] = known[key]
        return dates

    def _follow_owner(self, before):
        """What the suite planned for the owner goes to the new one.

        :param before: ``{case: owner before}``
        """
        former = self.env["res.users"].union(*before.values())
        if not former:
            self._plan_next_steps()
            return
        # The to-dos of another person, who may be gone.
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                self._get_activity_domain(self.ids)
                & Domain("user_id", "in", former.ids)
                & (
                    Domain("automated", "=", True)
                    | Domain("activity_type_id", "=", self._get_next_step_type().id)
                )
            )
        )
        by_owner = {}
        for activity in activities:
            case = self.browse(activity.res_id)
            if case.user_id and activity.user_id == before[case]:
                by_owner[case.user_id] = by_owner.get(case.user_id, activities.browse()) | activity
        for owner, theirs in by_owner.items():
            theirs.with_context(mail_activity_quick_update=True).write({"user_id": owner.id})
        self._plan_next_steps()

    def _cancel_activities(self):
        """Nothing is left to do on cases that close; what people had planned is noted."""
        # Whoever closes a case ends the to-dos of others on it.
        activities = self.env["mail.activity"].sudo().search(self._get_activity_domain(self.ids))
        notes = {}
        for activity in activities - activities._get_dispute_next_steps():
            notes.setdefault(activity.res_id, []).append(
                f"{activity.display_name} ({activity.user_id.name or '-'})"
            )
        if notes:
            self.browse(notes)._message_log_batch(
                bodies={
                    case_id: self.env._("Not needed any more: %s", ", ".join(names))
                    for case_id, names in notes.items()
                }
            )
        activities.unlink()
