from odoo import models


class DisputeTeamAliasMixin(models.AbstractModel):
    """The mail address of a team: what is written to it becomes a case of the team."""

    _name = "dispute.team.alias.mixin"
    _description = "Dispute Team Alias"
    _inherit = ["mail.alias.mixin.optional"]

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        # Which model the alias feeds is no right of whoever names it.
        values["alias_model_id"] = self.env["ir.model"].sudo()._get_id("dispute.case")
        if self.id:
            values["alias_defaults"] = {"team_id": self.id}
        return values

    def write(self, vals):
        if not set(self.ALIAS_WRITEABLE_FIELDS).isdisjoint(vals):
            # Odoo drops the address silently for whoever may not write the team.
            self.check_access("write")
        return super().write(vals)
