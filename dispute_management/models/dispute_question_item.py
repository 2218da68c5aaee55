from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.plain_text import clean_text

#: Choices that are shown as buttons; more are a list to open.
MAX_BUTTONS = 6


class DisputeQuestionItemMixin(models.AbstractModel):
    """What an answer holds: shared by the question and by each time it is asked."""

    _name = "dispute.question.item.mixin"
    _description = "Dispute Question Item"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(string="Ask for", required=True, translate=True)
    kind = fields.Selection(
        [
            ("choice", "Choice"),
            ("amount", "Amount"),
            ("date", "Date"),
            ("text", "Text"),
            ("file", "File"),
        ],
        required=True,
        default="text",
    )
    choices = fields.Text(help="One on each line.")
    is_required = fields.Boolean(string="Required")
    evidence_type_id = fields.Many2one(
        "dispute.evidence.type",
        string="Evidence",
        ondelete="restrict",
        index="btree_not_null",
        help="Files answered here go to this item of the evidence list.",
    )

    @api.constrains("kind", "choices")
    def _check_choices_given(self):
        for item in self.filtered(lambda item: item.kind == "choice"):
            if not item._get_choices():
                raise ValidationError(self.env._("%s: name what there is to choose from.", item.name))

    def _get_choices(self):
        """:return: list of what there is to choose from, each once, as it comes back from a form"""
        self.ensure_one()
        lines = [clean_text(line) for line in (self.choices or "").splitlines()]
        return list(dict.fromkeys(filter(None, lines)))

    def _is_short(self):
        """:return: whether all there is to choose from is shown at once, to be answered with one tap"""
        self.ensure_one()
        # A button once pressed can't be let go again: only for what has to be chosen.
        return self.is_required and len(self._get_choices()) <= MAX_BUTTONS

    def _prepare_item_values(self):
        """:return: values of the same item where it is asked"""
        self.ensure_one()
        return {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in self._get_item_fields()
        }

    @api.model
    def _get_item_fields(self):
        """:return: names of the fields that each asking takes over from the question"""
        return ["sequence", "name", "kind", "choices", "is_required", "evidence_type_id"]


class DisputeQuestionItem(models.Model):
    """One thing that a good answer to a question holds."""

    _name = "dispute.question.item"
    _description = "Dispute Question Item"
    _inherit = ["dispute.question.item.mixin"]

    question_id = fields.Many2one("dispute.question", required=True, index=True, ondelete="cascade")

    @api.constrains("choices", "kind")
    def _check_choices(self):
        self.question_id._check_rules()
