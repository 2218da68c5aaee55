from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import formatLang

from odoo.addons.dispute_management.tools.amount import AmountError, format_amount_input, parse_amount
from odoo.addons.dispute_management.tools.plain_text import clean_text, parse_id

MAX_DESCRIPTION_LENGTH = 5000
MAX_REFERENCE_LENGTH = 100


class DisputePortalForm(models.AbstractModel):
    """The customer's form: what it offers, how it is read and judged; ``dispute.portal.filing`` files it.

    The route checks who asks and for which invoice, then calls with superuser rights: this model trusts the invoice
    it is given and nothing that was typed.
    """

    _name = "dispute.portal.form"
    _description = "Dispute Form of the Customer Portal"

    # ------------------------------------------------------------
    # What the form offers
    # ------------------------------------------------------------

    @api.model
    def _get_reasons(self, invoice):
        """:return: the reasons a customer may choose for this invoice"""
        Reason = self.env["dispute.reason"]
        return Reason.search(
            Domain("is_internal", "=", False) & Domain(Reason._check_company_domain(invoice.company_id))
        )

    @api.model
    def _get_wishes(self):
        """:return: (value, label) of the outcomes a customer may ask for"""
        return self.env["dispute.case"]._fields["customer_wish"]._description_selection(self.env)

    @api.model
    def _get_disputable_amount(self, invoice):
        """:return: what is still disputable on the invoice, in its currency"""
        return max(invoice._dispute_get_disputable_amounts()[invoice], 0.0)

    @api.model
    def _get_default_values(self, invoice):
        """:return: what the form holds before anything is typed, as text"""
        return {
            "reason_id": "",
            "amount": self._format_amount_input(invoice, self._get_disputable_amount(invoice)),
            "description": "",
            "customer_reference": "",
            "customer_wish": "",
        }

    # ------------------------------------------------------------
    # Reading what was sent
    # ------------------------------------------------------------

    @api.model
    def _parse(self, form, files):
        """Read a posted form; nothing is judged yet.

        :param form: mapping of posted text, never files
        :param files: iterable of uploads with ``filename``, ``seek``, ``tell`` and ``read``
        :return: (values, uploads): cleaned text by field, and the uploads that hold a file
        """
        values = {
            "reason_id": clean_text(form.get("reason_id"), 20),
            "amount": clean_text(form.get("amount"), 60),
            # One over the limit, to tell a text that is too long from one that just fits.
            "description": clean_text(form.get("description"), MAX_DESCRIPTION_LENGTH + 1, multiline=True),
            "customer_reference": clean_text(form.get("customer_reference"), MAX_REFERENCE_LENGTH + 1),
            "customer_wish": clean_text(form.get("customer_wish"), 40),
        }
        return values, [upload for upload in files if upload.filename]

    # ------------------------------------------------------------
    # Judging it
    # ------------------------------------------------------------

    @api.model
    def _validate(self, invoice, values, uploads):
        """Judge a parsed form against the rules every door shares.

        :return: (vals, errors): values ready for ``dispute.case.create``, and a message by field; vals may only be
            used when errors is empty
        """
        errors = {}
        invoice_reason = invoice._get_cannot_dispute_reason()
        if invoice_reason:
            errors["form"] = invoice_reason
        reason = self._get_reasons(invoice).filtered(
            lambda reason: reason.id == parse_id(values["reason_id"])
        )
        if not reason:
            errors["reason_id"] = self.env._("Choose what the problem is.")
        amount, amount_error = self._validate_amount(invoice, values["amount"])
        if amount_error and not invoice_reason:
            errors["amount"] = amount_error
        if not values["description"]:
            errors["description"] = self.env._("Tell us in a few words what is wrong.")
        elif len(values["description"]) > MAX_DESCRIPTION_LENGTH:
            errors["description"] = self.env._(
                "Please keep the text under %(limit)s characters, or attach it as a file.",
                limit=MAX_DESCRIPTION_LENGTH,
            )
        if len(values["customer_reference"]) > MAX_REFERENCE_LENGTH:
            errors["customer_reference"] = self.env._(
                "Please keep the reference under %(limit)s characters.", limit=MAX_REFERENCE_LENGTH
            )
        if values["customer_wish"] not in ("", *dict(self._get_wishes())):
            errors["customer_wish"] = self.env._("Choose one of the outcomes offered, or none.")
        file_error = self.env["dispute.file.rules"]._get_uploads_error(uploads)
        if file_error:
            errors["files"] = file_error
        return self._prepare_case_values(invoice, values, reason, amount), errors

    @api.model
    def _validate_amount(self, invoice, text):
        """:return: (amount, message); the amount is exactly what was typed, or 0.0 with the reason it is refused"""
        currency = invoice.currency_id
        decimal_point, thousands_sep = self._get_marks()
        try:
            amount = parse_amount(
                text,
                decimal_point=decimal_point,
                thousands_sep=thousands_sep,
                decimal_places=currency.decimal_places,
                symbols=(currency.symbol, currency.name),
            )
        except AmountError as error:
            return 0.0, self._get_amount_message(invoice, error.code)
        amount = float(amount)
        claim = {"move_id": invoice.id, "amount": amount}
        claim_error = self.env["dispute.line"]._get_claim_errors([claim])[0]
        return amount, claim_error and claim_error[1]

    @api.model
    def _get_amount_message(self, invoice, code):
        maximum = self._get_disputable_amount(invoice)
        return {
            "missing": self.env._("Enter the amount you dispute."),
            "format": self.env._(
                "We can't read this amount. Write it like %(example)s.",
                example=self._format_amount_input(invoice, maximum),
            ),
            "decimals": self.env._(
                "%(currency)s has at most %(count)s decimals: enter an amount without more of them.",
                currency=invoice.currency_id.name,
                count=invoice.currency_id.decimal_places,
            ),
            "huge": self.env._(
                "At most %(amount)s can be disputed on this invoice.",
                amount=self._format_money(invoice, maximum),
            ),
            "negative": self.env._("Enter an amount above zero, without a minus sign."),
            "zero": self.env._("Enter an amount above zero."),
        }[code]

    @api.model
    def _prepare_case_values(self, invoice, values, reason, amount):
        """Hook: the values of the case to create."""
        return {
            "reason_id": reason.id,
            "line_ids": [Command.create({"move_id": invoice.id, "amount": amount})],
            "description": values["description"],
            "customer_reference": values["customer_reference"],
            "customer_wish": values["customer_wish"] or False,
            "contact_id": self.env.user.partner_id.id,
            "source": "portal",
        }

    # ------------------------------------------------------------
    # Words and figures
    # ------------------------------------------------------------

    @api.model
    def _get_marks(self):
        """:return: the decimal mark and the grouping mark of the customer's language"""
        lang = self.env["res.lang"]._get_data(code=self.env.lang or self.env.user.lang)
        return lang.decimal_point or ".", lang.thousands_sep or ("" if lang.decimal_point else ",")

    @api.model
    def _format_amount_input(self, invoice, amount):
        return format_amount_input(amount, self._get_marks()[0], invoice.currency_id.decimal_places)

    @api.model
    def _format_money(self, invoice, amount):
        return formatLang(self.env, amount, currency_obj=invoice.currency_id)
