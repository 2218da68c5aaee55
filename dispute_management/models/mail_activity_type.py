from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: Models whose activity types an administrator of disputes keeps.
DISPUTE_MODELS = ("dispute.case", "dispute.settlement")


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

    def _check_access(self, operation):
        """Who may change types only by administering disputes changes those of disputes.

        Not a record rule: that would also bind those who may by the right of another app.
        """
        result = super()._check_access(operation)
        if result or operation == "read" or self.env.su:
            return result
        # What a type is for is no secret; whether it may be changed depends on it.
        foreign = self.sudo().filtered(lambda item: item.res_model not in DISPUTE_MODELS)
        if not foreign or self._is_granted_elsewhere(operation):
            return result
        return self.browse(foreign.ids), lambda: AccessError(
            self.env._(
                "%s is not for disputes only: who administers disputes changes types of activities on them.",
                foreign[0].name,
            )
        )

    @api.model
    def _is_granted_elsewhere(self, operation):
        """:return: whether a group other than administrators of disputes lets the user do so"""
        administrators = self.env.ref("dispute_management.group_dispute_administrator")
        groups = self.env.user.all_group_ids - administrators
        # Rights are read to be checked.
        return bool(
            self.env["ir.model.access"]
            .sudo()
            .search_count(
                Domain("model_id.model", "=", self._name)
                & Domain(f"perm_{operation}", "=", True)
                & (Domain("group_id", "in", groups.ids) | Domain("group_id", "=", False)),
                limit=1,
            )
        )
