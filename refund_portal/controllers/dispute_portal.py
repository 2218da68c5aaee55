from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.dispute_management.tools.plain_text import clean_text
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

MAX_SEARCH_LENGTH = 100


class DisputePortal(CustomerPortal):
    """A customer's disputes: home card, list, case page and files."""

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "dispute_count" in counters:
            Case = request.env["dispute.case"]
            values["dispute_count"] = (
                Case.search_count([("is_closed", "=", False)]) if Case.has_access("read") else 0
            )
        return values

    # ------------------------------------------------------------
    # List
    # ------------------------------------------------------------

    def _get_dispute_searchbar_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "date_opened desc, id desc"},
            "oldest": {"label": request.env._("Oldest"), "order": "date_opened, id"},
            "name": {"label": request.env._("Number"), "order": "name desc, id desc"},
            "amount": {"label": request.env._("Amount"), "order": "amount_disputed desc, id desc"},
        }

    def _get_dispute_searchbar_filters(self):
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {"label": request.env._("Open"), "domain": Domain("is_closed", "=", False)},
            "yours": {
                "label": request.env._("Waiting for you"),
                "domain": Domain("is_closed", "=", False) & Domain("waiting_on", "=", "customer"),
            },
            "closed": {"label": request.env._("Closed"), "domain": Domain("is_closed", "=", True)},
        }

    def _get_dispute_searchbar_inputs(self):
        return {
            "all": {"input": "all", "label": request.env._("Search in everything")},
            "name": {"input": "name", "label": request.env._("Search in dispute numbers")},
            "reference": {"input": "reference", "label": request.env._("Search in your references")},
            "invoice": {"input": "invoice", "label": request.env._("Search in invoice numbers")},
        }

    def _get_dispute_search_domain(self, search_in, search):
        """:return: domain of the cases that hold ``search`` in what ``search_in`` names"""
        domains = {
            "name": Domain("name", "ilike", search),
            "reference": Domain("customer_reference", "ilike", search),
            "invoice": Domain("line_ids.move_id.name", "ilike", search),
        }
        return domains.get(search_in) or Domain.OR(domains.values())

    @http.route(
        ["/my/disputes", "/my/disputes/page/<int(max=1000000):page>"], type="http", auth="user", website=True
    )
    def portal_my_disputes(self, page=1, sortby=None, filterby=None, search=None, search_in=None, **kwargs):
        Case = request.env["dispute.case"]
        sortings = self._get_dispute_searchbar_sortings()
        filters = self._get_dispute_searchbar_filters()
        inputs = self._get_dispute_searchbar_inputs()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        search_in = search_in if search_in in inputs else "all"
        search = clean_text(search, MAX_SEARCH_LENGTH)

        domain = filters[filterby]["domain"]
        if search:
            domain &= self._get_dispute_search_domain(search_in, search)
        can_read = Case.has_access("read")
        url_args = {"sortby": sortby, "filterby": filterby, "search_in": search_in, "search": search}
        pager = portal_pager(
            url="/my/disputes",
            url_args={key: value for key, value in url_args.items() if value},
            total=Case.search_count(domain) if can_read else 0,
            page=page,
            step=self._items_per_page,
        )
        cases = Case
        if can_read:
            cases = Case.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=max(pager["offset"], 0),
            )
        request.session["my_disputes_history"] = cases.ids[:100]
        values = self._prepare_portal_layout_values()
        values.update(
            {
                # sudo: found under the user's own rules; names of stages and reasons aren't theirs to read,
                # and the page shows their public wording only.
                "cases": cases.sudo(),
                "page_name": "dispute",
                "title": request.env._("Your disputes"),
                "default_url": "/my/disputes",
                "pager": pager,
                "searchbar_sortings": sortings,
                "searchbar_filters": filters,
                "searchbar_inputs": inputs,
                "sortby": sortby,
                "filterby": filterby,
                "search_in": search_in,
                "search": search,
            }
        )
        return request.render("refund_portal.portal_my_disputes", values)

    # ------------------------------------------------------------
    # Case page
    # ------------------------------------------------------------

    def _dispute_check_access(self, case_id, access_token=None):
        """:return: the sudoed case the user, or the bearer of its token, may see; None when there is none"""
        # A token of ours is ASCII; comparing another one would raise.
        access_token = access_token if isinstance(access_token, str) and access_token.isascii() else None
        try:
            return self._document_check_access("dispute.case", case_id, access_token)
        except (AccessError, MissingError):
            return None

    def _dispute_get_page_view_values(self, case_sudo, access_token, **kwargs):
        documents_sudo = case_sudo._get_portal_documents()
        # Under the user's own rights: a document is a link only for who may open it.
        readable_documents = documents_sudo.with_user(request.env.user).sudo(False)
        if request.env.user._is_public():
            readable_documents = readable_documents.browse()
        readable_documents = readable_documents._filtered_access("read")
        values = {
            "page_name": "dispute",
            "dispute_case": case_sudo,
            "title": request.env._("Dispute %(number)s", number=case_sudo.name),
            "steps": case_sudo._get_portal_steps(),
            "turn": case_sudo._get_portal_turn(),
            "answer_expected": case_sudo._get_answer_expected(),
            "amounts": case_sudo._get_portal_amounts(),
            "files": case_sudo._get_portal_attachments(),
            "documents": documents_sudo,
            "readable_document_ids": readable_documents.ids,
            "wishes": dict(request.env["dispute.portal.form"]._get_wishes()),
            "filed": kwargs.get("filed"),
            "file_query": f"?access_token={access_token}" if access_token else "",
        }
        page_values = {key: kwargs[key] for key in ("pid", "hash") if kwargs.get(key)}
        return self._get_page_view_values(
            case_sudo, access_token, values, "my_disputes_history", False, **page_values
        )

    @http.route(["/my/disputes/<int(max=2147483647):case_id>"], type="http", auth="public", website=True)
    def portal_my_dispute(self, case_id, access_token=None, **kwargs):
        case_sudo = self._dispute_check_access(case_id, access_token)
        if not case_sudo:
            return request.redirect("/my")
        # A link with a token shows the page; the token goes on only if it is this case's own.
        access_token = access_token if access_token == case_sudo.access_token else None
        values = self._dispute_get_page_view_values(case_sudo, access_token, **kwargs)
        return request.render("refund_portal.portal_my_dispute", values)

    @http.route(
        ["/my/disputes/<int(max=2147483647):case_id>/files/<int(max=2147483647):attachment_id>"],
        type="http",
        auth="public",
    )
    def portal_my_dispute_file(self, case_id, attachment_id, access_token=None, **kwargs):
        case_sudo = self._dispute_check_access(case_id, access_token)
        # The file must be one the page shows: an id alone opens nothing.
        attachment_sudo = case_sudo and case_sudo._get_portal_attachments().filtered(
            lambda attachment: attachment.id == attachment_id
        )
        if not attachment_sudo:
            raise request.not_found()
        response = request.env["ir.binary"]._get_stream_from(attachment_sudo).get_response(as_attachment=True)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
