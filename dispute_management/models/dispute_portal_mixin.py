from odoo import api, models


class DisputePortalMixin(models.AbstractModel):
    """Which fields customers may read over the API; everything else is ours."""

    _name = "dispute.portal.mixin"
    _description = "Dispute Fields for Customers"

    @api.model
    def _get_portal_readable_fields(self):
        """:return: set of field names; override to show customers more"""
        return set()

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        # Asked of every field that is read: the stored flag is the cheapest answer.
        if self.env.su or not self.env.user.share:
            return True
        return operation == "read" and field.name in self._get_portal_readable_fields()
