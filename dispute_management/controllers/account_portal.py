from odoo.fields import Domain

from odoo.addons.account_payment.controllers.portal import PortalAccount


class DisputePortalAccount(PortalAccount):
    """What customers are asked to pay: of invoices in dispute, the undisputed rest."""

    def _get_overdue_invoices_domain(self, partner_id=None):
        overdue = super()._get_overdue_invoices_domain(partner_id=partner_id)
        return list(Domain(overdue) & Domain("dispute_amount_undisputed", ">", 0))

    def _overdue_invoices_get_page_view_values(self, overdue_invoices, **kwargs):
        values = super()._overdue_invoices_get_page_view_values(overdue_invoices, **kwargs)
        disputed = sum(overdue_invoices.mapped("dispute_amount_owed"))
        if disputed:
            undisputed = sum(overdue_invoices.mapped("dispute_amount_undisputed"))
            values["payment"]["amount"] = undisputed
            values |= {
                "amount": undisputed,
                "amount_residual": undisputed,
                "dispute_amount_owed": disputed,
            }
        return values
