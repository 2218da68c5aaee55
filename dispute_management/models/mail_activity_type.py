from odoo import api, fields, models


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    dispute_stage_id = fields.Many2one(
        "dispute.stage",
        string="Done moves the dispute to",
        index="btree_not_null",
        help="Marking an activity of this type done moves its dispute there.",
    )
    dispute_field_name = fields.Selection(
        selection="_get_dispute_fields",
        string="Done asks for",
        help="Can't be done before this field of its dispute is filled in.",
    )

    @api.model
    def _get_dispute_fields(self):
        return self.env["dispute.stage.requirement"]._get_requirable_fields()
