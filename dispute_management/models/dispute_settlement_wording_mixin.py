from odoo import fields, models

from .dispute_amount_mixin import AMOUNT_PARTS


class DisputeSettlementWordingMixin(models.AbstractModel):
    """A settlement in the customer's words: what paper, page, mail and preview show of it."""

    _name = "dispute.settlement.wording.mixin"
    _description = "Dispute Statement Wording"

    def _get_statement_values(self):
        """What the templates of a statement need, in the language of the environment.

        Override to add to it.
        """
        self.ensure_one()
        # Who may read the settlement, or holds its link, was checked by the caller.
        settlement = self.sudo()
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return {
            "settlement": settlement,
            "case": settlement.case_id,
            "company": settlement.company_id,
            "now": fields.Datetime.now(),
            "lang_code": (lang.code or "en_US").replace("_", "-"),
            "direction": lang.direction or "ltr",
            "title": settlement._get_statement_title(),
            "facts": settlement._get_statement_facts(),
            "lines": settlement._get_statement_lines(),
            "totals": settlement._get_statement_totals(),
            "terms": settlement._get_statement_terms(),
            "following": settlement._get_statement_following(),
            "is_offer": settlement._is_statement_offer(),
        }

    def _is_statement_offer(self):
        """:return: whether the customer is, or was, asked to agree"""
        self.ensure_one()
        return bool(self.date_offered) or (self.state != "executed" and self._needs_consent())

    def _get_statement_title(self):
        self.ensure_one()
        number = self.case_id.name
        if self._is_statement_offer():
            return self.env._("Our offer on your dispute %s", number)
        return self.env._("Our decision on your dispute %s", number)

    def _get_statement_facts(self):
        """:return: list of ``(label, text)``"""
        self.ensure_one()
        case = self.case_id
        # The number of a disputed document is no secret to who reads the claim.
        claims = case.line_ids.sudo()
        numbers = dict.fromkeys(claims.mapped(lambda line: line.move_id.name or line.payment_id.name or ""))
        facts = [
            (self.env._("Case number"), case.name),
            (self.env._("Received"), self._format_day(case.date_opened)),
            (self.env._("You claim"), case.reason_id._get_customer_name()),
            (self.env._("Your reference"), case.customer_reference),
            (self.env._("Documents"), ", ".join(numbers)),
        ]
        return [(label, text) for label, text in facts if text]

    def _get_kind_words(self):
        """:return: ``{kind: words}`` that a customer understands"""
        return {
            "credit_note": self.env._("Credit note"),
            "refund_payment": self.env._("Paid back to your bank account"),
            "refund_original_payment": self.env._("Paid back the way you paid"),
            "apply_credit": self.env._("Set off against your payment or credit"),
            "write_off": self.env._("No longer claimed from you"),
            "replacement_invoice": self.env._("Credited and invoiced anew, corrected"),
            "rejection": self.env._("Not accepted"),
        }

    def _get_statement_lines(self):
        """:return: list of dicts: ``document``, ``what``, ``amount`` and ``is_refused``"""
        self.ensure_one()
        words = self._get_kind_words()
        return [
            {
                "document": line.dispute_line_id.display_name,
                "what": words[line.kind],
                "amount": line.amount,
                "is_refused": line.kind == "rejection",
            }
            for line in self.line_ids
        ]

    def _get_statement_totals(self):
        """:return: list of ``(label, amount)``: the claim, and what comes of it"""
        self.ensure_one()
        case = self.case_id
        refused = sum(self.line_ids.mapped("amount")) - self.amount_given
        executed = self.state == "executed"
        before = sum(case[name] for name in AMOUNT_PARTS if name != "amount_open")
        if executed:
            before -= self.amount_given + refused
        left = case.amount_disputed - before - self.amount_given - refused
        totals = [
            (self.env._("You dispute"), case.amount_disputed),
            (self.env._("Settled before"), before),
            (self.env._("You get"), self.amount_given),
            (self.env._("Not accepted"), refused),
            (self.env._("Still in dispute"), left),
        ]
        zero = case.currency_id.is_zero
        return [totals[0], *((label, amount) for label, amount in totals[1:] if not zero(amount))]

    def _get_statement_terms(self):
        """:return: list of sentences: until when, and what it means to answer or not"""
        self.ensure_one()
        terms = []
        if self._is_statement_offer():
            if self.date_valid:
                terms.append(
                    self.env._("You can accept this offer until %s.", self._format_day(self.date_valid))
                )
            if self.is_deemed:
                terms.append(self.env._("If we don't hear from you until then, we take it that you accept."))
            if self._needs_signature():
                terms.append(self.env._("For this amount we need your signature; you sign on the page."))
        elif self.date_valid and "rejection" in self.line_ids.mapped("kind"):
            terms.append(
                self.env._(
                    "If you have something that we have not seen, you can ask us to look at it again"
                    " until %s.",
                    self._format_day(self.date_valid),
                )
            )
        return terms

    def _get_statement_following(self):
        """:return: list of sentences: what happens next"""
        self.ensure_one()
        kinds = set(self.line_ids.mapped("kind"))
        following = []
        if self._is_statement_offer():
            following.append(
                self.env._("Once you accept, we carry it out at once; you need do nothing else.")
            )
        if "credit_note" in kinds:
            following.append(
                self.env._(
                    "The credit note lowers what you owe on the invoice; what is paid already stays to your credit."
                )
            )
        if kinds & {"refund_payment", "refund_original_payment"}:
            following.append(
                self.env._("We send the money; your bank or card may take some days to book it.")
            )
        if "replacement_invoice" in kinds:
            following.append(self.env._("You get the corrected invoice in a message of its own."))
        if "rejection" in kinds:
            following.append(self._get_refused_words())
        if self.is_interim:
            following.append(self.env._("We go on looking into the rest, and write to you about it."))
        elif self._is_statement_offer() and len(self._get_statement_totals()) and self._get_left_open():
            following.append(self.env._("What is left of your claim stays in dispute."))
        return following

    def _get_left_open(self):
        """:return: what of the claim this settlement says nothing about"""
        self.ensure_one()
        left = self.case_id.amount_open
        if self.state != "executed":
            left -= sum(self.line_ids.mapped("amount"))
        return left if self.currency_id.compare_amounts(left, 0) > 0 else 0

    def _get_refused_words(self):
        """:return: what becomes of the part that is refused; override to set a day to pay by"""
        self.ensure_one()
        return self.env._("What is not accepted and not paid yet is due under the terms of the invoice.")
