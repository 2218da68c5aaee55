from odoo import fields, models


class PaymentProvider(models.Model):
    """A provider that answers refunds as a test wants it to."""

    _inherit = "payment.provider"

    code = fields.Selection(
        selection_add=[("dispute_test", "Dispute Test")], ondelete={"dispute_test": "set default"}
    )
    dispute_test_answer = fields.Selection(
        [
            ("done", "Paid at once"),
            ("pending", "Paid later"),
            ("silent", "Accepted, state told later"),
            ("refused", "Refused"),
            ("error", "Failed"),
            ("cut", "Connection breaks before the answer"),
            ("overloaded", "Answers with a server error"),
            ("garbage", "Answer can't be read"),
        ],
        default="done",
    )
    dispute_test_refund = fields.Selection(
        [("none", "Unsupported"), ("full_only", "Full only"), ("partial", "Full and partial")],
        default="partial",
    )

    def _compute_feature_support_fields(self):
        super()._compute_feature_support_fields()
        for provider in self.filtered(lambda item: item.code == "dispute_test"):
            provider.support_refund = provider.dispute_test_refund

    def _get_default_payment_method_codes(self):
        self.ensure_one()
        return {"demo"} if self.code == "dispute_test" else super()._get_default_payment_method_codes()
