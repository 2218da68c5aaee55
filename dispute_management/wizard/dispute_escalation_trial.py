from odoo import api, fields, models

from ..tools import escalation_schedule as schedule

#: More than this is not listed, and not looked for.
LISTED = 200
SCANNED = 20_000
BATCH = 500


class DisputeEscalationTrial(models.TransientModel):
    """What a rule would do with today's cases, and to whom. It does nothing."""

    _name = "dispute.escalation.trial"
    _description = "Escalation Rule on Trial"
    _inherit = ["dispute.wizard.mixin"]

    rule_id = fields.Many2one("dispute.escalation.rule", required=True, readonly=True, ondelete="cascade")
    line_ids = fields.One2many("dispute.escalation.trial.line", "trial_id", readonly=True)
    count = fields.Integer(string="Cases", readonly=True)
    is_cut = fields.Boolean(readonly=True)
    is_past_left_out = fields.Boolean(readonly=True)
    effect_info = fields.Char(related="rule_id.effect_info")

    @api.depends("rule_id")
    def _compute_display_name(self):
        for trial in self:
            trial.display_name = trial.rule_id.display_name

    @api.model
    def _create_of(self, rule):
        """Try a rule, on or not, on the cases that are open today.

        :return: dispute.escalation.trial
        """
        now = fields.Datetime.now()
        asked = (rule._get_schedule_rule(since=None),)
        # An administrator tries it for everyone; what is listed they may read anyway.
        found = self.env["dispute.case"].search(rule._get_candidate_domain(), limit=SCANNED + 1)
        firing = {}
        for start in range(0, len(found[:SCANNED]), BATCH):
            for case, occasions in found[start : start + BATCH]._get_escalations(asked).items():
                due = schedule.get_due(occasions, now)
                if due:
                    firing[case] = due
        lines = [
            {
                "case_id": case.id,
                "reason": rule._get_reason(case, due[0]),
                "date_due": due[0].moment,
                "people": ", ".join(rule._get_affected(case, due).mapped("name")),
                "level": rule._get_level_of(case).display_name,
            }
            for case, due in list(firing.items())[:LISTED]
        ]
        return self.create(
            {
                "rule_id": rule.id,
                "line_ids": [fields.Command.create(line) for line in lines],
                "count": len(firing),
                "is_cut": len(found) > SCANNED or len(firing) > LISTED,
                "is_past_left_out": not rule.include_past,
            }
        )


class DisputeEscalationTrialLine(models.TransientModel):
    """A case that a rule on trial would fire for."""

    _name = "dispute.escalation.trial.line"
    _description = "Case of an Escalation Rule on Trial"
    _inherit = ["dispute.wizard.mixin"]
    _order = "date_due, id"

    trial_id = fields.Many2one("dispute.escalation.trial", required=True, index=True, ondelete="cascade")
    case_id = fields.Many2one("dispute.case", required=True, readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    user_id = fields.Many2one(related="case_id.user_id")
    reason = fields.Char(string="Why", readonly=True)
    date_due = fields.Datetime(string="Since", readonly=True)
    people = fields.Char(string="On whom", readonly=True)
    level = fields.Char(string="Raised to", readonly=True)
