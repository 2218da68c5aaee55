from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Kinds of stages in each phase of a case; a step of the phase "open" fits all open ones.
PHASES = {
    "check": ("new", "assessing"),
    "wait": ("waiting_customer", "waiting_third_party"),
    "offer": ("proposed",),
}

#: States of a settlement on which nobody works any more.
SETTLED_STATES = ("declined", "expired", "cancelled", "executed")


class DisputeNextStep(models.Model):
    """A step suggested on a case, by its reason and stage, and what its button does.

    Another kind of step is a value added to `action_kind`, with a method `_take_<kind>`.
    """

    _name = "dispute.next.step"
    _description = "Dispute Next Step"
    _inherit = ["dispute.configuration.mixin"]
    _check_company_auto = True

    reason_ids = fields.Many2many(
        "dispute.reason", string="Reasons", check_company=True, help="Empty: all reasons."
    )
    phase = fields.Selection(
        [
            ("open", "In any open stage"),
            ("check", "While it is new or being checked"),
            ("wait", "While we wait for an answer"),
            ("offer", "While an offer is made"),
        ],
        string="When",
        required=True,
        default="check",
    )
    stage_ids = fields.Many2many(
        "dispute.stage", string="Only in stages", help="Empty: in every stage of that kind."
    )
    evidence_type_id = fields.Many2one(
        "dispute.evidence.type",
        string="Until there is",
        ondelete="cascade",
        index="btree_not_null",
        help="Suggested while this item of the evidence list is missing.",
    )
    action_kind = fields.Selection(
        [
            ("mail", "Write to the customer"),
            ("ask", "Ask a colleague or third party"),
            ("activity", "Plan an activity"),
            ("settle", "Propose a settlement"),
            ("move", "Move to a stage"),
            ("call", "Log a call"),
        ],
        string="The button",
        required=True,
        default="activity",
        help="What the step does.",
    )
    question_id = fields.Many2one("dispute.question", string="The question", index="btree_not_null")
    mail_template_id = fields.Many2one("mail.template", domain="[('model', '=', 'dispute.case')]")
    activity_type_id = fields.Many2one(
        "mail.activity.type", domain="[('res_model', 'in', (False, 'dispute.case'))]"
    )
    responsible = fields.Selection(
        [
            ("owner", "Owner"),
            ("leader", "Team leader"),
            ("coordinator", "Coordinator"),
            ("salesperson", "Salesperson of the invoice"),
        ],
        string="For",
        required=True,
        default="owner",
        help="Where there is none, the owner.",
    )
    delay_days = fields.Integer(string="Due in working days", default=1)
    settlement_kind = fields.Selection(selection="_get_settlement_kinds", string="Proposal")
    stage_id = fields.Many2one("dispute.stage", string="To the stage", index="btree_not_null")

    _delay_positive = models.Constraint("CHECK(delay_days >= 0)", "Days can't be negative.")

    @api.model
    def _get_settlement_kinds(self):
        return self.env["settlement.propose"]._fields["kind"]._description_selection(self.env)

    @api.constrains("action_kind", "question_id", "activity_type_id", "settlement_kind", "stage_id")
    def _check_action(self):
        needed = {
            "ask": "question_id",
            "activity": "activity_type_id",
            "settle": "settlement_kind",
            "move": "stage_id",
        }
        for step in self:
            name = needed.get(step.action_kind)
            if name and not step[name]:
                raise ValidationError(
                    self.env._(
                        "%(step)s: choose %(field)s.",
                        step=step.name,
                        field=step._fields[name]._description_string(self.env),
                    )
                )

    def _fits(self, case):
        """:return: whether to suggest this step on a case"""
        self.ensure_one()
        return (
            not case.is_closed
            and self not in case.done_step_ids
            and (not self.company_id or self.company_id in case.company_id.parent_ids)
            and (not self.reason_ids or case.reason_id in self.reason_ids)
            and (self.phase == "open" or case.stage_kind in PHASES[self.phase])
            and (not self.stage_ids or case.stage_id in self.stage_ids)
            and self._is_useful(case)
        )

    def _is_useful(self, case):
        """Override for kinds of your own.

        :return: whether there is something to do, and the case allows it
        """
        self.ensure_one()
        wanted = case.evidence_ids.filtered(
            lambda item: item.type_id == self.evidence_type_id and not item.is_there
        )
        if self.evidence_type_id and not wanted:
            return False
        if self.action_kind == "mail":
            return bool(case.contact_id.email)
        if self.action_kind == "ask":
            asked = case.request_ids.filtered(lambda request: request.state != "cancelled")
            return bool(case.line_ids) and self.question_id not in asked.question_id
        if self.action_kind == "settle":
            running = case.settlement_ids.filtered(lambda item: item.state not in SETTLED_STATES)
            return bool(case.amount_open) and not running
        if self.action_kind == "move":
            return self.stage_id != case.stage_id and not case._get_cannot_enter_reason(self.stage_id)
        return True

    def _take(self, case):
        """Do on a case what the button of this step promises.

        :return: an action that asks for more, or None when it is done
        """
        self.ensure_one()
        return getattr(self, f"_take_{self.action_kind}")(case)

    def _take_mail(self, case):
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": case._name,
                "default_res_ids": case.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": case.contact_id.ids,
                "default_template_id": case.reason_id._get_mail(self.mail_template_id).id,
                "dispute_next_step_id": self.id,
            },
        }

    def _take_ask(self, case):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dispute_management.information_request_send_action"
        )
        action["context"] = {"default_case_id": case.id, "default_question_id": self.question_id.id}
        return action

    def _take_activity(self, case):
        # Whose activity it is follows from the case, whoever plans it.
        people = {
            "owner": case.user_id,
            "leader": case.sudo().team_id.user_id,
            "coordinator": case.coordinator_id,
            "salesperson": case.sudo().line_ids.move_id.invoice_user_id[:1],
        }
        user = people[self.responsible].filtered("active") or case.user_id or self.env.user
        case.activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=self.name,
            user_id=user.id,
            date_deadline=case._get_date_after(self.delay_days),
        )
        case._note_step(self)

    def _take_settle(self, case):
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.settlement_propose_action")
        action["context"] = {"default_case_id": case.id, "default_kind": self.settlement_kind}
        return action

    def _take_move(self, case):
        case._move_to_stage(self.stage_id)

    def _take_call(self, case):
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.dispute_call_action")
        action["context"] = {"default_case_id": case.id, "dispute_next_step_id": self.id}
        return action
