from odoo import models
from odoo.exceptions import UserError


class DisputeSettlement(models.Model):
    """What a company lets its customers do with an offer or a refusal."""

    _inherit = "dispute.settlement"

    def _get_cannot_reopen_reason(self):
        # sudo: a setting that customers read by its effect.
        if not self.company_id.sudo().dispute_portal_reopen:
            return self.env._("Please reply to our mail if something is new.")
        return super()._get_cannot_reopen_reason()

    def _counter_offer(self, by, amount, text=""):
        # sudo: see above.
        if not self.company_id.sudo().dispute_portal_counter:
            raise UserError(
                self.env._("Please accept or decline this offer; for anything else, reply to our mail.")
            )
        return super()._counter_offer(by, amount, text)
