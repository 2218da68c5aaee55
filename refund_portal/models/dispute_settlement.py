from odoo import models


class DisputeSettlement(models.Model):
    """What a company lets its customers do with an offer or a refusal."""

    _inherit = "dispute.settlement"

    def _get_cannot_reopen_reason(self):
        # sudo: a setting that customers read by its effect.
        if not self.company_id.sudo().dispute_portal_reopen:
            return self.env._("Please reply to our mail if something is new.")
        return super()._get_cannot_reopen_reason()

    def _takes_counter_offers(self):
        # sudo: see above. What customers tell our people is noted all the same.
        return self.company_id.sudo().dispute_portal_counter and super()._takes_counter_offers()
