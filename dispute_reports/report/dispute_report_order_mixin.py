from odoo import api, models
from odoo.tools import SQL

#: What there are some dozens of at most.
FEW = frozenset(
    {
        "dispute.cause",
        "dispute.department",
        "dispute.pipeline",
        "dispute.reason",
        "dispute.resolution",
        "dispute.sla.policy",
        "dispute.stage",
        "dispute.team",
        "res.company",
    }
)


class DisputeReportOrderMixin(models.AbstractModel):
    """Groups of a report stand in the order of their records.

    To get them so, Odoo groups by all that records are ordered by, their translated names
    included, which for a million rows takes as long as the figures. Where there are few records
    their order is known before, and it is the groups that are ordered, not the rows.
    """

    _name = "dispute.report.order.mixin"
    _description = "Order of Groups in Dispute Reports"

    def _read_group_orderby(self, order, groupby_terms, query):
        if not order:
            return super()._read_group_orderby(order, groupby_terms, query)
        terms = []
        for part in order.split(","):
            name, _space, direction = part.strip().partition(" ")
            field = self._fields.get(name)
            if (
                name in groupby_terms
                and field
                and field.type == "many2one"
                and field.comodel_name in FEW
                and direction.upper() in ("", "ASC", "DESC")
            ):
                terms.append(
                    SQL(
                        "array_position(ARRAY(%s), %s) %s",
                        self._get_ordered_ids(field.comodel_name),
                        groupby_terms[name],
                        SQL(direction.upper()),
                    )
                )
            else:
                terms.append(super()._read_group_orderby(part, groupby_terms, query))
        return SQL(", ").join(terms)

    @api.model
    def _get_ordered_ids(self, model):
        # Only their order is told, of those that the user may read rows of.
        records = self.env[model].sudo().with_context(active_test=False)
        return records._search([], order=records._order).select()
