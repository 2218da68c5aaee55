import base64
import binascii

from odoo.exceptions import UserError
from odoo.http import request

from ..tools.amount import AmountError, parse_amount
from ..tools.answer_form import MAX_TEXT
from ..tools.plain_text import clean_text

MAX_NAME = 100
#: A drawn name is some ten kilobytes.
MAX_SIGNATURE = 500_000
#: What the buttons on a statement do.
STATEMENT_ACTS = ("accept", "decline", "counter", "reopen")


class StatementAnswer:
    """What controllers have in common on whose pages a customer answers a resolution statement.

    Who may answer it is checked by the caller.
    """

    def _prepare_statement_values(self, settlement, url, values=None, errors=None):
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
            "most": settlement._get_most_countered() if settlement._takes_counter_offers() else 0,
            "customer_name": settlement.case_id.contact_id.name or settlement.case_id.partner_id.name,
        }

    def _answer_statement(self, settlement, by, post):
        """Do what the pressed button says.

        :param by: name of who answers
        :param post: mapping of posted text; ``do`` is one of `STATEMENT_ACTS`
        :return: what is wrong, or None; nothing is done then
        """
        do = getattr(self, f"_do_{post['do']}")
        try:
            with request.env.cr.savepoint():
                do(settlement, by, post)
        except UserError as error:
            return str(error)
        return None

    def _sign_statement(self, settlement, name, signature):
        """Accept with a signature.

        :param name: as typed beside the signature
        :param signature: picture in base64, as it came over the wire
        :return: what is wrong, or None
        """
        name = clean_text(name, MAX_NAME)
        if not name:
            return settlement.env._("Please write your name.")
        if not self._is_image(signature):
            return settlement.env._("Please sign to accept.")
        try:
            with request.env.cr.savepoint():
                settlement._accept_offer(name, signature)
        except UserError as error:
            return str(error)
        return None

    def _is_image(self, data):
        """:return: whether this is a picture that we would keep, in base64"""
        if not isinstance(data, str) or len(data) > MAX_SIGNATURE:
            return False
        try:
            raw = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            return False
        return raw.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))

    def _do_accept(self, settlement, by, post):
        settlement._accept_offer(by)

    def _do_decline(self, settlement, by, post):
        settlement._decline_offer(by, post.get("text"))

    def _do_counter(self, settlement, by, post):
        if not settlement._takes_counter_offers():
            raise UserError(
                settlement.env._("Please accept or decline this offer; for anything else, reply to our mail.")
            )
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
        text = clean_text(post.get("text"), MAX_TEXT, multiline=True)
        settlement._counter_offer(by, float(amount), text)

    def _do_reopen(self, settlement, by, post):
        settlement._ask_reopening(by, post.get("text"))
