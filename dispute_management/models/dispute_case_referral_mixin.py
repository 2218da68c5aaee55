from odoo import api, fields, models
from odoo.fields import Domain


class DisputeCaseReferralMixin(models.AbstractModel):
    """The ways outside that a case took, and whose turn it is while it is out."""

    _name = "dispute.case.referral.mixin"
    _description = "Dispute Referrals"

    referral_ids = fields.One2many(
        "dispute.referral", "case_id", readonly=True, groups="dispute_management.group_dispute_viewer"
    )
    referral_count = fields.Integer(
        compute="_compute_referral_count", groups="dispute_management.group_dispute_viewer"
    )

    @api.depends("referral_ids")
    def _compute_referral_count(self):
        groups = self.env["dispute.referral"]._read_group(
            [("case_id", "in", self.ids)], ["case_id"], ["__count"]
        )
        counts = {case.id: count for case, count in groups}
        for case in self:
            case.referral_count = counts.get(case.id, 0)

    # Actions

    def action_view_referrals(self):
        """:return: action on the referrals of these cases"""
        action = self.referral_ids._get_records_action(name=self.env._("Referrals"))
        return {**action, "context": {"create": False}}

    # Business

    def _get_cannot_refer_reason(self):
        """:return: why this case can't go to an outside body, or False"""
        self.ensure_one()
        if self.merged_into_id:
            return self.env._("It was merged into %s: refer that one.", self.merged_into_id.name)
        if self.is_closed:
            return self.env._("It is closed: reopen it to refer it.")
        if not (self.partner_id and self.line_ids):
            return self.env._("Name the customer and the document in dispute first.")
        return False

    def _wait_for_third_party(self):
        """Cases are out: put them where they wait, or note whose turn it is where no rule lets them."""
        for case in self:
            stage = case.pipeline_id._get_stage("waiting_third_party")
            waits = case.stage_id.kind == "waiting_third_party"
            if stage and not waits and not case._get_cannot_enter_reason(stage):
                case._move_to_stage(stage)
            case._change_turn("third_party")

    def _stop_waiting_for_third_party(self):
        """Cases came back: it is our turn, unless somebody else is still asked."""
        self.filtered(lambda case: case.waiting_on == "third_party")._follow_requests()

    def _get_whom_asked(self):
        # What is out counts, whoever may read it.
        is_out = any(self.sudo().referral_ids.mapped("is_open"))
        return super()._get_whom_asked() + (["third_party"] if is_out else [])

    def _note_closing(self, at):
        res = super()._note_closing(at)
        # What is out counts, whoever closes.
        activities = self.env["mail.activity"].sudo()
        activities._dispute_schedule(
            "dispute_management.mail_activity_type_referral",
            [
                (
                    referral.case_id,
                    {
                        "user_id": (referral.case_id.user_id or self.env.user).id,
                        "summary": self.env._("Tell %s that the case is closed", referral._get_body_name()),
                        "note": self.env._("Then record the outcome of the referral."),
                    },
                )
                for referral in self.sudo().referral_ids.filtered("is_open")
            ],
        )
        return res

    def _take_over_thread(self, sources):
        res = super()._take_over_thread(sources)
        # Their way outside goes on with the case, and with it the turn.
        sources.referral_ids.write({"case_id": self.id})
        if any(self.referral_ids.mapped("is_open")):
            self._wait_for_third_party()
        return res

    # What may be shown outside

    def _get_customer_messages(self):
        """:return: mail.message that the customer could read, oldest first; never an internal note"""
        self.ensure_one()
        return self.env["mail.message"].search(
            Domain("model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("subtype_id", "=", self.env.ref("mail.mt_comment").id)
            & Domain("is_internal", "=", False)
            & Domain(
                "message_type",
                "in",
                ("comment", "email", "email_outgoing", "auto_comment", "out_of_office"),
            ),
            order="date, id",
        )

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name.replace("/", "-")
