from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.plain_text import clean_text


class DisputeQuestion(models.Model):
    """A question that is asked again and again: its words, what a good answer holds, what follows."""

    _name = "dispute.question"
    _description = "Dispute Question"
    _inherit = ["dispute.configuration.mixin"]
    _check_company_auto = True

    reason_ids = fields.Many2many("dispute.reason", help="Empty: all reasons.")
    body = fields.Text(string="Question", required=True, translate=True)
    ask_salesperson = fields.Boolean(help="Propose to ask the salesperson of the invoice.")
    item_ids = fields.One2many(
        "dispute.question.item", "question_id", string="A good answer holds", copy=True
    )
    rule_ids = fields.One2many("dispute.question.rule", "question_id", string="What follows", copy=True)
    due_days = fields.Integer(
        string="Due in",
        default=3,
        help="Working days of the dispute's calendar.",
    )
    extension_days = fields.Integer(
        string="More time at most",
        default=5,
        help="Working days that whoever is asked may take longer. 0: none.",
    )
    remind_days = fields.Integer(
        string="Remind before",
        default=1,
        help="Working days before it is due that the first reminder goes out.",
    )
    repeat_days = fields.Integer(
        string="Remind again every",
        default=2,
        help="Working days between reminders once it is due. 0: one reminder only.",
    )

    _days_positive = models.Constraint(
        "CHECK(due_days > 0 AND extension_days >= 0 AND remind_days >= 0 AND repeat_days >= 0)",
        "Due in at least one day; the other days can't be negative.",
    )

    @api.constrains("item_ids", "rule_ids")
    def _check_rules(self):
        for question in self:
            choices = set()
            for item in question.item_ids.filtered(lambda item: item.kind == "choice"):
                choices.update(item._get_choices())
            for rule in question.rule_ids:
                if rule.choice and clean_text(rule.choice) not in choices:
                    raise ValidationError(
                        self.env._(
                            "%(question)s: nobody can choose “%(choice)s”. Write it as in the list of choices,"
                            " or leave it empty for any answer.",
                            question=question.name,
                            choice=rule.choice,
                        )
                    )

    def _get_case_questions(self, case):
        """:return: the questions that fit the reason and company of a case, in their order"""
        return self.search([]).filtered(
            lambda question: (
                (not question.reason_ids or case.reason_id in question.reason_ids)
                and (not question.company_id or question.company_id in case.company_id.parent_ids)
            )
        )
