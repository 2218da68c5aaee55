from odoo import models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def write(self, vals):
        self._check_dispute_access(vals)
        return super().write(vals)

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
        disputes = self.filtered(lambda activity: activity.res_model == "dispute.case")
        disputes._check_dispute_fields()
        moves = [
            (activity.activity_type_id.dispute_stage_id, activity.res_id)
            for activity in disputes
            if activity.activity_type_id.dispute_stage_id and activity.active
        ]
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        self._move_disputes(moves)
        return res

    def _check_dispute_fields(self):
        """:raise UserError: when an activity asks for a field of its dispute that is empty"""
        labels = dict(self.env["mail.activity.type"]._get_dispute_fields())
        for activity in self:
            name = activity.activity_type_id.dispute_field_name
            # Whoever holds the activity may answer it, though they can't read everything.
            case = self.env["dispute.case"].sudo().browse(activity.res_id)
            if name and not case[name]:
                raise UserError(
                    self.env._(
                        "%(case)s: fill in %(field)s before this is done.",
                        case=case.name,
                        field=labels[name],
                    )
                )

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
