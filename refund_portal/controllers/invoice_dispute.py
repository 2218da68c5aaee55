from odoo import SUPERUSER_ID, http
from odoo.http import SessionExpiredException, request
from odoo.tools import consteq

from odoo.addons.account.controllers.portal import PortalAccount

from ..models.filed_documents import FiledDocuments
from .filing_page import FilingPage
from .request_limit import is_flood

_FORM_ROUTE = "/my/invoices/<int(max=2147483647):invoice_id>/dispute"


class InvoiceDispute(FilingPage, PortalAccount):
    """Disputing an invoice: what the invoice page says about it, and the form."""

    # ------------------------------------------------------------
    # Invoice page
    # ------------------------------------------------------------

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        cases = request.env["dispute.case"]
        if invoice.dispute_case_count and not request.env.user._is_public():
            # Under the user's own rights: the invoice's token opens the invoice, not the disputes about it.
            cases = cases._search_readable_on_invoice(invoice)
        values["disputes"] = cases
        values["can_dispute"] = self._can_offer_dispute(invoice)
        values["can_dispute_by_link"] = self._can_offer_link(invoice, access_token)
        return values

    def _can_offer_dispute(self, invoice_sudo):
        """:return: whether the page offers to dispute the invoice; who isn't logged in is asked to on the way"""
        user = request.env.user
        is_customer = user._is_public() or self._is_customer_of(invoice_sudo)
        return (
            is_customer
            and invoice_sudo.move_type == "out_invoice"
            and not self._get_cannot_file_reason(invoice_sudo)
        )

    def _get_cannot_file_reason(self, invoice_sudo):
        documents = self._get_documents(invoice_sudo)
        # sudo: reads the settings of the invoice that the page shows.
        return request.env["dispute.portal.form"].sudo()._get_cannot_file_reason(documents)

    def _can_offer_link(self, invoice_sudo, access_token):
        """:return: whether the bearer of the invoice's token may dispute it without login"""
        return (
            self._is_bearer(invoice_sudo, access_token)
            and not request.env.user._is_internal()
            and not self._is_customer_of(invoice_sudo)
            and not invoice_sudo._get_cannot_link_reason()
        )

    def _is_bearer(self, invoice_sudo, access_token):
        """:return: whether this is the token of the invoice"""
        token = invoice_sudo.access_token
        # A token of ours is ASCII; comparing another one would raise.
        is_text = isinstance(access_token, str) and access_token.isascii()
        return bool(token) and is_text and consteq(token, access_token)

    def _is_customer_of(self, invoice_sudo):
        user = request.env.user
        # sudo: a portal user may not read their own company's record in full.
        return user._is_portal() and invoice_sudo.commercial_partner_id == user.sudo().commercial_partner_id

    # ------------------------------------------------------------
    # The form
    # ------------------------------------------------------------

    def _get_documents(self, invoice_sudo):
        # sudo: empty, so that all documents of a form are of one kind.
        no_payment = request.env["account.payment"].sudo()
        return FiledDocuments(invoice_sudo, no_payment, request.env["dispute.link"].sudo())

    def _get_disputable_invoices(self, *invoice_ids):
        """Find invoices of the logged-in customer that this customer has seen.

        An invoice cancelled or reset to draft meanwhile is still found, so that the form can say so and keep what
        was typed; a draft that was never posted, a vendor bill, another customer's or another company's invoice isn't.

        :return: those of them, sudoed
        """
        invoices = request.env["account.move"].browse(invoice_ids)
        companies = request.env.user.sudo().company_ids
        # sudo: read only to compare with the user's own customer and companies.
        found_sudo = (
            invoices.with_user(SUPERUSER_ID)
            .exists()
            .filtered(
                lambda invoice_sudo: (
                    invoice_sudo.move_type == "out_invoice"
                    and invoice_sudo.company_id in companies
                    and self._is_customer_of(invoice_sudo)
                    and (invoice_sudo.posted_before or invoices.browse(invoice_sudo.id).has_access("read"))
                )
            )
        )
        # sudo: the invoices are the customer's own; the user stays, to be the author of what follows.
        return invoices.browse(found_sudo.ids).sudo()

    def _get_previewed_invoice(self, invoice_id, args):
        """:return: the sudoed invoice that one of our people looks at as its customer would, or None"""
        user = request.env.user
        invoice = request.env["account.move"].browse(invoice_id)
        may_look = user.has_group("dispute_management.group_dispute_viewer") and args.get("preview")
        if (
            may_look
            and invoice.exists()
            and invoice.has_access("read")
            and invoice.move_type == "out_invoice"
        ):
            # sudo: the page shows what its customer would read.
            return invoice.sudo()
        return None

    # Without Odoo's own check of login and token: it would lose what was typed.
    @http.route([_FORM_ROUTE], type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def portal_dispute_form(self, invoice_id, **kwargs):
        if request.env.user._is_public():
            raise SessionExpiredException("Log in to dispute an invoice")
        url, back_url = f"/my/invoices/{invoice_id}/dispute", f"/my/invoices/{invoice_id}"
        previewed_sudo = self._get_previewed_invoice(invoice_id, kwargs)
        if previewed_sudo:
            documents = self._get_documents(previewed_sudo)
            return self._show_form(documents, f"{url}?preview=1", back_url, kwargs, is_preview=True)
        invoice_sudo = self._get_disputable_invoices(invoice_id)
        if not invoice_sudo:
            return request.redirect("/my")
        return self._show_form(self._get_documents(invoice_sudo), url, back_url, kwargs)

    @http.route(
        [_FORM_ROUTE], type="http", auth="public", methods=["POST"], website=True, csrf=False, sitemap=False
    )
    def portal_dispute_submit(self, invoice_id, **kwargs):
        url = f"/my/invoices/{invoice_id}/dispute"
        if request.env.user._is_public():
            return self._ask_login(url)
        invoice_sudo = self._get_disputable_invoices(invoice_id)
        if not invoice_sudo:
            return request.redirect("/my")
        return self._submit_form(self._get_documents(invoice_sudo), url, f"/my/invoices/{invoice_id}")

    # ------------------------------------------------------------
    # Without login
    # ------------------------------------------------------------

    @http.route(
        [f"{_FORM_ROUTE}/link"], type="http", auth="public", methods=["POST"], website=True, sitemap=False
    )
    def portal_dispute_link(self, invoice_id, access_token=None, **kwargs):
        """Give the bearer of an invoice's token a link by which to dispute it."""
        # sudo: read only to compare the token, just below.
        invoice_sudo = request.env["account.move"].sudo().browse(invoice_id).exists()
        if not invoice_sudo or not self._can_offer_link(invoice_sudo, access_token) or is_flood("filing"):
            return request.redirect("/my")
        return request.redirect(f"/dispute/file/{invoice_sudo._issue_dispute_filing_token()}")
