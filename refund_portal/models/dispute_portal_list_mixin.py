from odoo import api, models
from odoo.tools import SQL, format_date


class DisputePortalListMixin(models.AbstractModel):
    """One page of a customer's list of disputes, and the groups it can be read in."""

    _name = "dispute.portal.list.mixin"
    _description = "Dispute List of the Customer Portal"

    @api.model
    def _search_portal_page(self, domain, order, groupby, limit, offset):
        """Find cases under the user's own rules, those of a group beside each other.

        :param groupby: ``reason``, ``document``, ``month``, ``company``, or anything else for none
        :return: the cases, sudoed to be shown: names of stages and reasons aren't the customer's to read, and the
            page shows their public wording only
        """
        query = self._search(domain, order=order, limit=limit, offset=offset)
        first = self._get_portal_group_order(groupby, query)
        if first:
            query.order = SQL("%s, %s", first, query.order)
        # Found under the rules of the user: to be shown with names that aren't theirs to read.
        return self.browse(query).sudo()

    @api.model
    def _get_portal_group_order(self, groupby, query):
        """:return: SQL by which the cases of a query stand in their groups, or None"""
        if groupby == "reason":
            # sudo: the admin's order of reasons, which customers may not read, decides and isn't shown.
            return self.sudo()._order_to_sql("reason_id", query)
        if groupby == "document":
            # A case is listed once, with the newest of its documents.
            self.env["dispute.line"].flush_model(["case_id", "move_id", "payment_id"])
            return SQL(
                """(
                    SELECT ROW(MAX(move_id), MAX(payment_id)) FROM dispute_line WHERE case_id = %s
                ) DESC NULLS LAST""",
                SQL.identifier(query.table, "id"),
            )
        orders = {"month": "date_opened desc", "company": "company_id"}
        return self._order_to_sql(orders[groupby], query) if groupby in orders else None

    def _get_portal_group_name(self, groupby):
        """:return: name of the group this case is listed in, as the customer reads it; None without groups"""
        self.ensure_one()
        if groupby == "reason":
            return self._get_portal_reason_name()
        if groupby == "document":
            documents = [*self.line_ids.move_id, *self.line_ids.payment_id]
            return ", ".join(document.name for document in documents if document.name)
        if groupby == "month":
            return format_date(self.env, self.date_opened, date_format="MMMM y")
        return self.company_id.name if groupby == "company" else None
