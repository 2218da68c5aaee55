from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        leaving = self.filtered("active") if vals.get("active", True) is False else self.browse()
        res = super().write(vals)
        if leaving:
            leaving._dispute_hand_over()
        return res

    def _dispute_hand_over(self):
        """Give the open disputes of people who leave to others, by their teams' methods."""
        # Who manages users need not be one who handles disputes.
        cases = self.env["dispute.case"].sudo().with_context(active_test=False)
        is_open = Domain("is_closed", "=", False)
        cases.search(is_open & Domain("coordinator_id", "in", self.ids)).write({"coordinator_id": False})
        cases.search(is_open & Domain("user_id", "in", self.ids))._assign()
