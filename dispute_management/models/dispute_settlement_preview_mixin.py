from odoo import fields, models
from odoo.exceptions import LockError, UserError

from .dispute_amount_mixin import AMOUNT_PARTS
from .dispute_settlement_state_mixin import READY_STATES


class DisputeSettlementPreviewMixin(models.AbstractModel):
    """What carrying a settlement out will do, by doing it and taking it back.

    So it shows the entries that Odoo makes, at the dates that Odoo gives them, and the mail
    that goes to the customer, whatever addons have a part in that.
    """

    _name = "dispute.settlement.preview.mixin"
    _description = "Dispute Settlement Preview"

    def action_preview(self):
        """:return: action that shows what carrying this settlement out will do"""
        self.ensure_one()
        self.check_access("read")
        # Shown to who asked for it, and written by nobody.
        previews = self.env["settlement.preview"].sudo()
        return previews.create({"body": self._render_preview(self._get_preview())})._get_action()

    def _render_preview(self, preview):
        """:return: HTML of what `_get_preview` answers"""
        return self.env["ir.qweb"]._render(
            "dispute_management.settlement_preview", {"preview": preview, "case": self.case_id}
        )

    def _get_preview(self):
        """Carry this settlement out, look, and take it back: nothing of it stays, nothing is sent.

        :return: dict of the template's values; "error" says why it can't be carried out
        """
        self.ensure_one()
        # Whoever may see a settlement may see what it will do; it is taken back before
        # anything else happens.
        settlement = self.sudo().with_context(tracking_disable=True, mail_notify_force_send=False)
        preview = {"error": False}
        with self.env.cr.savepoint() as savepoint:
            try:
                preview |= settlement._get_preview_of_doing()
            except LockError:
                preview["error"] = self.env._("Somebody works on this case at this moment: look again.")
            except UserError as error:
                preview["error"] = str(error)
            savepoint.rollback()
        self.env.invalidate_all()
        return preview

    def _get_preview_of_doing(self):
        case, documents = self.case_id, self._get_previewed_documents()
        messages = case.message_ids
        balances = {document: document.amount_residual for document in documents}
        before = {name: case[name] for name in AMOUNT_PARTS}
        if self.state not in (*READY_STATES, "proposed"):
            self._set_state("approved")
        asks = self.state == "proposed" or (self.state == "approved" and self._needs_consent())
        if asks:
            # Shown as the customer agrees to it, without an offer that would be mailed.
            self.write({"state": "accepted"})
        self._carry_out()
        self.env.flush_all()
        told = (case.message_ids - messages).filtered(
            lambda message: message.subtype_id == self.env.ref("mail.mt_comment")
        )
        return {
            "entries": [self._get_previewed_entry(move) for move in self._get_made_moves()],
            "balances": [
                {
                    "name": document.name,
                    "before": document.currency_id.format(balance),
                    "after": document.currency_id.format(document.amount_residual),
                }
                for document, balance in balances.items()
            ],
            "parts": [
                {
                    "name": case._fields[name]._description_string(self.env),
                    "before": case.currency_id.format(before[name]),
                    "after": case.currency_id.format(case[name]),
                }
                for name in AMOUNT_PARTS
                if before[name] or case[name]
            ],
            "refunds": [
                self.env._(
                    "%(amount)s goes back to the payment %(payment)s through %(provider)s, once this is booked.",
                    amount=line.currency_id.format(line.amount),
                    payment=line.source_transaction_id.reference,
                    provider=line.source_transaction_id.provider_id.name,
                )
                for line in self.line_ids
                if line.refund_state == "waiting"
            ],
            "asks": asks,
            "closes": case.is_closed,
            "customer": [{"subject": message.subject, "body": message.body} for message in told],
            "reason": self.reason_text,
        }

    def _get_previewed_documents(self):
        """:return: account.move whose balance changes: what is disputed, and credits that are used"""
        lines = self.line_ids
        return lines.dispute_line_id.move_id | lines.credit_line_id.move_id.filtered(
            lambda move: move.move_type == "out_refund"
        )

    def _get_made_moves(self):
        """:return: account.move that carrying this settlement out made, exchange entries included"""
        lines = self.line_ids
        made = lines.move_id | lines.replacement_move_id | lines.payout_id.move_id
        matched = made.line_ids.matched_debit_ids | made.line_ids.matched_credit_ids | lines.partial_ids
        return made | matched.exchange_move_id

    def _get_previewed_entry(self, move):
        day = self.date or fields.Date.context_today(self)
        return {
            "title": self._get_entry_title(move),
            "journal": move.journal_id.name,
            "date": move.date,
            "asked": day if move.date != day else False,
            "ref": move.ref or "",
            "total": move.currency_id.format(abs(move.amount_total)),
            "lines": [
                {
                    "account": line.account_id.display_name,
                    "label": line.name or "",
                    "debit": line.company_currency_id.format(line.debit) if line.debit else "",
                    "credit": line.company_currency_id.format(line.credit) if line.credit else "",
                    "foreign": line.currency_id.format(line.amount_currency)
                    if line.currency_id != line.company_currency_id
                    else "",
                }
                for line in move.line_ids.filtered("account_id")
            ],
        }

    def _get_entry_title(self, move):
        kinds = {
            "out_refund": self.env._("Credit note for %s", move.reversed_entry_id.name or ""),
            "out_invoice": self.env._("New invoice, due %s", move.invoice_date_due),
        }
        payment = move.origin_payment_id
        if payment:
            account = payment.partner_bank_id.acc_number or payment.journal_id.name
            return self.env._("Payment to %s", account)
        if "chargeback" in self.line_ids.filtered(lambda line: line.move_id == move).mapped("kind"):
            return self.env._("Chargeback")
        if move in self.line_ids.move_id:
            return kinds.get(move.move_type) or self.env._("Write-off")
        return kinds.get(move.move_type) or self.env._("Exchange difference")
