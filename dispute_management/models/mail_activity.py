from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: What somebody who edits a stand-in makes their own by.
PLANNED_BY_HAND = frozenset({"summary", "note", "date_deadline", "user_id", "activity_type_id"})


class MailActivity(models.Model):
    _inherit = "mail.activity"

    dispute_request_id = fields.Many2one(
        "dispute.information.request", string="Question", readonly=True, index="btree_not_null"
    )
    dispute_unanswered_id = fields.Many2one(
        "dispute.information.request",
        string="Unanswered Question",
        readonly=True,
        index="btree_not_null",
        help="Somebody does not answer it: to see to, until it is answered.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._replace_dispute_next_steps()
        return activities

    def write(self, vals):
        self._check_dispute_access(vals)
        cases = self._get_disputes() if vals.get("active") is False else ()
        by_hand = not self.env.su and PLANNED_BY_HAND & vals.keys()
        taken = self._get_dispute_next_steps() if by_hand else ()
        res = super().write(vals)
        if taken:
            super(MailActivity, taken).write({"automated": False})
        if cases:
            cases._plan_next_steps()
        return res

    def unlink(self):
        cases = self._get_disputes()
        res = super().unlink()
        if cases:
            cases.exists()._plan_next_steps()
        return res

    @api.model
    def _dispute_schedule(self, type_xmlid, rows):
        """Schedule activities of one type at once, each with words and a person of its own.

        :param type_xmlid: external id of a mail.activity.type
        :param rows: list of ``(record, values)``, records of one model; the day is today unless given
        :return: mail.activity, one a row
        """
        if not rows or self.env.context.get("mail_activity_automation_skip"):
            return self.browse()
        record = rows[0][0]
        activity_type = self.env.ref(type_xmlid, raise_if_not_found=False) or record._default_activity_type()
        shared = {
            "activity_type_id": activity_type.id,
            "res_model_id": self.env["ir.model"]._get_id(record._name),
            "date_deadline": fields.Date.context_today(self),
            "automated": True,
        }
        return self.create([{**shared, "res_id": record.id, **values} for record, values in rows])

    def _to_store_defaults(self, target):
        # The chatter shows it where there is no summary, though Odoo 19.0 does not send it.
        return [*super()._to_store_defaults(target), "display_name"]

    def _get_disputes(self):
        """:return: dispute.case of these activities, as superuser"""
        # A case goes on, whoever cancels what was planned on it.
        return (
            self.env["dispute.case"]
            .sudo()
            .browse({activity.res_id for activity in self if activity.res_model == "dispute.case"})
        )

    def _get_dispute_next_steps(self):
        """:return: those that only stand in, until something is planned on their disputes"""
        disputes = self.filtered(lambda activity: activity.res_model == "dispute.case")
        if not disputes:
            return disputes
        next_step = self.env["dispute.case"]._get_next_step_type()
        return disputes.filtered(
            lambda activity: activity.automated and activity.activity_type_id == next_step
        )

    def _replace_dispute_next_steps(self):
        """Something real is planned on these disputes: what stood in for it goes."""
        disputes = self.filtered(lambda activity: activity.res_model == "dispute.case")
        planned = disputes - disputes._get_dispute_next_steps()
        if not planned:
            return
        cases = self.env["dispute.case"]
        # The owner's stand-in, whoever plans.
        stand_ins = self.sudo().search(
            cases._get_activity_domain(planned.mapped("res_id"))
            & Domain("automated", "=", True)
            & Domain("activity_type_id", "=", cases._get_next_step_type().id)
            & Domain("id", "not in", planned.ids)
        )
        stand_ins.unlink()

    def _check_dispute_access(self, vals):
        """An activity lets whoever holds it read a case, so no one may carry one there.

        :raise AccessError: when an activity is moved to a case that the user can't read
        """
        if self.env.su or not {"res_id", "res_model", "res_model_id"} & set(vals):
            return
        # Only to name the model that the user names by its id.
        model = vals.get("res_model") or self.env["ir.model"].sudo().browse(vals.get("res_model_id")).model
        for activity in self:
            if (model or activity.res_model) == "dispute.case":
                self.env["dispute.case"].browse(vals.get("res_id") or activity.res_id).check_access("read")

    def _action_done(self, feedback=False, attachment_ids=None):
        answering = self._get_dispute_questions()
        if answering:
            answering._answer_dispute_questions(feedback, attachment_ids)
            # What was answered is done by its answer.
            return (self - answering)._action_done(feedback=feedback, attachment_ids=attachment_ids)
        disputes = self.filtered(lambda activity: activity.res_model == "dispute.case")
        disputes._check_dispute_fields(feedback, attachment_ids)
        cases = disputes.filtered("active")._get_disputes()
        moves = [
            (activity.activity_type_id.dispute_stage_id, activity.res_id)
            for activity in disputes
            if activity.activity_type_id.dispute_stage_id and activity.active
        ]
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        self._move_disputes(moves)
        if cases:
            cases._note_activity_done()
        return res

    def _get_dispute_questions(self):
        """:return: those of these activities that ask an open question"""
        # Whoever has the to-do may answer; the question is not theirs to read before.
        return self.filtered(
            lambda activity: activity.active and activity.sudo().dispute_request_id.state == "open"
        )

    def _answer_dispute_questions(self, feedback, attachment_ids):
        """Take what is written on marking a to-do done as the answer to its question.

        :raise UserError: when the question needs more than words
        """
        for activity in self:
            # Only who was asked answers; the question itself is read for them.
            request = activity.sudo().dispute_request_id
            if activity.user_id != self.env.user:
                raise UserError(self.env._("%s: only who was asked can answer.", request.name))
            wanted = request.item_ids.filtered(lambda item: item.is_required and item.kind != "file")
            if wanted or not (feedback or "").strip():
                raise UserError(
                    self.env._(
                        "%(question)s: open the form in the to-do and answer there. It asks for: %(items)s.",
                        question=request.name,
                        items=", ".join(wanted.mapped("name")) or self.env._("an answer in words"),
                    )
                )
            files = self.env["ir.attachment"].browse(attachment_ids or ())
            files.check_access("read")
            items = request.item_ids.filtered(lambda item: item.kind == "file")[:1]
            if items.is_required and not files:
                raise UserError(self.env._("%s: please attach a file.", request.name))
            request._answer(self.env.user.name, feedback, {items: files.sudo()} if items and files else {})

    def _check_dispute_fields(self, feedback=False, attachment_ids=None):
        """Ask for what activities need before they are done.

        :raise UserError: when an activity asks for a field of its dispute that is empty; in the
            web client a form opens instead that takes it, with what was written already
        """
        labels = dict(self.env["mail.activity.type"]._get_dispute_fields())
        for activity in self:
            name = activity.activity_type_id.dispute_field_name
            # Whoever holds the activity may answer it, though they can't read everything.
            case = self.env["dispute.case"].sudo().browse(activity.res_id)
            if name and not case[name]:
                refusal = UserError(
                    self.env._(
                        "%(case)s: fill in %(field)s before this is done.",
                        case=case.name,
                        field=labels[name],
                    )
                )
                action = self.env["dispute.activity.done"]._get_action(activity, feedback, attachment_ids)
                # What the web client opens (see static/src/errors); over the API an error as any other.
                refusal.context = action and {"dispute_action": action} or {}
                raise refusal

    def _move_disputes(self, moves):
        """Move cases on by activities that are done.

        :param moves: list of ``(dispute.stage, case id)``
        """
        by_stage = {}
        for stage, case_id in moves:
            by_stage.setdefault(stage, []).append(case_id)
        for stage, case_ids in by_stage.items():
            # The admin gave this activity the power to move the case; holding it is enough.
            cases = self.env["dispute.case"].sudo().browse(case_ids)
            cases = cases.filtered(
                lambda case, stage=stage: not case.is_closed and case.pipeline_id == stage.pipeline_id
            )
            cases._move_to_stage(stage.sudo())
