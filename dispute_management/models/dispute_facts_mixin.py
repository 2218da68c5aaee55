from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context


class DisputeFactsMixin(models.AbstractModel):
    """Fields that record what happened: written by the suite, never by hand.

    A read-only field of a form can still be written over the API; evidence must not.
    """

    _name = "dispute.facts.mixin"
    _description = "Dispute Facts"

    @api.model_create_multi
    def create(self, vals_list):
        # Default values in a client's context would go round the check.
        # Replaced on purpose: keywords would only add to it.
        this = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        for vals in vals_list:
            this._check_facts(vals, creating=True)
        return super(DisputeFactsMixin, this).create(vals_list)

    def write(self, vals):
        self._check_facts(vals)
        return super().write(vals)

    @api.model
    def _get_fact_fields(self, creating=False):
        """Names of the fields that no user may write.

        :param creating: whether a record is being made, when some facts may be told
        :return: set of names; override to add some
        """
        return set()

    def _check_facts(self, vals, creating=False):
        """:raise UserError: naming the facts in `vals`, unless the suite's own code asks"""
        facts = () if self.env.su else self._get_fact_fields(creating) & set(vals)
        if facts:
            raise UserError(
                self.env._(
                    "%s can't be set by hand: it follows from what happened.",
                    ", ".join(self._fields[name].string for name in sorted(facts)),
                )
            )
