from odoo import models
from odoo.exceptions import UserError


class DisputeCaseArchiveMixin(models.AbstractModel):
    """What is under way isn't put out of sight: clocks, escalations and lists look at what is active."""

    _name = "dispute.case.archive.mixin"
    _description = "Archiving of a Dispute"

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            # Mail that turned out to be no dispute has nothing that could be closed.
            under_way = self.filtered(lambda case: case.active and not case.is_closed and not case.is_triage)
            if under_way:
                raise UserError(
                    self.env._("%s is open: close it before you archive it.", under_way[0].display_name)
                )
        return super().write(vals)

    def _note_reopening(self, at):
        super()._note_reopening(at)
        self.filtered(lambda case: not case.active)._write_facts({"active": True})
