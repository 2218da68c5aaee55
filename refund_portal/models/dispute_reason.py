from odoo import fields, models

from ..tools.extra_field import ASKED_TYPES


class DisputeReason(models.Model):
    """Which extra fields of a reason customers read and fill in."""

    _inherit = "dispute.reason"

    asks_customer = fields.Boolean(
        string="Customers fill them in",
        help="The form of the customer portal asks for the extra fields of this reason, and the"
        " customer reads them on the case. Not for fields that point to records, tags or formatted text.",
    )

    def _get_portal_fields(self):
        """:return: definitions of the extra fields that customers read and fill in"""
        self.ensure_one()
        if not self.asks_customer:
            return []
        return [item for item in self.case_properties_definition or () if item["type"] in ASKED_TYPES]
