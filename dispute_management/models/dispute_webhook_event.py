from odoo import fields, models


class DisputeWebhookEvent(models.Model):
    """What another system told, once: the same event delivered twice changes nothing."""

    _name = "dispute.webhook.event"
    _description = "Dispute Webhook Event"
    _order = "id desc"
    _rec_name = "key"

    webhook_id = fields.Many2one(
        "dispute.webhook", required=True, index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="webhook_id.company_id", store=True, precompute=True)
    key = fields.Char(string="Event", required=True, readonly=True)
    type = fields.Char(required=True, readonly=True)
    case_id = fields.Many2one("dispute.case", readonly=True, index="btree_not_null")

    _webhook_key_uniq = models.Constraint("UNIQUE(webhook_id, key)", "This event was told already.")
