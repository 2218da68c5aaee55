from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class DisputeSettlementReplacementMixin(models.AbstractModel):
    """Crediting invoice lines in full and invoicing them again, corrected.

    What is invoiced again counts as re-invoiced; the difference is credited. The credit
    note may be for more than is claimed: a wrong price takes a new invoice of the whole line.
    """

    _name = "dispute.settlement.replacement.mixin"
    _description = "Dispute Settlement by Replacement"

    currency_id = fields.Many2one("res.currency")
    amount_invoiced_again = fields.Monetary(
        compute="_compute_amount_invoiced_again",
        store=True,
        help="What the replacement comes to, taxes included.",
    )
    date_due = fields.Date(
        string="Due",
        readonly=True,
        copy=False,
        help="When the replacement is due; empty: when the disputed invoice was. Approvers change it.",
    )
    replacement_ref = fields.Char(
        string="Customer reference", help="On the replacement, where it is to be another than on the invoice."
    )
    replacement_partner_id = fields.Many2one(
        "res.partner",
        string="Invoice to",
        ondelete="restrict",
        help="Address of the same customer that the replacement goes to, where it is another.",
    )
    replacement_move_id = fields.Many2one(
        "account.move",
        string="Replacement",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    @api.constrains("replacement_partner_id", "dispute_line_id")
    def _check_replacement_partner(self):
        for line in self:
            # Whose address it is, is looked at for who proposes.
            partner = line.sudo().replacement_partner_id.commercial_partner_id
            if partner and partner != line.dispute_line_id.partner_id:
                raise ValidationError(
                    self.env._(
                        "%s is no address of the same customer: invoice another customer by hand.",
                        line.sudo().replacement_partner_id.display_name,
                    )
                )

    @api.depends("kind", "item_ids.move_line_id", "item_ids.quantity", "item_ids.price_unit")
    def _compute_amount_invoiced_again(self):
        for line in self:
            again = line.kind == "replacement_invoice" and line.item_ids._get_total()
            line.amount_invoiced_again = again or 0

    def _book_replacement_invoice(self, date):
        """Credit the chosen lines of each invoice, and invoice them again as corrected.

        :param date: accounting date
        """
        self._check_invoiced()
        for line in self:
            line.amount_credited = line._get_amount_invoiced()
        self._check_replacement()
        self._credit(date)
        invoices = self.env["account.move"].create(
            [line._prepare_replacement_values(date) for line in self if line.amount_invoiced_again]
        )
        invoices.action_post()
        replaced = self.filtered("amount_invoiced_again")
        for line, invoice in zip(replaced, invoices, strict=True):
            line.replacement_move_id = invoice
            line._check_invoiced_again()
            # What was paid on the old invoice pays the new one.
            credit = line._get_payable_lines()
            owed = invoice.line_ids.filtered(
                lambda item, credit=credit: item.account_id == credit.account_id and not item.reconciled
            )
            if credit and owed:
                (credit + owed).reconcile()

    def _get_amount_invoiced(self):
        """:return: what the chosen lines came to on the disputed invoice; its total when they
        are all of them
        """
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        if self.item_ids.move_line_id >= self._get_product_lines():
            return invoice.amount_total
        return self.item_ids._get_total(as_invoiced=True)

    def _check_replacement(self):
        """:raise UserError: when lines are invoiced again for more than before, or when more would
        be credited than is claimed or left of the invoice
        """
        disputable = self.dispute_line_id.move_id._dispute_get_disputable_amounts()
        for line in self:
            reason = line._get_replacement_error(disputable[line.dispute_line_id.move_id])
            if reason:
                raise UserError(
                    self.env._(
                        "%(invoice)s: %(reason)s", invoice=line.dispute_line_id.move_id.name, reason=reason
                    )
                )

    def _get_replacement_error(self, disputable):
        """:param disputable: what of the invoice is neither credited nor in dispute
        :return: why these lines can't be invoiced again like that; or False
        """
        self.ensure_one()
        compare, money = self.currency_id.compare_amounts, self.currency_id.format
        credited = self._get_amount_invoiced()
        difference = credited - self.amount_invoiced_again
        if not self.item_ids:
            return self.env._("choose which of its lines are invoiced again.")
        if compare(difference, 0) < 0:
            return self.env._(
                "invoiced again, its lines come to %(again)s, which is more than the %(before)s before.",
                again=money(self.amount_invoiced_again),
                before=money(credited),
            )
        if compare(difference, self.amount) > 0:
            return self.env._(
                "%(difference)s less is invoiced again, and only %(amount)s is settled. Raise what is"
                " claimed, or correct the lines.",
                difference=money(difference),
                amount=money(self.amount),
            )
        if compare(self.amount, credited) > 0:
            return self.env._(
                "%(amount)s is to be settled, and its chosen lines come to %(credited)s only.",
                amount=money(self.amount),
                credited=money(credited),
            )
        if compare(credited - self.amount, max(0, disputable)) > 0:
            return self.env._(
                "%(credited)s would be credited, which is more than is left of it: other parts are credited"
                " or in dispute already.",
                credited=money(credited),
            )
        return False

    def _prepare_replacement_values(self, date):
        """Values of the invoice that replaces the disputed one. Override to add fields.

        :param date: its invoice date
        """
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        values = self._prepare_document_values()
        return {
            **values,
            "move_type": "out_invoice",
            "partner_id": self.replacement_partner_id.id or values["partner_id"],
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "ref": self.replacement_ref or invoice.ref,
            "invoice_origin": f"{self.case_id.name}, {invoice.name}",
            "invoice_date": date,
            "date": date,
            "invoice_date_due": self.date_due or invoice.invoice_date_due,
            "invoice_line_ids": [
                Command.create(item._prepare_invoice_line()) for item in self.item_ids if item.quantity
            ],
        }

    def _check_invoiced_again(self):
        """:raise UserError: when the replacement came to anything but what was decided"""
        self.ensure_one()
        if self.currency_id.compare_amounts(
            self.replacement_move_id.amount_total, self.amount_invoiced_again
        ):
            raise UserError(
                self.env._(
                    "%(invoice)s: its taxes make a replacement of %(made)s where %(wanted)s was decided.",
                    invoice=self.dispute_line_id.move_id.name,
                    made=self.currency_id.format(self.replacement_move_id.amount_total),
                    wanted=self.currency_id.format(self.amount_invoiced_again),
                )
            )
