from odoo import api, fields, models

#: Models whose activity types an administrator of disputes keeps.
DISPUTE_MODELS = ("dispute.case", "dispute.settlement")


class MailActivityType(models.Model):
    _name = "mail.activity.type"
    _inherit = ["mail.activity.type", "dispute.right.mixin"]

    dispute_stage_id = fields.Many2one(
        "dispute.stage",
        string="Done moves the dispute to",
        index="btree_not_null",
        help="Marking an activity of this type done moves its dispute there.",
    )
    dispute_field_name = fields.Selection(
        selection="_get_dispute_fields",
        string="Done asks for",
        help="Whoever marks it done is asked for this field of its dispute where it is empty.",
    )

    @api.model
    def _get_dispute_fields(self):
        return self.env["dispute.stage.requirement"]._get_requirable_fields()

    def write(self, vals):
        res = super().write(vals)
        if "res_model" in vals:
            # No type of disputes becomes one of all documents.
            self.check_access("write")
        return res

    def _filter_not_for_disputes(self):
        return self.filtered(lambda item: item.res_model not in DISPUTE_MODELS)
