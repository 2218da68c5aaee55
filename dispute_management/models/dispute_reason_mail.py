from odoo import fields, models


class DisputeReasonMail(models.Model):
    """A mail that customers get instead of the usual one, when their case has a certain reason."""

    _name = "dispute.reason.mail"
    _description = "Dispute Mail of a Reason"
    _order = "reason_id, template_id, id"

    reason_id = fields.Many2one("dispute.reason", required=True, index=True, ondelete="cascade")
    template_id = fields.Many2one(
        "mail.template",
        string="Instead of",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('model', '=', 'dispute.case')]",
    )
    own_template_id = fields.Many2one(
        "mail.template",
        string="Send",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('model', '=', 'dispute.case'), ('id', '!=', template_id)]",
    )

    _template_uniq = models.Constraint(
        "UNIQUE(reason_id, template_id)", "This mail is replaced already for this reason."
    )

    def action_preview(self):
        """:return: action that shows the mail as the customer of the newest case with this reason gets it"""
        self.ensure_one()
        case = self.env["dispute.case"].search([("reason_id", "=", self.reason_id.id)], limit=1)
        action = self.env["ir.actions.act_window"]._for_xml_id("mail.mail_template_preview_action")
        context = {"default_mail_template_id": self.own_template_id.id}
        if case:
            context |= {
                "default_resource_ref": f"dispute.case,{case.id}",
                "default_lang": case.contact_id.lang or False,
            }
        return {**action, "context": context}
