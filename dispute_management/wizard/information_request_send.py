from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class InformationRequestSend(models.TransientModel):
    """Ask colleagues, contacts or anybody with an address one question about a case."""

    _name = "information.request.send"
    _description = "Ask about a Dispute"
    _inherit = ["dispute.wizard.mixin"]

    case_id = fields.Many2one(
        "dispute.case",
        string="Dispute",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    reason_id = fields.Many2one(related="case_id.reason_id")
    question_id = fields.Many2one(
        "dispute.question",
        string="Template",
        domain="['|', ('reason_ids', '=', False), ('reason_ids', 'in', reason_id)]",
    )
    name = fields.Char(
        string="Subject",
        required=True,
        compute="_compute_from_question",
        store=True,
        readonly=False,
        precompute=True,
    )
    body = fields.Text(
        string="Question",
        required=True,
        compute="_compute_from_question",
        store=True,
        readonly=False,
        precompute=True,
    )
    due_days = fields.Integer(
        string="Answer within",
        compute="_compute_from_question",
        store=True,
        readonly=False,
        precompute=True,
        help="Working days.",
    )
    item_ids = fields.One2many(
        "information.request.send.item",
        "wizard_id",
        string="A good answer holds",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
    )
    recipient_ids = fields.One2many(
        "information.request.send.recipient",
        "wizard_id",
        string="Whom",
        compute="_compute_recipient_ids",
        store=True,
        readonly=False,
    )
    order = fields.Selection(
        [("parallel", "All at once"), ("sequence", "One after another")], required=True, default="parallel"
    )
    available_document_ids = fields.Many2many("ir.attachment", compute="_compute_available_document_ids")
    document_ids = fields.Many2many(
        "ir.attachment",
        "information_request_send_document_rel",
        string="Documents to show",
        domain="[('id', 'in', available_document_ids)]",
    )
    show_customer = fields.Boolean(string="Customer", default=True)
    show_invoices = fields.Boolean(string="Invoices", default=True)
    show_amount = fields.Boolean(string="Amount in dispute")
    show_reason = fields.Boolean(string="Reason of the dispute", default=True)
    show_description = fields.Boolean(string="What the customer says")

    @api.depends("question_id")
    def _compute_from_question(self):
        for wizard in self:
            question = wizard.question_id
            wizard.name = question.name or wizard.name
            wizard.body = question.body or wizard.body
            wizard.due_days = question.due_days or wizard.due_days or 3

    @api.depends("question_id")
    def _compute_item_ids(self):
        for wizard in self.filtered("question_id"):
            items = [Command.create(item._prepare_item_values()) for item in wizard.question_id.item_ids]
            wizard.item_ids = [Command.clear(), *items]

    @api.depends("question_id", "case_id")
    def _compute_recipient_ids(self):
        for wizard in self:
            salesperson = wizard.case_id.line_ids.move_id.invoice_user_id.filtered("active")[:1]
            if not wizard.recipient_ids and wizard.question_id.ask_salesperson and salesperson:
                wizard.recipient_ids = [Command.create({"partner_id": salesperson.partner_id.id})]
            else:
                wizard.recipient_ids = wizard.recipient_ids

    @api.depends("case_id")
    def _compute_available_document_ids(self):
        for wizard in self:
            wizard.available_document_ids = wizard.case_id._get_documents_to_show()

    def action_ask(self):
        """Ask.

        :return: action that closes the window
        :raise UserError: when nobody is named, or a document is not the case's
        """
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        if case.is_closed:
            raise UserError(self.env._("%s is closed: reopen it before you ask.", case.name))
        if not self.recipient_ids:
            raise UserError(self.env._("Name whom to ask."))
        if self.document_ids - self.available_document_ids:
            raise UserError(self.env._("Show documents of this dispute only."))
        self.recipient_ids._check_addresses()
        # Questions are written by the suite only, after the checks above.
        requests = self.env["dispute.information.request"].sudo().create(self._prepare_requests())
        if self.order == "sequence":
            for before, following in zip(requests[:-1], requests[1:], strict=True):
                following.after_id = before
        requests._ask()
        return {"type": "ir.actions.act_window_close"}

    def _prepare_requests(self):
        """:return: values of the requests, one for each person; override to add fields"""
        facts = ("customer", "invoices", "amount", "reason", "description")
        return [
            {
                "case_id": self.case_id.id,
                "question_id": self.question_id.id,
                **self._get_words(recipient.partner_id.lang),
                "due_days": max(self.due_days, 1),
                "sequence": index,
                "partner_id": recipient.partner_id.id,
                "email": recipient._get_address(),
                "document_ids": [Command.set(self.document_ids.ids)],
                "fact_names": ",".join(name for name in facts if self[f"show_{name}"]),
            }
            for index, recipient in enumerate(self.recipient_ids.sorted(), 1)
        ]

    def _get_words(self, lang):
        """What is asked, in the language of whom is asked where the template knows it and nobody changed it.

        :param lang: code of the language, or False
        :return: values of the request
        """
        question = self.question_id
        translated = question.with_context(lang=lang or self.env.lang)
        unchanged = {
            item.name: theirs.name
            for item, theirs in zip(question.item_ids, translated.item_ids, strict=True)
        }
        items = [item._prepare_item_values() for item in self.item_ids]
        for values in items:
            values["name"] = unchanged.get(values["name"], values["name"])
        return {
            "name": translated.name if question and self.name == question.name else self.name,
            "body": translated.body if question and self.body == question.body else self.body,
            "item_ids": [Command.create(values) for values in items],
        }
