from odoo import api, models
from odoo.exceptions import UserError


class DisputeCoreFactsMixin(models.AbstractModel):
    """Facts that the suite notes on records of other addons: nobody writes them by hand.

    Unlike `dispute.facts.mixin` it leaves the context of those records as it is.
    """

    _name = "dispute.core.facts.mixin"
    _description = "Dispute Facts on Other Records"

    #: Names of the fields, each starting with ``dispute_``.
    _dispute_facts = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_dispute_facts(vals_list)
        told = [f"default_{name}" for name in self._dispute_facts if f"default_{name}" in self.env.context]
        if told:
            # Default values in a client's context would go round the check.
            context = {key: value for key, value in self.env.context.items() if key not in told}
            # Replaced on purpose: keywords can't take a key away.
            this = self.with_context(context)  # pylint: disable=context-overridden
            return super(DisputeCoreFactsMixin, this).create(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_dispute_facts([vals])
        return super().write(vals)

    def _check_dispute_facts(self, vals_list):
        """:raise UserError: when someone sets by hand what the suite notes"""
        if not self.env.su and any(self._dispute_facts & vals.keys() for vals in vals_list):
            raise UserError(self.env._("What a dispute holds or made is noted by the dispute itself."))
