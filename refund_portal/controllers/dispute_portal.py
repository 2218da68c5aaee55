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

    def _prepare_portal_layout_values(self):
        return {**super()._prepare_portal_layout_values(), "html_data": self._get_html_data()}

    def _get_html_data(self):
        """:return: what the page tells screen readers of its language; Odoo's portal leaves it out"""
        lang = request.env["res.lang"]._get_data(code=request.env.lang or "en_US")
        return {"lang": (lang.code or "en_US").replace("_", "-"), "dir": lang.direction or "ltr"}

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

    def _get_dispute_searchbar_groupby(self):
        groups = {
            "none": {"label": request.env._("None")},
            "status": {"label": request.env._("Status")},
            "reason": {"label": request.env._("Problem")},
            "document": {"label": request.env._("Invoice or payment")},
            "month": {"label": request.env._("Month filed")},
            "company": {"label": request.env._("Company")},
        }
        # sudo: how many companies the user has to do with, no more.
        if len(request.env.user.sudo().company_ids) < 2:
            groups.pop("company")
        return groups

    def _get_dispute_parts(self, groupby):
        """:return: list of (name, domain) in which the list is searched, one after the other"""
        if groupby != "status":
            return [(None, Domain.TRUE)]
        filters = self._get_dispute_searchbar_filters()
        others = filters["open"]["domain"] & Domain("waiting_on", "!=", "customer")
        return [
            (filters["yours"]["label"], filters["yours"]["domain"]),
            (request.env._("We are working on it"), others),
            (filters["closed"]["label"], filters["closed"]["domain"]),
        ]

    def _search_dispute_groups(self, parts, groupby, order, offset):
        """One page of the list, in its groups.

        :param parts: list of (name, domain, count)
        :return: list of (name or None, sudoed cases)
        """
        Case = request.env["dispute.case"]
        left = self._items_per_page
        groups = []
        for name, domain, count in parts:
            if offset < count and left:
                cases_sudo = Case._search_portal_page(domain, order, groupby, left, offset)
                left -= len(cases_sudo)
                if name:
                    groups.append((name, cases_sudo))
                else:
                    groups += cases_sudo.grouped(
                        lambda case_sudo: case_sudo._get_portal_group_name(groupby)
                    ).items()
            offset = max(offset - count, 0)
        return groups

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
    def portal_my_disputes(
        self, page=1, sortby=None, filterby=None, groupby=None, search=None, search_in=None, **kwargs
    ):
        Case = request.env["dispute.case"]
        sortings = self._get_dispute_searchbar_sortings()
        filters = self._get_dispute_searchbar_filters()
        groups = self._get_dispute_searchbar_groupby()
        inputs = self._get_dispute_searchbar_inputs()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        groupby = groupby if groupby in groups else "none"
        search_in = search_in if search_in in inputs else "all"
        search = clean_text(search, MAX_SEARCH_LENGTH)

        domain = filters[filterby]["domain"]
        if search:
            domain &= self._get_dispute_search_domain(search_in, search)
        can_read = Case.has_access("read")
        parts = [
            (name, domain & part, Case.search_count(domain & part) if can_read else 0)
            for name, part in self._get_dispute_parts(groupby)
        ]
        url_args = {
            "sortby": sortby,
            "filterby": filterby,
            "groupby": groupby,
            "search_in": search_in,
            "search": search,
        }
        pager = portal_pager(
            url="/my/disputes",
            url_args={key: value for key, value in url_args.items() if value},
            total=sum(count for _name, _domain, count in parts),
            page=page,
            step=self._items_per_page,
        )
        case_groups = self._search_dispute_groups(
            parts, groupby, sortings[sortby]["order"], max(pager["offset"], 0)
        )
        listed = [case_id for _name, cases in case_groups for case_id in cases.ids]
        request.session["my_disputes_history"] = listed[:100]
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "case_groups": case_groups,
                "page_name": "dispute",
                "title": request.env._("Your disputes"),
                "default_url": "/my/disputes",
                "pager": pager,
                "searchbar_sortings": sortings,
                "searchbar_filters": filters,
                "searchbar_groupby": groups,
                "searchbar_inputs": inputs,
                **url_args,
            }
        )
        return request.render("refund_portal.portal_my_disputes", values)
