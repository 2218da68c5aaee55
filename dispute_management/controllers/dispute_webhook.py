import json
import time

from odoo import http
from odoo.exceptions import AccessError, LockError, UserError
from odoo.http import request

from ..tools.webhook_signature import is_signed

MAX_BODY = 256 * 1024
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class DisputeWebhook(http.Controller):
    """Where other systems tell of disputes; see docs/api.md."""

    @http.route(
        "/dispute/webhook/<int(max=2147483647):webhook_id>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def dispute_webhook(self, webhook_id, **kwargs):
        problem = self._get_body_problem()
        if problem:
            return self._refuse(*problem)
        body = request.httprequest.get_data()
        # Read to check the signature; who can't sign gets the same answer as for a wrong address.
        webhook = request.env["dispute.webhook"].sudo().browse(webhook_id).exists()
        header = request.httprequest.headers.get("X-Dispute-Signature")
        is_on = webhook.active and webhook.user_id.active
        if not is_on or not is_signed(header, webhook.secret, body, time.time()):
            return self._refuse(401, "The signature is wrong.")
        # Signed: the request goes on as the user that stands for the other system.
        request.update_env(user=webhook.user_id.id)
        request.update_context(allowed_company_ids=webhook.company_id.ids)
        webhook = webhook.with_env(request.env).sudo()
        try:
            event = self._read(body)
        except ValueError as error:
            return self._refuse(400, str(error))
        try:
            with request.env.cr.savepoint():
                known = webhook._receive(event)
        except LockError:
            return self._refuse(409, "Another event is being done: send this one again.")
        except (AccessError, UserError) as error:
            return self._refuse(422, str(error))
        return request.make_json_response({"event": known.key, "case": known.case_id.name})

    def _get_body_problem(self):
        """:return: (status, message) of a body that isn't read at all; None of any other"""
        length = request.httprequest.content_length
        if length is None:
            return 411, "Tell its length."
        if length > MAX_BODY:
            return 413, "The body is too long."
        if request.httprequest.mimetype in FORM_TYPES:
            # Odoo has read it as a form: what was signed is gone.
            return 415, "Send JSON: Content-Type: application/json."
        return None

    def _read(self, body):
        """:raise ValueError: when the body is no JSON object"""
        try:
            event = json.loads(body, parse_constant=self._refuse_constant)
        except (ValueError, RecursionError):
            raise ValueError("The body is no JSON.") from None
        if not isinstance(event, dict):
            raise ValueError("The body is no JSON object.")
        return event

    def _refuse_constant(self, name):
        raise ValueError(name)

    def _refuse(self, status, message):
        return request.make_json_response({"error": message}, status=status)
