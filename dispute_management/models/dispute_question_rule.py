from odoo import api, fields, models

from ..tools.plain_text import clean_text


class DisputeQuestionRule(models.Model):
    """What follows an answer; the first rule of a question whose choice was given applies."""

    _name = "dispute.question.rule"
    _description = "Dispute Question Rule"
    _order = "sequence, id"

    question_id = fields.Many2one("dispute.question", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    choice = fields.Char(
        string="When they choose", help="As in the list of choices. Empty: whatever they answer."
    )
    cause_id = fields.Many2one("dispute.cause", string="Root Cause", help="Noted where the case has none.")
    stage_id = fields.Many2one(
        "dispute.stage", string="Move to", help="Where the case's pipeline has this stage."
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity for the owner",
        domain="[('res_model', 'in', [False, 'dispute.case'])]",
    )

    def _find(self, choices):
        """The rule that applies to an answer.

        :param choices: set of what was chosen
        :return: dispute.question.rule, empty when none does
        """
        return self.filtered(lambda rule: not rule.choice or clean_text(rule.choice) in choices)[:1]

    @api.constrains("choice")
    def _check_choice(self):
        self.question_id._check_rules()
