import requests

from odoo import models
from odoo.exceptions import ValidationError

#: Every refund that the provider was asked for: ``(reference, amount)``. What a provider was
#: asked is not undone by a rollback.
ASKED = []


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _send_refund_request(self):
        if self.provider_code != "dispute_test":
            return super()._send_refund_request()
        ASKED.append((self.reference, -self.amount))
        return getattr(self, f"_dispute_test_{self.provider_id.dispute_test_answer}")()

    def _dispute_test_done(self):
        self._set_done()

    def _dispute_test_pending(self):
        self._set_pending()

    def _dispute_test_silent(self):
        self.provider_reference = "accepted"

    def _dispute_test_error(self):
        self._set_error("No balance")

    def _dispute_test_refused(self):
        self._dispute_test_fail(400)

    def _dispute_test_overloaded(self):
        self._dispute_test_fail(503)

    def _dispute_test_fail(self, status):
        """As Odoo's own providers do: the cause is known by what was being handled."""
        response = requests.Response()
        response.status_code = status
        try:
            response.raise_for_status()
        except requests.exceptions.HTTPError:
            raise ValidationError(self.env._("The payment provider rejected the request."))  # noqa: B904 (as Odoo's do)

    def _dispute_test_cut(self):
        try:
            raise requests.exceptions.ReadTimeout
        except requests.exceptions.Timeout:
            raise ValidationError(self.env._("Could not establish the connection."))  # noqa: B904 (as Odoo's do)

    def _dispute_test_garbage(self):
        raise KeyError("refund_id")
