from odoo import http
from odoo.http import request

from .statement_answer import STATEMENT_ACTS, StatementAnswer
from .tokened_page import TokenedPage

_LINK = "/dispute/statement/<string:token>"


class SettlementStatement(StatementAnswer, TokenedPage, http.Controller):
    """The page on which a customer reads a resolution statement and answers it, by link without login."""

    _gone_template = "settlement_statement_gone"

    def _find_statement(self, token):
        """:return: ``(settlement, None)`` in the customer's language, or ``(None, response)``"""
        settlement, gone = self._find_record("settlement", token)
        if gone or settlement.state in ("draft", "to_approve", "cancelled"):
            return None, gone or self._render_gone(404)
        settlement = settlement._in_customer_language()
        request.update_context(lang=settlement.env.context["lang"], tz=settlement.env.context["tz"])
        return settlement, None

    # What is shown

    def _render_page(self, settlement, token, values=None, errors=None, status=200):
        return self._respond(
            "settlement_statement_page",
            self._prepare_statement_values(settlement, f"/dispute/statement/{token}", values, errors),
            status,
        )

    @http.route(_LINK, type="http", auth="public", website=True, sitemap=False, methods=["GET"])
    def statement_page(self, token, **kwargs):
        settlement, gone = self._find_statement(token)
        return gone or self._render_page(settlement, token)

    @http.route(f"{_LINK}/file", type="http", auth="public", sitemap=False, methods=["GET"])
    def statement_file(self, token, **kwargs):
        settlement, gone = self._find_statement(token)
        if gone or not settlement.statement_id:
            return gone or self._render_gone(404)
        return self._stream_file(settlement.statement_id)

    # What is done

    @http.route(_LINK, type="http", auth="public", website=True, sitemap=False, methods=["POST"])
    def statement_submit(self, token, **kwargs):
        settlement, gone = self._find_statement(token)
        return gone or self._act(settlement, token, kwargs)

    @http.route(f"{_LINK}/sign", type="jsonrpc", auth="public", website=True)
    def statement_sign(self, token, name=None, signature=None):
        """Accept with a signature, as the signature form of the portal sends it."""
        settlement, gone = self._find_statement(token)
        if gone:
            return {"error": request.env._("This link is too old, or our offer was withdrawn.")}
        error = self._sign_statement(settlement, name, signature)
        if error:
            return {"error": error}
        return {"force_refresh": True, "redirect_url": f"/dispute/statement/{token}"}

    def _act(self, settlement, token, post):
        """Do what the pressed button says; whatever is wrong is told, and nothing typed is lost."""
        do = post.get("do")
        if do not in STATEMENT_ACTS:
            return self._render_page(settlement, token)
        case = settlement.case_id
        by = case.contact_id.name or case.partner_id.name
        error = self._answer_statement(settlement, by, post)
        if error:
            return self._render_page(settlement, token, post, {do: error}, 422)
        return self._render_page(settlement, token, values={"done": do})
