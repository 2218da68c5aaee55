from odoo import fields, models

from ..tools.answer_form import parse_answer


class DisputeInformationItem(models.Model):
    """One thing that a request asks for, and what was answered: a value of the case."""

    _name = "dispute.information.item"
    _description = "Dispute Answer"
    _inherit = ["dispute.facts.mixin", "dispute.question.item.mixin"]

    request_id = fields.Many2one(
        "dispute.information.request", required=True, index=True, ondelete="restrict", readonly=True
    )
    case_id = fields.Many2one(related="request_id.case_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="request_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="request_id.currency_id")
    answered_by = fields.Char(related="request_id.answered_by")
    date_answered = fields.Datetime(related="request_id.date_answered")
    name = fields.Char(translate=False)
    value_text = fields.Text(string="Answer", readonly=True)
    value_amount = fields.Monetary(string="Amount", readonly=True)
    value_date = fields.Date(string="Date", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", readonly=True, bypass_search_access=True
    )
    is_answered = fields.Boolean(readonly=True)
    display_value = fields.Char(string="Answered", compute="_compute_display_value")

    def _compute_display_value(self):
        for item in self:
            if not item.is_answered:
                item.display_value = False
            elif item.kind == "amount":
                item.display_value = item.currency_id.format(item.value_amount)
            elif item.kind == "date":
                item.display_value = self.env["ir.qweb.field.date"].value_to_html(item.value_date, {})
            elif item.kind == "file":
                item.display_value = ", ".join(item.attachment_ids.mapped("name"))
            else:
                item.display_value = item.value_text

    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | {
            "request_id",
            "value_text",
            "value_amount",
            "value_date",
            "attachment_ids",
            "is_answered",
            *self._get_item_fields(),
        }

    def _parse(self, raw, lang):
        """Read what was typed for this item.

        :param raw: what came over the wire
        :param lang: data of the language it was typed in, see `res.lang._get_data`
        :return: the value, None where nothing was typed
        :raise AnswerError: with the code of what is wrong
        """
        self.ensure_one()
        return parse_answer(
            self.kind,
            raw,
            self.is_required,
            self._get_choices(),
            self.currency_id.decimal_places,
            lang.decimal_point or ".",
            lang.thousands_sep or "",
        )

    def _set_value(self, value):
        """Note what was answered.

        :param value: as `_parse` gives it; ir.attachment for a file
        """
        self.ensure_one()
        fields_by_kind = {"amount": "value_amount", "date": "value_date"}
        if self.kind == "file":
            self.write({"attachment_ids": [(6, 0, value.ids)], "is_answered": True})
        else:
            self.write({fields_by_kind.get(self.kind, "value_text"): value, "is_answered": True})
