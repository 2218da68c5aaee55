from odoo import api, fields, models


class DisputeConfigurationMixin(models.AbstractModel):
    """What all lists an administrator keeps have in common.

    A record without a company serves all; one with a company serves it and its branches.
    """

    _name = "dispute.configuration.mixin"
    _description = "Dispute Configuration"
    _order = "sequence, name, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=lambda self: self._get_last_place())
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: all companies.")

    @api.model
    def _get_last_place(self):
        """:return: sequence of a new record: after all others, whoever may see them"""
        # What is archived or another company's keeps its place too.
        everything = self.sudo().with_context(active_test=False)
        return everything.search([], order="sequence desc", limit=1).sequence + 10

    def _get_first_of(self, company):
        """The first of these records, in their order, that serves a company.

        :param company: res.company
        """
        return self.filtered(lambda record: not record.company_id or record.company_id in company.parent_ids)[
            :1
        ]
