from odoo import api, fields, models


class DisputeMerge(models.TransientModel):
    """Let one case go on with several that are about the same."""

    _name = "dispute.merge"
    _description = "Merge Disputes"
    _inherit = ["dispute.wizard.mixin"]

    case_ids = fields.Many2many(
        "dispute.case",
        string="Disputes",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    target_id = fields.Many2one(
        "dispute.case",
        string="Goes on",
        required=True,
        compute="_compute_target_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', case_ids)]",
        help="The others close as merged into it.",
    )
    candidate_domain = fields.Binary(
        compute="_compute_candidate_domain", help="Open cases that may be merged with the first one."
    )
    reason = fields.Char(string="Can't be merged", compute="_compute_reason")

    @api.depends("case_ids")
    def _compute_target_id(self):
        for wizard in self:
            if wizard.target_id not in wizard.case_ids:
                wizard.target_id = wizard._get_default_target()

    @api.depends("case_ids")
    def _compute_candidate_domain(self):
        for wizard in self:
            first = wizard.case_ids._origin[:1]
            wizard.candidate_domain = [
                ("is_closed", "=", False),
                ("company_id", "=", first.company_id.id),
                ("partner_id", "in", (first.partner_id.id, False)),
                ("currency_id", "in", (first.currency_id.id, False)),
            ]

    @api.depends("case_ids", "target_id")
    def _compute_reason(self):
        for wizard in self:
            target = wizard.target_id._origin
            wizard.reason = (wizard.case_ids._origin - target)._get_cannot_merge_reason(target)

    def _get_default_target(self):
        """:return: dispute.case: one that settled already, else the oldest with a document"""
        cases = self.case_ids._origin.filtered(lambda case: not case.is_closed)
        settled = cases.filtered(lambda case: "executed" in case.settlement_ids.mapped("state"))
        complete = cases.filtered(lambda case: not case.is_triage)
        return (settled or complete or cases).sorted(lambda case: (case.date_opened, case.id))[:1]

    def action_merge(self):
        """Merge the cases.

        :return: action on the case that goes on
        :raise UserError: when they can't be merged, with the reason
        """
        self.ensure_one()
        (self.case_ids - self.target_id)._merge_into(self.target_id)
        return self.target_id._get_records_action(name=self.env._("Dispute"))
