from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class DisputeOpen(models.TransientModel):
    """Log one dispute about one or several invoices or payments of a customer."""

    _name = "dispute.open"
    _description = "Open a Dispute"
    _inherit = ["dispute.wizard.mixin", "dispute.open.overlap.mixin"]

    move_ids = fields.Many2many("account.move", string="Invoices")
    payment_ids = fields.Many2many("account.payment", string="Payments")
    partner_id = fields.Many2one("res.partner", compute="_compute_partner_id")
    company_id = fields.Many2one("res.company", compute="_compute_partner_id")
    currency_id = fields.Many2one("res.currency", compute="_compute_partner_id")
    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        domain="[('id', 'child_of', partner_id)]",
    )
    is_short_payment = fields.Boolean(compute="_compute_is_short_payment")
    reason_id = fields.Many2one(
        "dispute.reason",
        required=True,
        compute="_compute_reason_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    description = fields.Text(help="What the customer says.")
    customer_reference = fields.Char()
    customer_wish = fields.Selection(
        selection=lambda self: (
            self.env["dispute.case"]._fields["customer_wish"]._description_selection(self.env)
        )
    )
    priority = fields.Selection(
        selection=lambda self: self.env["dispute.case"]._fields["priority"]._description_selection(self.env),
        default="0",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain="[('share', '=', False)]",
        help="Empty: whom rules and team choose, else whoever logs the dispute.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    line_ids = fields.One2many(
        "dispute.open.line",
        "open_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(string="Disputed", compute="_compute_amount")

    @api.depends("move_ids", "payment_ids")
    def _compute_partner_id(self):
        for wizard in self:
            document = wizard.move_ids[:1] or wizard.payment_ids[:1]
            wizard.partner_id = document.partner_id.commercial_partner_id
            wizard.company_id = document.company_id
            wizard.currency_id = document.currency_id

    @api.depends("move_ids", "payment_ids")
    def _compute_contact_id(self):
        for wizard in self:
            wizard.contact_id = (wizard.move_ids[:1] or wizard.payment_ids[:1]).partner_id

    @api.depends("move_ids")
    def _compute_is_short_payment(self):
        for wizard in self:
            states = set(wizard.move_ids.mapped("dispute_short_payment"))
            wizard.is_short_payment = states == {"offered"}

    @api.depends("is_short_payment")
    def _compute_reason_id(self):
        for wizard in self:
            wizard.reason_id = wizard.reason_id or self.env["dispute.reason"]._get_default_reason()
            if wizard.is_short_payment:
                move = wizard.move_ids._origin[:1]
                wizard.reason_id = move._dispute_prepare_short_cases({move: 0})[0]["reason_id"]

    @api.depends("move_ids", "payment_ids")
    def _compute_line_ids(self):
        for wizard in self:
            disputable = wizard.move_ids._origin._dispute_get_disputable_amounts()
            amounts = wizard.payment_ids._origin._dispute_get_live_amounts()
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"move_id": move.id, "amount": move._dispute_propose(amount)})
                    for move, amount in disputable.items()
                ),
                *(
                    Command.create({"payment_id": payment.id, "amount": found["disputable"]})
                    for payment, found in amounts.items()
                ),
            ]

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.line_ids.mapped("amount"))

    def action_open(self):
        """Make the case.

        :return: action on it
        :raise UserError: when the invoices can't be in one case, or a claim is wrong
        """
        self.ensure_one()
        self._check_one_case()
        self._check_files()
        case = self.env["dispute.case"].create(self._prepare_case_values())
        self._attach_files(case)
        case._print_invoices_at_opening()
        return case._get_records_action(name=self.env._("Dispute"))

    def _prepare_case_values(self):
        """:return: values of the case; override to add fields"""
        return {
            "source": "short_payment" if self.is_short_payment else "internal",
            "reason_id": self.reason_id.id,
            "contact_id": self.contact_id.id,
            "description": self.description,
            "customer_reference": self.customer_reference,
            "customer_wish": self.customer_wish,
            "priority": self.priority,
            "user_id": self.user_id.id or (self.is_short_payment and self.env.uid),
            "line_ids": [Command.create(line._prepare_dispute_line_values()) for line in self.line_ids],
        }

    def _check_one_case(self):
        """:raise UserError: telling by what the chosen invoices differ"""
        moves, payments = self.line_ids.move_id, self.line_ids.payment_id
        customers = (moves.partner_id | payments.partner_id).commercial_partner_id
        companies = moves.company_id | payments.company_id
        currencies = moves.currency_id | payments.currency_id
        different = None
        if len(customers) > 1:
            different = self.env._("customers: %s", customers.mapped("name"))
        elif len(companies) > 1:
            different = self.env._("companies: %s", companies.mapped("name"))
        elif len(currencies) > 1:
            different = self.env._("currencies: %s", currencies.mapped("name"))
        if different:
            raise UserError(
                self.env._(
                    "A case is about one customer, company and currency, but these documents"
                    " have several %s. Choose fewer of them.",
                    different,
                )
            )

    def _check_files(self):
        """:raise UserError: when a file is none that a case takes"""
        error = self.env["dispute.file.rules"]._get_files_error(
            [(file.name, file.file_size, file.raw or b"") for file in self.attachment_ids]
        )
        if error:
            raise UserError(error)

    def _attach_files(self, case):
        if not self.attachment_ids:
            return
        # Files of who opens the case, checked above; it may have gone to the team of others.
        self.attachment_ids.sudo().write({"res_model": case._name, "res_id": case.id})
        case.message_post(
            body=self.env._("Files of the customer's claim"),
            attachment_ids=self.attachment_ids.ids,
            subtype_xmlid="mail.mt_note",
        )
