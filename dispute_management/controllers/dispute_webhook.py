import json
import time

from odoo import http
from odoo.exceptions import AccessError, LockError, UserError
from odoo.http import request

from ..tools.webhook_signature import is_signed

MAX_BODY = 256 * 1024


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
        length = request.httprequest.content_length
        if length is None or length > MAX_BODY:
            return self._refuse(413, "The body is too long.")
        body = request.httprequest.get_data()
        # Read to check the signature; who can't sign gets the same answer as for a wrong address.
        webhook = request.env["dispute.webhook"].sudo().browse(webhook_id).exists()
        header = request.httprequest.headers.get("X-Dispute-Signature")
        if not webhook.active or not is_signed(header, webhook.secret, body, time.time()):
            return self._refuse(401, "The signature is wrong.")
        try:
            event = json.loads(body)
        except ValueError:
            return self._refuse(400, "The body is no JSON.")
        if not isinstance(event, dict):
            return self._refuse(400, "The body is no JSON object.")
        try:
            with request.env.cr.savepoint():
                known = webhook._receive(event)
        except LockError:
            return self._refuse(409, "Another event is being done: send this one again.")
        except (AccessError, UserError) as error:
            return self._refuse(422, str(error))
        return request.make_json_response({"event": known.key, "case": known.case_id.name})

    def _refuse(self, status, message):
        return request.make_json_response({"error": message}, status=status)
