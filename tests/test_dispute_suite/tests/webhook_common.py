import json
import re
import time
from pathlib import Path

from odoo.addons.dispute_management.tests.common import DisputeCommon
from odoo.addons.dispute_management.tools.webhook_signature import sign

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"


class WebhookCommon(DisputeCommon):
    """Another system, and the examples of docs/api.md."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        texts = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.S)
        cls.examples = {example["type"]: example for example in map(json.loads, texts) if "type" in example}
        cls.webhook = (
            cls.env["dispute.webhook"]
            .sudo()
            .create({"name": "Scheme", "user_id": cls.clerk.id, "company_id": cls.company.id})
        )

    def _send(self, event, secret=None, body=None, at=None, header=None, content_type="application/json"):
        body = body if body is not None else json.dumps(event).encode()
        header = header or sign(secret or self.webhook.secret, int(at or time.time()), body)
        return self.url_open(
            f"/dispute/webhook/{self.webhook.id}",
            data=body,
            headers={"X-Dispute-Signature": header, "Content-Type": content_type},
        )
