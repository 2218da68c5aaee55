from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "dispute.core.facts.mixin"]

    _dispute_facts = frozenset({"dispute_case_id"})

    dispute_case_id = fields.Many2one(
        "dispute.case",
        string="Settles Dispute",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The dispute that this refund was paid for.",
    )

    dispute_short_info = fields.Char(
        compute="_compute_dispute_short_info", compute_sudo=True, export_string_translation=False
    )

    @api.depends("reconciled_invoice_ids.dispute_short_payment")
    def _compute_dispute_short_info(self):
        for payment in self:
            short = payment.reconciled_invoice_ids.filtered(
                lambda move: move.dispute_short_payment == "offered"
            )
            payment.dispute_short_info = (
                self.env._(
                    "This payment left a part unpaid: %s",
                    ", ".join(
                        f"{move.name} ({move.currency_id.format(move.dispute_short_amount)})"
                        for move in short
                    ),
                )
                if short
                else False
            )

    # Overrides

    def _generate_journal_entry(self, write_off_line_vals=None, force_balance=None, line_ids=None):
        res = super()._generate_journal_entry(write_off_line_vals, force_balance, line_ids)
        for case, payments in self.filtered("dispute_case_id").grouped("dispute_case_id").items():
            # A fact that only the suite writes: its entry tells of the same dispute.
            payments.move_id.sudo().dispute_case_id = case
        return res

    # Actions

    def action_dispute_open(self):
        """Open the wizard that makes one case of these payments.

        :raise UserError: when one of them can't be disputed, with the reason
        """
        lines = self.env["dispute.line"]
        for payment in self:
            error = lines._get_document_error({"payment_id": payment.id}, self.env["account.move"], None)
            if error:
                raise UserError(error[1])
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.dispute_open_action")
        action["context"] = {
            "default_payment_ids": [fields.Command.set(self.ids)],
            "dialog_size": "extra-large",
        }
        return action

    def action_view_dispute_short(self):
        """:return: action on the invoices that these payments left a part of"""
        # Which invoices a payment paid is told to who reads the payment.
        short = self.sudo().reconciled_invoice_ids.filtered(
            lambda move: move.dispute_short_payment == "offered"
        )
        return short.with_env(self.env)._get_records_action(name=self.env._("Short Payments"))

    # Business

    def _dispute_get_paid_share(self):
        """:return: how much of what this payment cleared was paid: all, but for a discount or a
        difference that was written off with it
        """
        if not self:
            return 1
        _liquidity, counterparts, _write_off = self._seek_for_lines()
        cleared = abs(sum(counterparts.mapped("amount_currency")))
        return min(1, self.amount / cleared) if cleared else 1

    def _dispute_get_live_amounts(self):
        """What is still to be disputed of these payments.

        :return: ``{payment: {original, paid, credited, written_off, residual, disputed, disputable}}``
        """
        # Other people's claims count, whether or not one may read them.
        lines = self.env["dispute.line"].sudo()
        rooms = lines._get_payment_rooms([{"payment_id": payment.id} for payment in self])
        claimed = lines.search([("payment_id", "in", self.ids)]).grouped("payment_id")
        amounts = {}
        for payment in self:
            claims = claimed.get(payment, lines)
            pending = claims.filtered(lambda line: not line.case_id.is_closed)
            amounts[payment] = {
                "original": payment.amount,
                "paid": 0,
                "credited": sum(claims.mapped("amount_refunded")),
                "written_off": 0,
                "residual": 0,
                "disputed": sum(pending.mapped("amount_open")),
                "disputable": rooms["payment_id", payment.id],
            }
        return amounts
