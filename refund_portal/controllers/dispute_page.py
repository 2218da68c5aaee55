from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.dispute_management.controllers.statement_answer import StatementAnswer

from .dispute_portal import DisputePortal

CASE_ROUTE = "/my/disputes/<int(max=2147483647):case_id>"


class DisputePage(StatementAnswer, DisputePortal):
    """The page of a case, and the files it shows."""

    def _dispute_check_access(self, case_id, access_token=None):
        """:return: the sudoed case the user, or the bearer of its token, may see; None when there is none"""
        # A token of ours is ASCII; comparing another one would raise.
        access_token = access_token if isinstance(access_token, str) and access_token.isascii() else None
        try:
            case_sudo = self._document_check_access("dispute.case", case_id, access_token)
        except (AccessError, MissingError):
            return None
        # sudo: checked just above; the user stays, to be the author of what follows.
        return case_sudo.with_user(request.env.user).sudo()

    def _get_own_token(self, case_sudo, access_token):
        """:return: the token a page was opened with, if it is the case's own; else None"""
        return access_token if access_token and access_token == case_sudo.access_token else None

    def _dispute_get_page_view_values(self, case_sudo, access_token, values=None, errors=None, **kwargs):
        user = case_sudo.env.user
        documents_sudo = case_sudo._get_portal_documents()
        # Under the user's own rights: a document is a link only for who may open it.
        readable_documents = documents_sudo.sudo(False)
        if user._is_public():
            readable_documents = readable_documents.browse()
        readable_documents = readable_documents._filtered_access("read")
        acts = self._get_acts(case_sudo)
        page_values = {
            "html_data": self._get_html_data(),
            "page_name": "dispute",
            "dispute_case": case_sudo,
            "title": request.env._("Dispute %(number)s", number=case_sudo.name),
            "steps": case_sudo._get_portal_steps(),
            "turn": case_sudo._get_portal_turn(),
            "next_sentences": case_sudo._get_portal_next(),
            "amounts": case_sudo._get_portal_amounts(),
            "files": case_sudo._get_portal_attachments(),
            "documents": documents_sudo,
            "readable_document_ids": readable_documents.ids,
            "statements": () if access_token or user._is_public() else case_sudo._get_portal_statements(),
            "timeline": case_sudo._get_portal_timeline(),
            "wishes": dict(request.env["dispute.portal.form"]._get_wishes(case_sudo.company_id)),
            "limits": request.env["dispute.file.rules"]._get_limits(),
            "filed": kwargs.get("filed"),
            "done": self._pop_done(case_sudo),
            "acts": acts,
            "asked": case_sudo._get_portal_asked() if "supply" in acts else {},
            "statement": self._get_statement_view(case_sudo, acts, values, errors),
            "own_rating": case_sudo._get_own_rating(),
            # The template of extra fields reads what was typed in them under one name.
            "values": {**(values or {}), "extra": values or {}},
            "errors": errors or {},
            "is_preview": False,
            # sudo: how many companies the user has to do with, no more.
            "has_companies": len(user.sudo().company_ids) > 1,
            "page_url": f"/my/disputes/{case_sudo.id}",
            "file_query": f"?access_token={access_token}" if access_token else "",
        }
        more = {key: kwargs[key] for key in ("pid", "hash") if kwargs.get(key)}
        return self._get_page_view_values(
            case_sudo, access_token, page_values, "my_disputes_history", False, **more
        )

    def _get_acts(self, case_sudo):
        """:return: set of what this visitor may do: without login, answer what is asked and write"""
        acts = case_sudo._get_portal_acts()
        user = case_sudo.env.user
        # sudo: a portal user may not read their own company's record in full.
        if user.sudo().commercial_partner_id == case_sudo.partner_id:
            return acts
        return acts & {"write", "supply"} if user._is_public() else set()

    def _get_statement_view(self, case_sudo, acts, values=None, errors=None):
        """:return: what the templates of a statement need, for the offer or refusal to be answered; or None"""
        if not acts & {"accept", "reopen"}:
            return None
        settlement = case_sudo._get_portal_offer() or case_sudo._get_portal_refusal()
        url = f"/my/disputes/{case_sudo.id}/statements/{settlement.id}"
        view = self._prepare_statement_values(settlement, url, values, errors)
        # sudo: whose page it is.
        view["customer_name"] = case_sudo.env.user.sudo().name
        if "counter" not in acts:
            view["most"] = 0
        return view

    def _pop_done(self, case_sudo):
        """:return: what the visitor has just done here, to be confirmed once; or None"""
        case_id, done = request.session.pop("dispute_done", None) or (None, None)
        return done if case_id == case_sudo.id else None

    def _send_away(self, case_id):
        """:return: response to who may not see a case: whoever isn't logged in may do so"""
        if request.env.user._is_public():
            return request.redirect_query("/web/login", {"redirect": f"/my/disputes/{case_id}"})
        return request.redirect("/my")

    @http.route([CASE_ROUTE], type="http", auth="public", website=True)
    def portal_my_dispute(self, case_id, access_token=None, **kwargs):
        case_sudo = self._dispute_check_access(case_id, access_token)
        if not case_sudo:
            return self._send_away(case_id)
        # A link with a token shows the page; the token goes on only if it is this case's own.
        access_token = self._get_own_token(case_sudo, access_token)
        values = self._dispute_get_page_view_values(case_sudo, access_token, **kwargs)
        return request.render("refund_portal.portal_my_dispute", values)

    @http.route(
        [f"{CASE_ROUTE}/files/<int(max=2147483647):attachment_id>"],
        type="http",
        auth="public",
    )
    def portal_my_dispute_file(self, case_id, attachment_id, access_token=None, **kwargs):
        case_sudo = self._dispute_check_access(case_id, access_token)
        # The file must be one the page shows: an id alone opens nothing.
        attachment_sudo = case_sudo and case_sudo._get_portal_attachments().filtered(
            lambda attachment: attachment.id == attachment_id
        )
        return self._download(attachment_sudo)

    @http.route(
        [f"{CASE_ROUTE}/statements/<int(max=2147483647):settlement_id>/file"],
        type="http",
        auth="user",
        methods=["GET"],
    )
    def portal_my_dispute_statement(self, case_id, settlement_id, **kwargs):
        case_sudo = self._dispute_check_access(case_id)
        statement_sudo = case_sudo and case_sudo._get_portal_statements().filtered(
            lambda settlement: settlement.id == settlement_id
        )
        return self._download(statement_sudo and statement_sudo.statement_id)

    def _download(self, attachment_sudo):
        """:return: response with a file that the caller checked to be shown here; none is not found"""
        if not attachment_sudo:
            raise request.not_found()
        # sudo: the caller has checked the file.
        stream = request.env["ir.binary"].sudo()._get_stream_from(attachment_sudo)
        response = stream.get_response(as_attachment=True)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
