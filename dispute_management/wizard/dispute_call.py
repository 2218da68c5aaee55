from odoo import fields, models


class DisputeCall(models.TransientModel):
    """Note a phone call with the customer, and when to get back to them."""

    _name = "dispute.call"
    _description = "Log a Call on a Dispute"
    _inherit = ["dispute.wizard.mixin"]

    case_id = fields.Many2one("dispute.case", required=True)
    note = fields.Text(string="What was said", required=True)
    date_next = fields.Date(string="Get back to them on")

    def action_log(self):
        """Put the call on record: it answers the customer, and sets the owner's next date."""
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        case.message_post(body=self.env._("Phone call: %s", self.note), subtype_xmlid="mail.mt_note")
        case._meet_first_response(fields.Datetime.now())
        case._take_up_answer()
        if self.date_next:
            case.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=self.date_next,
                user_id=(case.user_id or self.env.user).id,
            )
        return {"type": "ir.actions.act_window_close"}
