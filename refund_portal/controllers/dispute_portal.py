from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.dispute_management.tools.plain_text import clean_text
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

MAX_SEARCH_LENGTH = 100


class DisputePortal(CustomerPortal):
    """A customer's disputes: home card and list."""

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
