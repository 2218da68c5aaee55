from odoo import SUPERUSER_ID, http
from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount
from odoo.addons.dispute_management.tools.plain_text import clean_text

_FORM_ROUTE = "/my/invoices/<int(max=2147483647):invoice_id>/dispute"
# The fields of the form from top to bottom.
_FIELDS = ("reason_id", "amount", "description", "customer_wish", "customer_reference", "files")


class InvoiceDispute(PortalAccount):
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
        return values

    def _can_offer_dispute(self, invoice_sudo):
        """:return: whether the page offers to dispute the invoice; who isn't logged in is asked to on the way"""
        user = request.env.user
        is_customer = user._is_public() or self._is_customer_of(invoice_sudo)
        return (
            is_customer
            and invoice_sudo.move_type == "out_invoice"
            and not invoice_sudo._get_cannot_dispute_reason()
        )

    def _is_customer_of(self, invoice_sudo):
        user = request.env.user
        # sudo: a portal user may not read their own company's record in full.
        return user._is_portal() and invoice_sudo.commercial_partner_id == user.sudo().commercial_partner_id

    # ------------------------------------------------------------
    # The form
    # ------------------------------------------------------------

    def _get_disputable_invoice(self, invoice_id):
        """Find an invoice of the logged-in customer that this customer has seen.

        An invoice cancelled or reset to draft meanwhile is still found, so that the form can say so and keep what
        was typed; a draft that was never posted, a vendor bill, another customer's or another company's invoice isn't.

        :return: the sudoed invoice, or None
        """
        invoice = request.env["account.move"].browse(invoice_id)
        # sudo: read only to compare with the user's own customer and companies, just below.
        invoice_sudo = invoice.with_user(SUPERUSER_ID).exists()
        if (
            not invoice_sudo
            or invoice_sudo.move_type != "out_invoice"
            or invoice_sudo.company_id not in request.env.user.sudo().company_ids
            or not self._is_customer_of(invoice_sudo)
            or not (invoice_sudo.posted_before or invoice.has_access("read"))
        ):
            return None
        # sudo: the invoice is the customer's own; the user stays, to be the author of what follows.
        return invoice.sudo()

    def _prepare_dispute_form_values(self, invoice_sudo, values, errors=None, had_files=False):
        # sudo: reads what the form offers for the invoice that the route has checked.
        form_sudo = request.env["dispute.portal.form"].sudo()
        maximum = form_sudo._get_disputable_amount(invoice_sudo)
        page_values = self._prepare_portal_layout_values()
        page_values.update(
            {
                "page_name": "invoice_dispute",
                "title": request.env._("Dispute invoice %(number)s", number=invoice_sudo.name),
                "dispute_invoice": invoice_sudo,
                "reasons": form_sudo._get_reasons(invoice_sudo),
                "wishes": form_sudo._get_wishes(),
                "limits": request.env["dispute.file.rules"]._get_limits(),
                "maximum": maximum,
                "maximum_text": form_sudo._format_amount_input(invoice_sudo, maximum),
                "values": values,
                "errors": errors or {},
                # The first field with an error takes the focus.
                "focus": next((name for name in _FIELDS if name in (errors or {})), None),
                "had_files": had_files,
                "cannot_dispute": invoice_sudo._get_cannot_dispute_reason(),
                "disputes": request.env["dispute.case"]._search_readable_on_invoice(invoice_sudo),
                "form_key": request.env["dispute.portal.filing"].sudo()._new_key(invoice_sudo),
            }
        )
        return page_values

    @http.route([_FORM_ROUTE], type="http", auth="user", methods=["GET"], website=True)
    def portal_dispute_form(self, invoice_id, **kwargs):
        invoice_sudo = self._get_disputable_invoice(invoice_id)
        if not invoice_sudo:
            return request.redirect("/my")
        # sudo: the form trusts the invoice checked above and nothing else.
        values = request.env["dispute.portal.form"].sudo()._get_default_values(invoice_sudo)
        return request.render(
            "refund_portal.portal_invoice_dispute", self._prepare_dispute_form_values(invoice_sudo, values)
        )

    @http.route([_FORM_ROUTE], type="http", auth="user", methods=["POST"], website=True)
    def portal_dispute_submit(self, invoice_id, **kwargs):
        invoice_sudo = self._get_disputable_invoice(invoice_id)
        if not invoice_sudo:
            return request.redirect("/my")
        # sudo: the form trusts the invoice checked above and nothing that was typed.
        form_sudo = request.env["dispute.portal.form"].sudo()
        filing_sudo = request.env["dispute.portal.filing"].sudo()
        # The body alone counts: route arguments mix in the query string and the files.
        posted = request.httprequest.form
        values, uploads = form_sudo._parse(posted, request.httprequest.files.getlist("files"))
        key = clean_text(posted.get("form_key"), 200)
        if not filing_sudo._is_key_valid(invoice_sudo, key):
            stale = request.env._(
                "This page was out of date. Please check what you entered and send it again."
            )
            return self._render_refused(invoice_sudo, values, {"form": stale}, uploads)
        filing_sudo._lock(invoice_sudo)
        sent = filing_sudo._find_by_key(key)
        if sent:
            return self._redirect_to_case(sent, "again")
        vals, errors = form_sudo._validate(invoice_sudo, values, uploads)
        if errors.keys() <= {"form", "amount"}:
            # What was claimed a moment ago is no longer disputable: these errors, too, may be the form sent twice.
            sent = filing_sudo._find_resent(invoice_sudo, vals)
            if sent:
                return self._redirect_to_case(sent, "again")
        if not errors:
            case, refusal = filing_sudo._file(invoice_sudo, vals, uploads, key)
            if case:
                return self._redirect_to_case(case, "new")
            errors = {"form": refusal}
        return self._render_refused(invoice_sudo, values, errors, uploads)

    def _render_refused(self, invoice_sudo, values, errors, uploads):
        """Show the form again with everything typed; browsers drop the files, and the page says so."""
        page_values = self._prepare_dispute_form_values(invoice_sudo, values, errors, had_files=bool(uploads))
        return request.render("refund_portal.portal_invoice_dispute", page_values, status=422)

    def _redirect_to_case(self, case, filed):
        return request.redirect(f"/my/disputes/{case.id}?filed={filed}")
