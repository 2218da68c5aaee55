import re

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import formatLang

from odoo.addons.dispute_management.tools.amount import format_amount_input
from odoo.addons.dispute_management.tools.plain_text import clean_text, parse_id

MAX_DESCRIPTION_LENGTH = 5000
MAX_REFERENCE_LENGTH = 100
#: Documents of one form; more are sent in two.
MAX_DOCUMENTS = 20
_MAX_AMOUNT_LENGTH = 60
#: Other people of the customer who can be written to.
_MAX_CONTACTS = 20
_PHONE = re.compile(r"[0-9+(][0-9 ()/.\-]{4,30}")


class DisputePortalForm(models.AbstractModel):
    """The customer's form: what it offers, how it is read and judged; ``dispute.portal.filing`` files it.

    The route checks who asks and for which documents, then calls with superuser rights: this model trusts the
    `FiledDocuments` it is given and nothing that was typed.
    """

    _name = "dispute.portal.form"
    _description = "Dispute Form of the Customer Portal"

    # ------------------------------------------------------------
    # What the form offers
    # ------------------------------------------------------------

    @api.model
    def _get_reasons(self, documents):
        """:return: the reasons a customer may choose for these documents, in the admin's order"""
        Reason = self.env["dispute.reason"]
        return Reason.search(
            Domain("is_internal", "=", False) & Domain(Reason._check_company_domain(documents.company))
        )

    @api.model
    def _get_chosen_reason(self, documents, text):
        """:return: the dispute.reason that was chosen, empty when it is none a customer may choose"""
        return self._get_reasons(documents).filtered(lambda reason: reason.id == parse_id(text))

    @api.model
    def _get_wishes(self, company):
        """:return: (value, label) of the outcomes a customer of a company may ask for"""
        wishes = self.env["dispute.case"]._fields["customer_wish"]._description_selection(self.env)
        return [wish for wish in wishes if company.dispute_portal_refund or wish[0] != "refund"]

    @api.model
    def _get_contacts(self, documents):
        """:return: res.partner who can be written to: who files, and others of the customer with a login"""
        user = self.env.user
        if user._is_public():
            return documents.first.partner_id
        # Who of ours looks at the form as the customer isn't one of theirs.
        own = documents.first.partner_id if user._is_internal() else user.partner_id
        if documents.company.dispute_portal_own_only:
            return own
        others = self.env["res.users"].search(
            Domain("partner_id.commercial_partner_id", "=", documents.partner.id)
            & Domain("share", "=", True)
            & Domain("company_ids", "in", documents.company.ids),
            limit=_MAX_CONTACTS,
        )
        return own | others.partner_id

    @api.model
    def _get_evidence_types(self, reason):
        """:return: dispute.evidence.type that customers supply for a reason"""
        return reason.evidence_type_ids.filtered(lambda item: item.supplied_by == "customer")

    @api.model
    def _is_evidence_asked(self, evidence_type):
        """:return: whether the form insists on a file; what Odoo may hold already is not insisted on"""
        return evidence_type.is_required and not evidence_type.collected_from

    @api.model
    def _get_lines(self, documents):
        """:return: account.move.line that can be disputed one by one"""
        if not documents.is_single_invoice or documents.company.dispute_portal_claim == "amount":
            return self.env["account.move.line"]
        return documents.moves.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.price_total > 0
        )

    @api.model
    def _get_ways(self, documents):
        """:return: how the claim can be told: ``amount``, ``lines`` or both"""
        lines = self._get_lines(documents)
        if not lines:
            return ["amount"]
        if documents.company.dispute_portal_claim == "lines":
            return ["lines"]
        # Of an invoice with one line, its amount says it all.
        return ["amount", "lines"] if len(lines) > 1 else ["amount"]

    @api.model
    def _get_disputable_amounts(self, documents):
        """:return: ``{document: amount}`` still disputable, in their currency"""
        amounts = dict(documents.moves._dispute_get_disputable_amounts())
        found = documents.payments._dispute_get_live_amounts()
        amounts |= {payment: found[payment]["disputable"] for payment in documents.payments}
        return {document: max(amounts[document], 0.0) for document in documents.all}

    @api.model
    def _get_cannot_file_reason(self, documents):
        """:return: why nothing can be filed about these documents, or False"""
        company = documents.company
        if not company.dispute_portal_file:
            return self.env._("Disputes can't be filed here.")
        if len(documents.all) > MAX_DOCUMENTS:
            return self.env._("Please choose at most %s documents at once.", MAX_DOCUMENTS)
        if not documents.is_one_case:
            return self.env._(
                "Please choose documents of one company and one currency, and file the others afterwards."
            )
        if documents.payments and not company.dispute_portal_refund:
            return self.env._("Refunds of payments can't be asked for here.")
        reasons = list(documents.moves._get_cannot_dispute_reasons().values())
        amounts = self._get_disputable_amounts(documents)
        reasons += [
            self.env._("Nothing is left to ask back of %s.", payment.name)
            for payment in documents.payments
            if documents.currency.is_zero(amounts[payment])
        ]
        return "\n".join(reasons) or False

    @api.model
    def _get_default_values(self, documents):
        """:return: what the form holds before anything is typed, as text"""
        amounts = self._get_disputable_amounts(documents)
        lines = self._get_lines(documents)
        return {
            "reason_id": "",
            "claim_by": self._get_ways(documents)[0],
            "amounts": {
                documents.get_amount_name(document): self._format_amount_input(documents, amount)
                for document, amount in amounts.items()
            },
            "lines": {},
            "line_amounts": {
                line.id: self._format_amount_input(documents, line.price_total) for line in lines
            },
            "description": "",
            "customer_reference": "",
            "customer_wish": "",
            "contact_id": "",
            "contact_method": "email",
            "contact_phone": self._get_contacts(documents)[:1].phone or "",
            "later": {},
        }

    # ------------------------------------------------------------
    # Reading what was sent
    # ------------------------------------------------------------

    @api.model
    def _parse(self, documents, form, files):
        """Read a posted form; nothing is judged yet.

        :param form: mapping of posted text, never files
        :param files: werkzeug MultiDict of uploads with ``filename``, ``seek``, ``tell`` and ``read``
        :return: (values, uploads): cleaned text by field, and ``{evidence type id, or 0: [uploads]}``
        """
        lines = self._get_lines(documents)
        types = self._get_evidence_types(self._get_chosen_reason(documents, form.get("reason_id")))
        values = {
            "reason_id": clean_text(form.get("reason_id"), 20),
            "claim_by": clean_text(form.get("claim_by"), 20) or self._get_ways(documents)[0],
            "amounts": {
                name: clean_text(form.get(name), _MAX_AMOUNT_LENGTH)
                for name in map(documents.get_amount_name, documents.all)
            },
            "lines": {line.id: True for line in lines if form.get(f"line_{line.id}")},
            "line_amounts": {
                line.id: clean_text(form.get(f"line_{line.id}_amount"), _MAX_AMOUNT_LENGTH) for line in lines
            },
            # One over the limit, to tell a text that is too long from one that just fits.
            "description": clean_text(form.get("description"), MAX_DESCRIPTION_LENGTH + 1, multiline=True),
            "customer_reference": clean_text(form.get("customer_reference"), MAX_REFERENCE_LENGTH + 1),
            "customer_wish": clean_text(form.get("customer_wish"), 40),
            "contact_id": clean_text(form.get("contact_id"), 20),
            "contact_method": clean_text(form.get("contact_method"), 20) or "email",
            "contact_phone": clean_text(form.get("contact_phone"), 40),
            "later": {item.id: True for item in types if form.get(f"evidence_{item.id}_later")},
        }
        uploads = {**{item.id: [] for item in types}, 0: []}
        for name in files:
            found = re.fullmatch(r"evidence_([0-9]{1,10})", name)
            type_id = int(found[1]) if found and int(found[1]) in types.ids else 0
            if found or name == "files":
                uploads[type_id] += [upload for upload in files.getlist(name) if upload.filename]
        return values, uploads

    # ------------------------------------------------------------
    # Judging it
    # ------------------------------------------------------------

    @api.model
    def _validate(self, documents, values, uploads):
        """Judge a parsed form against the rules every door shares.

        :return: (vals, errors): values ready for ``dispute.case.create``, and a message by field; vals may only be
            used when errors is empty
        """
        errors = {}
        refusal = self._get_cannot_file_reason(documents)
        if refusal:
            errors["form"] = refusal
        reason = self._get_chosen_reason(documents, values["reason_id"])
        if not reason:
            errors["reason_id"] = self.env._("Choose what the problem is.")
        claims, claim_errors = self.env["dispute.portal.claim"]._validate_claims(documents, values)
        if not refusal:
            errors |= claim_errors
        errors |= self._validate_texts(documents, values)
        errors |= self._validate_contact(documents, values)
        for item in self._get_evidence_types(reason) if reason else ():
            if self._is_evidence_asked(item) and not uploads[item.id] and not values["later"].get(item.id):
                errors[f"evidence_{item.id}"] = self.env._("Choose a file, or tick that you send it later.")
        file_error = self.env["dispute.file.rules"]._get_uploads_error(sum(uploads.values(), []))
        if file_error:
            errors["files"] = file_error
        return self._prepare_case_values(documents, values, reason, claims), errors

    @api.model
    def _validate_texts(self, documents, values):
        errors = {}
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
        if values["customer_wish"] not in ("", *dict(self._get_wishes(documents.company))):
            errors["customer_wish"] = self.env._("Choose one of the outcomes offered, or none.")
        return errors

    @api.model
    def _validate_contact(self, documents, values):
        errors = {}
        if values["contact_id"] and parse_id(values["contact_id"]) not in self._get_contacts(documents).ids:
            errors["contact_id"] = self.env._("Choose one of the people offered.")
        if values["contact_method"] not in ("email", "phone"):
            errors["contact_method"] = self.env._("Choose e-mail or phone.")
        elif values["contact_method"] == "phone" and not _PHONE.fullmatch(values["contact_phone"]):
            errors["contact_phone"] = self.env._("Enter the number we should call, such as +1 555 0100.")
        return errors

    @api.model
    def _prepare_case_values(self, documents, values, reason, claims):
        """Hook: the values of the case to create."""
        contacts = self._get_contacts(documents)
        is_called = values["contact_method"] == "phone"
        return {
            "reason_id": reason.id,
            "line_ids": [Command.create(claim) for claim in claims],
            "description": values["description"],
            "customer_reference": values["customer_reference"],
            "customer_wish": values["customer_wish"] or False,
            "contact_id": parse_id(values["contact_id"]) or contacts[:1].id,
            "contact_method": "phone" if is_called else "email",
            "contact_phone": values["contact_phone"] if is_called else False,
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
    def _format_amount_input(self, documents, amount):
        return format_amount_input(amount, self._get_marks()[0], documents.currency.decimal_places)

    @api.model
    def _format_money(self, documents, amount):
        return formatLang(self.env, amount, currency_obj=documents.currency)
