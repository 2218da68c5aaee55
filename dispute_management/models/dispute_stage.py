from odoo import api, fields, models

#: Kinds that end a case.
CLOSED_KINDS = ("resolved", "rejected", "withdrawn")

STAGE_KINDS = [
    ("new", "New"),
    ("assessing", "Assessing"),
    ("waiting_customer", "Waiting for customer"),
    ("waiting_third_party", "Waiting for third party"),
    ("proposed", "Offer made"),
    ("resolved", "Resolved"),
    ("rejected", "Refused"),
    ("withdrawn", "Withdrawn"),
]

WAITING_ON = [
    ("us", "Us"),
    ("colleague", "Colleague"),
    ("third_party", "Third party"),
    ("customer", "Customer"),
]


class DisputeStage(models.Model):
    """A column: its kind, and whose turn it is while a case stands in it."""

    _name = "dispute.stage"
    _description = "Dispute Stage"
    _order = "pipeline_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    pipeline_id = fields.Many2one("dispute.pipeline", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(STAGE_KINDS, required=True, default="assessing")
    waiting_on = fields.Selection(
        WAITING_ON,
        compute="_compute_waiting_on",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Whose turn it is. Only the customer's turn stops the clock.",
    )
    fold = fields.Boolean(string="Folded in Kanban")
    public_name = fields.Char(
        translate=True,
        help="What the customer reads. The name serves where this is empty.",
    )
    description = fields.Text(translate=True)

    @api.depends("kind")
    def _compute_waiting_on(self):
        turns = {
            "waiting_customer": "customer",
            "proposed": "customer",
            "waiting_third_party": "third_party",
        }
        for stage in self:
            stage.waiting_on = turns.get(stage.kind, "us")

    def _is_closed(self):
        """:return: whether a case in this stage is closed"""
        self.ensure_one()
        return self.kind in CLOSED_KINDS
