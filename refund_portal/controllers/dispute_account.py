from odoo import fields, http
from odoo.http import content_disposition, request

from odoo.addons.dispute_management.tools.account_statement import get_default_period
from odoo.addons.dispute_management.tools.plain_text import parse_id

from ..tools.period import parse_period
from .dispute_portal import DisputePortal
from .request_limit import is_flood


class DisputeAccount(DisputePortal):
    """The statement of account of a customer: what was booked over a period, what is open and in dispute."""

    def _get_account_query(self, date_from, date_to, company_id):
        """What is asked for, whatever was typed.

        :return: ``(company, start, end, error)``; a company of others is none of theirs
        """
        # sudo: with which companies the user has to do, and what they are called.
        companies = request.env.user.sudo().company_ids
        company = companies.filtered(lambda item: item.id == parse_id(company_id)) or request.env.company
        default = get_default_period(fields.Date.context_today(request.env.user))
        period = parse_period(date_from, date_to, default)
        error = not period and request.env._("Please choose two dates, the first one not after the second.")
        return company.sudo(), *(period or default), error

    def _get_account_values(self, company, start, end):
        """:return: what the statement is made of; only cases that the user may read are told"""
        partner = request.env.user.partner_id.commercial_partner_id
        statement = request.env["dispute.account.statement"]
        return statement._get_values(
            partner, company, start, end, statement._get_lines(partner, company, start, end)
        )

    def _may_see_account(self):
        """:return: whether the user reads invoices and disputes of their own company at all"""
        return all(request.env[model].has_access("read") for model in ("account.move", "dispute.case"))

    @http.route(
        "/my/disputes/statement",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["GET"],
        readonly=True,
    )
    def portal_my_account(self, date_from=None, date_to=None, company_id=None, **kwargs):
        if not self._may_see_account():
            return request.redirect("/my/disputes")
        company, start, end, error = self._get_account_query(date_from, date_to, company_id)
        account = self._get_account_values(company, start, end)
        told = [dispute for section in account["sections"] for dispute in section["disputes"]]
        booked = [movement for section in account["sections"] for movement in section["movements"]]
        # Under the user's own rights: a document is a link only for who may open it.
        moves = request.env["account.move"].browse(
            {item["move_id"] for item in (*told, *booked) if item["move_id"]}
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "dispute_account",
                "title": account["title"],
                "account": account,
                "error": error,
                "company": company,
                # sudo: see above.
                "companies": request.env.user.sudo().company_ids,
                "readable_move_ids": set(
                    moves._filtered_access("read")
                    .filtered(lambda move: move.move_type in ("out_invoice", "out_refund"))
                    .ids
                ),
                "is_own_only": company.dispute_portal_own_only and request.env.user._is_portal(),
            }
        )
        return request.render("refund_portal.portal_my_account", values)

    @http.route(
        "/my/disputes/statement/file",
        type="http",
        auth="user",
        sitemap=False,
        methods=["GET"],
        # Each time is noted, for the limit.
        readonly=False,
    )
    def portal_my_account_file(self, date_from=None, date_to=None, company_id=None, **kwargs):
        company, start, end, error = self._get_account_query(date_from, date_to, company_id)
        if error or not self._may_see_account():
            return request.redirect("/my/disputes/statement")
        if is_flood("print"):
            return request.make_response(
                request.env._("You have printed a lot in a short time. Please try again in some minutes."),
                headers=[("Content-Type", "text/plain; charset=utf-8")],
                status=429,
            )
        account = self._get_account_values(company, start, end)
        statement = request.env["dispute.account.statement"]
        content, extension = statement._print(account)
        name = statement._get_filename(account["partner"], start, end)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf" if extension == "pdf" else "text/html; charset=utf-8"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{name}.{extension}")),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
            ],
        )
