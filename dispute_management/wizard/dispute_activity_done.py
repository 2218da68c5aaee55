from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeActivityDone(models.TransientModel):
    """Give the field that an activity asks for, and mark it done.

    Whoever holds the activity answers this one field, whatever their rights on the dispute.
    """

    _name = "dispute.activity.done"
    _description = "Mark a Dispute Activity Done"
    _inherit = ["dispute.wizard.mixin"]

    activity_id = fields.Many2one("mail.activity", required=True, readonly=True, ondelete="cascade")
    activity_name = fields.Char(string="To-do", compute="_compute_activity")
    case_name = fields.Char(string="Dispute", compute="_compute_activity")
    field_name = fields.Char(compute="_compute_activity")
    company_id = fields.Many2one("res.company", compute="_compute_activity")
    partner_id = fields.Many2one("res.partner", compute="_compute_activity")
    feedback = fields.Text(string="Note")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True)

    # One for each field that an activity may ask for, named as it is on the case
    cause_id = fields.Many2one(
        "dispute.cause",
        string="Root Cause",
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', company_id)]",
    )
    resolution_id = fields.Many2one(
        "dispute.resolution",
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', company_id)]",
    )
    contact_id = fields.Many2one("res.partner", domain="[('id', 'child_of', partner_id)]")
    coordinator_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    customer_reference = fields.Char()
    customer_wish = fields.Selection(
        selection=lambda self: self.env["dispute.case"]._fields["customer_wish"].selection,
        string="Desired Outcome",
    )
    description = fields.Text(string="What the customer says")
    tag_ids = fields.Many2many("dispute.tag", string="Tags")

    @api.depends("activity_id")
    def _compute_activity(self):
        for wizard in self:
            activity = wizard.activity_id
            # Who may do what an activity asks for may know which dispute it is about.
            case = self.env["dispute.case"].sudo().browse(activity.res_id)
            wizard.activity_name = activity.display_name
            wizard.case_name = case.name
            wizard.field_name = activity.activity_type_id.dispute_field_name
            wizard.company_id = case.company_id
            wizard.partner_id = case.partner_id

    @api.model
    def _get_action(self, activity, feedback=False, attachment_ids=None):
        """:return: action that asks for what an activity needs, or None where nobody can give it by hand"""
        name = activity.activity_type_id.dispute_field_name
        facts = self.env["dispute.case"]._get_fact_fields()
        if name not in self._fields or name in facts:
            return None
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mark Done"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_activity_id": activity.id,
                "default_feedback": feedback or False,
                "default_attachment_ids": list(attachment_ids or ()),
            },
        }

    def action_done(self):
        """Note the field on the dispute and mark the activity done.

        :raise UserError: when it is not given
        """
        self.ensure_one()
        activity, name = self.activity_id, self.field_name
        activity.check_access("write")
        if not activity.active:
            return {"type": "ir.actions.act_window_close"}
        # Only the field that the administrator had this activity ask for, and only while it is
        # empty: what others have given meanwhile stands.
        case = self.env["dispute.case"].sudo().browse(activity.res_id)
        if activity.res_model == "dispute.case" and name and not case[name]:
            if not self._get_action(activity) or not self[name]:
                raise UserError(
                    self.env._(
                        "%(case)s: fill in %(field)s before this is done.",
                        case=case.name,
                        field=case._fields[name]._description_string(self.env),
                    )
                )
            case.write({name: self._fields[name].convert_to_write(self[name], self)})
        activity.action_feedback(feedback=self.feedback, attachment_ids=self.attachment_ids.ids)
        if self.env["dispute.case"].browse(activity.res_id).has_access("read"):
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return self.env["ir.actions.act_window"]._for_xml_id("mail.mail_activity_action_my")
