from odoo import api, models

from odoo.addons.dispute_management.tools.amount import AmountError, parse_amount


class DisputePortalClaim(models.AbstractModel):
    """How much a customer disputes: an amount a document, or lines of one invoice."""

    _name = "dispute.portal.claim"
    _description = "Claims on the Customer Portal"

    @api.model
    def _validate_claims(self, documents, values):
        """:return: (claims, errors): values of `dispute.line`, and a message by input"""
        form = self.env["dispute.portal.form"]
        if values["claim_by"] not in form._get_ways(documents):
            return [], {
                "claim_by": self.env._("Choose what you dispute: an amount, or lines of the invoice.")
            }
        maximums = form._get_disputable_amounts(documents)
        if values["claim_by"] == "lines":
            typed = self._get_typed_lines(documents, values)
            if not typed:
                return [], {"claim_by": self.env._("Choose at least one line of the invoice.")}
        else:
            typed = [
                (
                    documents.get_amount_name(document),
                    values["amounts"][documents.get_amount_name(document)],
                    {"move_id" if document._name == "account.move" else "payment_id": document.id},
                    maximums[document],
                )
                for document in documents.all
            ]
        return self._judge(documents, typed)

    @api.model
    def _get_typed_lines(self, documents, values):
        lines = self.env["dispute.portal.form"]._get_lines(documents)
        return [
            (
                f"line_{line.id}_amount",
                values["line_amounts"][line.id],
                {"move_id": documents.moves.id, "move_line_id": line.id},
                line.price_total,
            )
            for line in lines
            if values["lines"].get(line.id)
        ]

    @api.model
    def _judge(self, documents, typed):
        """:param typed: list of (name of the input, text, what it claims, most that may be claimed of it)"""
        claims, names, errors = [], [], {}
        for name, text, claim, maximum in typed:
            try:
                amount = self._parse_amount(documents, text)
            except AmountError as error:
                errors[name] = self._get_amount_message(documents, error.code, maximum)
                amount = 0.0
            else:
                if documents.currency.compare_amounts(amount, maximum) > 0:
                    errors[name] = self._get_amount_message(documents, "huge", maximum)
            claims.append({**claim, "amount": amount})
            names.append(name)
        if not errors:
            # Judged together: lines share what is disputable of their invoice.
            found = self.env["dispute.line"]._get_claim_errors(claims)
            errors = {name: error[1] for name, error in zip(names, found, strict=True) if error}
        return claims, errors

    @api.model
    def _parse_amount(self, documents, text):
        """:return: the amount exactly as it was typed
        :raise AmountError: when it can't be read
        """
        decimal_point, thousands_sep = self.env["dispute.portal.form"]._get_marks()
        currency = documents.currency
        return float(
            parse_amount(
                text,
                decimal_point=decimal_point,
                thousands_sep=thousands_sep,
                decimal_places=currency.decimal_places,
                symbols=(currency.symbol, currency.name),
            )
        )

    @api.model
    def _get_amount_message(self, documents, code, maximum):
        form = self.env["dispute.portal.form"]
        return {
            "missing": self.env._("Enter the amount you dispute."),
            "format": self.env._(
                "We can't read this amount. Write it like %(example)s.",
                example=form._format_amount_input(documents, maximum),
            ),
            "decimals": self.env._(
                "%(currency)s has at most %(count)s decimals: enter an amount without more of them.",
                currency=documents.currency.name,
                count=documents.currency.decimal_places,
            ),
            "huge": self.env._(
                "At most %(amount)s can be disputed here.", amount=form._format_money(documents, maximum)
            ),
            "negative": self.env._("Enter an amount above zero, without a minus sign."),
            "zero": self.env._("Enter an amount above zero."),
        }[code]
