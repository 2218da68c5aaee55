from odoo import http
from odoo.http import request

from odoo.addons.dispute_management.controllers.tokened_page import TokenedPage

from ..models.filed_documents import FiledDocuments
from .filing_page import FilingPage

_LINK = "/dispute/file/<string:token>"


class LinkedFiling(TokenedPage, FilingPage, http.Controller):
    """The form by link, without login: one invoice, and nothing but that invoice."""

    _template_module = "refund_portal"
    _gone_template = "linked_filing_gone"

    def _find_documents(self, token):
        """:return: ``(FiledDocuments, None)``, or ``(None, response)`` when the token opens nothing"""
        link, gone = self._find_link("filing", token)
        if gone:
            return None, gone
        invoice_sudo = link._get_record()
        company = invoice_sudo.company_id
        if not (company.dispute_portal_file and company.dispute_portal_link):
            return None, self._render_gone(404)
        lang = invoice_sudo.partner_id.lang
        if lang:
            request.update_context(lang=lang)
        # The user stays the public one; sudo: the link was issued for this invoice.
        invoice_sudo = request.env["account.move"].sudo().browse(invoice_sudo.id)
        link = request.env["dispute.link"].sudo().browse(link.id)
        return FiledDocuments(invoice_sudo, request.env["account.payment"].sudo(), link), None

    @http.route(_LINK, type="http", auth="public", website=True, sitemap=False, methods=["GET"])
    def filing_page(self, token, **kwargs):
        documents, gone = self._find_documents(token)
        if gone:
            return gone
        if kwargs.get("filed"):
            case_sudo = self._get_filed_case(documents)
            if case_sudo:
                return self._render_done(documents, case_sudo, kwargs["filed"])
        url = f"/dispute/file/{token}"
        return self._show_form(documents, url, url, kwargs)

    @http.route(_LINK, type="http", auth="public", website=True, sitemap=False, methods=["POST"], csrf=False)
    def filing_submit(self, token, **kwargs):
        documents, gone = self._find_documents(token)
        if gone:
            return gone
        url = f"/dispute/file/{token}"
        return self._submit_form(documents, url, url)

    def _get_filed_case(self, documents):
        """:return: the last case that was filed by this link"""
        # The bearer of the link has made it.
        cases = request.env["dispute.case"].sudo()
        return cases.search([("portal_link_id", "=", documents.link.id)], order="id desc", limit=1)

    def _confirm(self, documents, case, filed):
        documents.link._note_use()
        return request.redirect(f"{request.httprequest.path}?filed={filed}")

    def _render_done(self, documents, case_sudo, filed):
        values = {
            "dispute_case": case_sudo,
            "documents": documents,
            "filed": filed,
            "thanks": documents.company.dispute_portal_thanks,
        }
        return self._respond_filing("linked_filing_done", values)

    # Pages behind a link

    def _prepare_filing_layout(self, documents):
        return {
            "page_name": "linked_filing",
            "title": request.env._("File a dispute"),
            "no_breadcrumbs": True,
            "is_link": True,
            # Who isn't logged in reads of nothing but the invoice.
            "disputes": request.env["dispute.case"].sudo().browse(),
        }

    def _respond_filing(self, template, values, status=200):
        return self._respond(template, values, status)
