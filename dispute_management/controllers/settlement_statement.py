import base64
import binascii

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..tools.amount import AmountError, parse_amount
from ..tools.answer_form import MAX_TEXT
from ..tools.plain_text import clean_text
from .tokened_page import TokenedPage

MAX_NAME = 100
#: A drawn name is some ten kilobytes.
MAX_SIGNATURE = 500_000

_LINK = "/dispute/statement/<string:token>"


class SettlementStatement(TokenedPage, http.Controller):
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
            {**self._prepare_page_values(settlement, f"/dispute/statement/{token}", values, errors)},
            status,
        )

    def _prepare_page_values(self, settlement, url, values=None, errors=None):
        """:return: what the template `settlement_statement_body` needs"""
        return {
            **settlement._get_statement_values(),
            "url": url,
            "values": values or {},
            "errors": errors or {},
            "can_answer": settlement._is_offered(),
            "can_reopen": not settlement._get_cannot_reopen_reason(),
            "cannot_answer_reason": settlement.date_offered and settlement._get_cannot_answer_reason(),
            "needs_signature": settlement._needs_signature(),
            "most": settlement._get_most_countered(),
            "customer_name": settlement.case_id.contact_id.name or settlement.case_id.partner_id.name,
        }

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
        name = clean_text(name, MAX_NAME)
        if not name:
            return {"error": settlement.env._("Please write your name.")}
        if not self._is_image(signature):
            return {"error": settlement.env._("Please sign to accept.")}
        try:
            with request.env.cr.savepoint():
                settlement._accept_offer(name, signature)
        except UserError as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": f"/dispute/statement/{token}"}

    def _is_image(self, data):
        """:return: whether this is a picture that we would keep, in base64"""
        if not isinstance(data, str) or len(data) > MAX_SIGNATURE:
            return False
        try:
            raw = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            return False
        return raw.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))

    def _act(self, settlement, token, post):
        """Do what the pressed button says; whatever is wrong is told, and nothing typed is lost."""
        acts = {
            "accept": self._do_accept,
            "decline": self._do_decline,
            "counter": self._do_counter,
            "reopen": self._do_reopen,
        }
        do = post.get("do")
        if do not in acts:
            return self._render_page(settlement, token)
        try:
            with request.env.cr.savepoint():
                acts[do](settlement, post)
        except UserError as error:
            return self._render_page(settlement, token, post, {do: str(error)}, 422)
        return self._render_page(settlement, token, values={"done": do})

    def _get_name(self, settlement):
        return settlement.case_id.contact_id.name or settlement.case_id.partner_id.name

    def _do_accept(self, settlement, post):
        settlement._accept_offer(self._get_name(settlement))

    def _do_decline(self, settlement, post):
        settlement._decline_offer(self._get_name(settlement), post.get("text"))

    def _do_counter(self, settlement, post):
        currency = settlement.currency_id
        lang = request.env["res.lang"]._get_data(code=settlement.env.lang)
        try:
            amount = parse_amount(
                post.get("amount"),
                lang.decimal_point or ".",
                lang.thousands_sep or "",
                currency.decimal_places,
                (currency.symbol, currency.name),
            )
        except AmountError as error:
            raise UserError(
                settlement.env._("Please write the amount you ask for, such as 120.00.")
            ) from error
        settlement._counter_offer(
            self._get_name(settlement), float(amount), clean_text(post.get("text"), MAX_TEXT, multiline=True)
        )

    def _do_reopen(self, settlement, post):
        settlement._ask_reopening(self._get_name(settlement), post.get("text"))
