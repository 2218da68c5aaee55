import math

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare, formatLang

#: More than any document: a float keeps no cents there.
MAX_AMOUNT = 1e13

#: In the context while a case is opened. An object, since what a client puts there is text and numbers.
OPENING = object()


class DisputeClaimMixin(models.AbstractModel):
    """What may be claimed. One answer serves form, portal, import and API."""

    _name = "dispute.claim.mixin"
    _description = "Dispute Claim"

    @api.model_create_multi
    def create(self, vals_list):
        claims = self._prepare_claims(vals_list)
        # Whoever opens a case says what it is about, also where it goes to the team of others.
        this = self.sudo() if self.env.context.get("dispute_opening") is OPENING else self
        lines = super(DisputeClaimMixin, this).create(claims).with_env(self.env)
        lines._check_case_open()
        lines._log_claims()
        lines._refresh_amounts()
        # What is disputed is held, in a new case and added to an open one alike.
        lines.case_id.filtered(lambda case: not case.is_closed)._hold_documents()
        return lines

    def _check_case_open(self):
        """:raise UserError: when a claim would change on a closed case"""
        closed = self.case_id.filtered("is_closed")
        if closed and not self.env.su:
            raise UserError(self.env._("%s is closed: reopen it to change its claim.", closed[0].name))

    @api.model
    def _get_claim_errors(self, vals_list):
        """Tell what is wrong with claims, without writing anything.

        The claims are judged together: two of them on one invoice share what is
        disputable on it.

        :param vals_list: values of `dispute.line`; amounts as typed, before any rounding
        :return: one entry a claim: None, or ``(field, message)``
        """
        moves = self.env["account.move"].browse(
            {vals["move_id"] for vals in vals_list if vals.get("move_id")}
        )
        reasons = moves._get_cannot_dispute_reasons()
        disputable = moves._dispute_get_disputable_amounts()
        left = {("move_id", move.id): disputable[move] for move in moves}
        left |= self._get_payment_rooms(vals_list)
        errors = []
        for vals in vals_list:
            move = self.env["account.move"].browse(vals.get("move_id") or ())
            error = self._get_document_error(vals, move, reasons.get(move))
            document = self._get_document(vals)
            key = ("move_id" if move else "payment_id", document.id)
            error = error or self._get_amount_error(vals, document.currency_id, left[key])
            if not error:
                left[key] -= vals["amount"]
            errors.append(error)
        return errors

    @api.model
    def _get_document(self, vals):
        """:return: the account.move or account.payment that a claim names"""
        if vals.get("move_id"):
            return self.env["account.move"].browse(vals["move_id"])
        return self.env["account.payment"].browse(vals.get("payment_id") or ())

    @api.model
    def _get_document_error(self, vals, move, reason):
        if bool(vals.get("move_id")) == bool(vals.get("payment_id")):
            return "move_id", self.env._("Choose the invoice or the payment in dispute.")
        if move:
            return ("move_id", reason) if reason else None
        payment = self._get_document(vals)
        received = payment.payment_type == "inbound" and payment.partner_type == "customer"
        if not received or payment.state not in ("in_process", "paid"):
            return "payment_id", self.env._(
                "%s is no payment received from a customer.", payment.display_name
            )
        return None

    @api.model
    def _get_payments(self, vals_list):
        """:return: the account.payment records that claims name"""
        return self.env["account.payment"].browse(
            {vals["payment_id"] for vals in vals_list if vals.get("payment_id")}
        )

    @api.model
    def _get_payment_rooms(self, vals_list):
        """What can still be claimed of payments: their amount, less what open cases claim
        and what was refunded.

        :return: ``{("payment_id", id): amount}`` in the payment's currency
        """
        payments = self._get_payments(vals_list)
        rooms = {("payment_id", payment.id): payment.amount for payment in payments}
        # Other people's claims count, whether or not one may read them.
        claimed = self.sudo().search(Domain("payment_id", "in", payments.ids))
        for line in claimed:
            taken = line.amount_refunded
            if not line.case_id.is_closed:
                taken += line.amount_open
            rooms["payment_id", line.payment_id.id] -= taken
        return rooms

    @api.model
    def _get_amount_error(self, vals, currency, disputable):
        """:param disputable: most that may be claimed, in the currency"""
        amount = vals.get("amount") or 0
        if not math.isfinite(amount):
            return "amount", self.env._("The disputed amount must be a number.")
        # Rounding breaks down on numbers that no document comes near.
        is_absurd = abs(amount) >= MAX_AMOUNT
        if amount <= 0 or (not is_absurd and currency.is_zero(amount)):
            return "amount", self.env._("The disputed amount must be more than zero.")
        if is_absurd or currency.compare_amounts(amount, disputable) > 0:
            return "amount", self.env._(
                "At most %s can still be disputed on this document.",
                formatLang(self.env, max(0, disputable), currency_obj=currency),
            )
        if float_compare(amount, currency.round(amount), precision_digits=9):
            return "amount", self.env._(
                "%(amount)s has more decimals than %(currency)s allows.",
                amount=amount,
                currency=currency.name,
            )
        return None

    @api.model
    def _prepare_claims(self, vals_list):
        """Check claims and add what their documents say of them.

        The invoices are locked, so that two claims made at once can't exceed together
        what one invoice still owes.

        :raise ValidationError: naming the document and what is wrong with the claim
        """
        moves = self.env["account.move"].browse(
            {vals["move_id"] for vals in vals_list if vals.get("move_id")}
        )
        if not self.env.su:
            moves.check_access("read")
        # The lock and the sums need all claims on the invoice, also those of others.
        this = self.sudo()
        moves.sudo().lock_for_update(allow_referencing=True)
        self._get_payments(vals_list).sudo().lock_for_update(allow_referencing=True)
        for vals, error in zip(vals_list, this._get_claim_errors(vals_list), strict=True):
            if error:
                raise ValidationError(
                    self.env._(
                        "%(document)s: %(error)s",
                        document=this._get_document(vals).display_name or "-",
                        error=error[1],
                    )
                )
        owed = this._get_owed_amounts(moves.sudo())
        credited = moves.sudo()._dispute_get_foreign_credits()
        prepared = []
        for vals in vals_list:
            document = this._get_document(vals)
            values = {
                **vals,
                "company_id": document.company_id.id,
                "partner_id": document.partner_id.commercial_partner_id.id,
                "currency_id": document.currency_id.id,
            }
            if vals.get("move_id"):
                move_id = vals["move_id"]
                share = min(vals["amount"], max(0, owed[move_id]))
                owed[move_id] -= share
                values["amount_owed_at_opening"] = share
                if credited.get(move_id):
                    values["amount_credited_before"] = credited[move_id]
            prepared.append(values)
        return prepared

    @api.model
    def _get_owed_amounts(self, moves):
        """What invoices owe beyond older claims on them, refused ones included: what one
        claim waits for, another can't.

        :return: ``{move id: amount in the invoice's currency}``
        """
        owed = {move.id: move.amount_residual for move in moves}
        for line in self.search(Domain("move_id", "in", moves.ids)):
            unpaid = line.amount_open + line.amount_rejected
            owed[line.move_id.id] -= min(unpaid, line.amount_owed_at_opening)
        return owed

    def _check_new_amount(self, amount):
        """Check a changed claim against its document and what is settled of it.

        :raise ValidationError: naming the line
        """
        self._check_case_open()
        # The lock and the sums need all claims on the documents, also those of others.
        moves = self.sudo().move_id
        moves.lock_for_update(allow_referencing=True)
        self.sudo().payment_id.lock_for_update(allow_referencing=True)
        disputable = moves._dispute_get_disputable_amounts()
        payments = self._get_payment_rooms([{"payment_id": line.payment_id.id} for line in self])
        left = {("move_id", move.id): amount for move, amount in disputable.items()} | payments
        for line in self.sudo():
            key = ("move_id" if line.move_id else "payment_id", (line.move_id or line.payment_id).id)
            # A closed case's own open amount is not in dispute any more.
            own = 0 if line.case_id.is_closed else line.amount_open
            settled = line.amount - line.amount_open
            error = self._get_amount_error({"amount": amount}, line.currency_id, left[key] + own + settled)
            error = error and error[1]
            if not error and line.currency_id.compare_amounts(amount, settled) < 0:
                error = self.env._(
                    "%s of it is settled already: claim at least that.",
                    formatLang(self.env, settled, currency_obj=line.currency_id),
                )
            if error:
                raise ValidationError(self.env._("%(line)s: %(error)s", line=line.display_name, error=error))
            left[key] -= amount - own - settled

    def _follow_owed_amount(self, before, beyond):
        """What a raised claim adds may be owed still; what a lowered one gives up is not.

        :param before: ``{line: amount}`` before the change
        :param beyond: ``{move id: amount}`` owed beyond all claims before the change
        """
        # Facts that only the suite writes.
        for line in self.sudo().filtered("move_id"):
            owed = line.amount_owed_at_opening
            raised = min(line.amount - before[line], max(0, beyond[line.move_id.id]))
            if raised > 0:
                beyond[line.move_id.id] -= raised
                owed += raised
            line.amount_owed_at_opening = min(owed, line.amount)
