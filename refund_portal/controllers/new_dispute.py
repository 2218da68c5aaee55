from odoo import http
from odoo.fields import Domain
from odoo.http import SessionExpiredException, request

from odoo.addons.dispute_management.tools.plain_text import clean_text, parse_id

from ..models.dispute_portal_form import MAX_DOCUMENTS
from ..models.filed_documents import FiledDocuments
from .invoice_dispute import InvoiceDispute

MAX_OFFERED = 50


class NewDispute(InvoiceDispute):
    """A dispute about several invoices at once, or a refund of payments; first they are chosen."""

    @http.route("/my/disputes/new", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def portal_dispute_new(self, **kwargs):
        if request.env.user._is_public():
            raise SessionExpiredException("Log in to file a dispute")
        args = request.httprequest.args
        documents = self._get_chosen_documents(args)
        if not request.env.user._is_portal():
            return request.redirect("/my")
        if not documents:
            error = request.env._("Choose an invoice or a payment.") if kwargs.get("go") else None
            return self._render_choice(clean_text(kwargs.get("search"), 100), error=error)
        if not documents.is_one_case:
            # sudo: the form trusts the documents checked above.
            form_sudo = request.env["dispute.portal.form"].sudo()
            return self._render_choice("", documents, form_sudo._get_cannot_file_reason(documents))
        if documents.is_single_invoice:
            return request.redirect(f"/my/invoices/{documents.moves.id}/dispute")
        return self._show_form(documents, self._get_choice_url(documents), "/my/disputes/new", kwargs)

    @http.route(
        "/my/disputes/new",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        csrf=False,
        sitemap=False,
    )
    def portal_dispute_new_submit(self, **kwargs):
        args = request.httprequest.args
        if request.env.user._is_public():
            return self._ask_login(self._get_ids_url(*self._get_chosen_ids(args)))
        documents = self._get_chosen_documents(args)
        if not documents or not documents.is_one_case:
            return request.redirect("/my/disputes/new")
        return self._submit_form(documents, self._get_choice_url(documents), "/my/disputes/new")

    # What was chosen

    def _get_chosen_ids(self, args):
        """:return: ids of invoices and of payments that the address names"""
        return tuple(
            list(dict.fromkeys(filter(None, map(parse_id, args.getlist(name)))))[: MAX_DOCUMENTS + 1]
            for name in ("invoice", "payment")
        )

    def _get_ids_url(self, move_ids, payment_ids):
        query = [f"invoice={move_id}" for move_id in move_ids]
        query += [f"payment={payment_id}" for payment_id in payment_ids]
        return f"/my/disputes/new?{'&'.join(query)}" if query else "/my/disputes/new"

    def _get_choice_url(self, documents):
        return self._get_ids_url(documents.moves.ids, documents.payments.ids)

    def _get_chosen_documents(self, args):
        """:return: `FiledDocuments` of those chosen that are the customer's own; others are left out unsaid"""
        move_ids, payment_ids = self._get_chosen_ids(args)
        moves = self._get_disputable_invoices(*move_ids)
        # sudo: compared with the user's own customer and companies.
        payments = request.env["account.payment"].sudo().browse(payment_ids).exists()
        payments = payments.filtered_domain(self._get_payment_domain())
        return FiledDocuments(moves, payments, request.env["dispute.link"].sudo())

    def _get_payment_domain(self):
        """:return: Domain of the payments received from the logged-in customer"""
        # sudo: a portal user may not read their own company's record in full.
        user = request.env.user.sudo()
        return (
            Domain("partner_id.commercial_partner_id", "=", user.commercial_partner_id.id)
            & Domain("company_id", "in", user.company_ids.ids)
            & Domain("payment_type", "=", "inbound")
            & Domain("partner_type", "=", "customer")
            & Domain("state", "in", ("in_process", "paid"))
        )

    # What is offered

    def _render_choice(self, search, chosen=None, error=None):
        moves, payments = self._get_offered(search)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "dispute_choice",
                "title": request.env._("File a dispute"),
                "moves": moves,
                "payments": payments,
                "amounts": moves._dispute_get_disputable_amounts(),
                "payment_amounts": {
                    payment: found["disputable"]
                    for payment, found in payments._dispute_get_live_amounts().items()
                },
                "search": search,
                "chosen": chosen,
                "error": error,
                "max_offered": MAX_OFFERED,
                "has_companies": len(moves.company_id | payments.company_id) > 1,
            }
        )
        return request.render("refund_portal.portal_dispute_choice", values)

    def _get_offered(self, search):
        """:return: (account.move, account.payment) the customer may choose from, newest first"""
        user = request.env.user.sudo()  # see above
        companies = user.company_ids.filtered("dispute_portal_file")
        named = Domain("name", "ilike", search) if search else Domain.TRUE
        moves = request.env["account.move"]
        if moves.has_access("read"):
            # Under the user's own rights.
            moves = moves.search(
                Domain("move_type", "=", "out_invoice")
                & Domain("state", "=", "posted")
                & Domain("commercial_partner_id", "=", user.commercial_partner_id.id)
                & Domain("company_id", "in", companies.ids)
                & named,
                order="invoice_date desc, id desc",
                limit=MAX_OFFERED,
            ).sudo()
        refunding = companies.filtered("dispute_portal_refund")
        # sudo: the customer's own payments, which portal users have no right to read.
        payments = request.env["account.payment"].sudo()
        payments = payments.search(
            self._get_payment_domain() & Domain("company_id", "in", refunding.ids) & named,
            order="date desc, id desc",
            limit=MAX_OFFERED,
        )
        amounts = payments._dispute_get_live_amounts()
        payments = payments.filtered(
            lambda payment: not payment.currency_id.is_zero(amounts[payment]["disputable"])
        )
        return moves - moves.browse().union(*moves._get_cannot_dispute_reasons()), payments
