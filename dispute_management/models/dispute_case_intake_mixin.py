from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from .dispute_claim_mixin import OPENING


class DisputeCaseIntakeMixin(models.AbstractModel):
    """How a case comes to be: one creator behind every door.

    A case leaves it with a number, reason, team, owner, stage, history, promises and
    a hold on its invoices.
    """

    _name = "dispute.case.intake.mixin"
    _description = "Dispute Intake"

    date_opened = fields.Datetime(
        string="Opened",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="When the customer's claim reached us. Told once, when the case is made.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Open disputes.

        Customer, company and currency are those of the documents in `line_ids`; team,
        owner and stage follow from the reason unless given.

        :raise ValidationError: when a reason or a document is missing or a claim is more
            than can be disputed; nothing is written then
        """
        if not self.env.su:
            self.env["dispute.line"].check_access("create")
        this = self.with_context(dispute_opening=OPENING)
        cases = super(DisputeCaseIntakeMixin, this).create(self._prepare_cases(vals_list))
        cases = cases.with_env(self.env)
        cases._log_stage(cases.mapped("date_opened"))
        cases._start_promises()
        return cases

    @api.model
    def get_import_templates(self):
        """:return: the spreadsheet that Odoo's import offers for open disputes"""
        return [
            {
                "label": self.env._("Import template for open disputes"),
                "template": "/dispute_management/static/xls/dispute_case.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):
        """Import rows; of bad ones only those are named that are bad.

        What stops a batch Odoo tells of its first row as well, whichever is to blame.
        """
        result = super().load(fields, data)
        messages = result["messages"]
        if messages and any(other.get("message") == messages[0].get("message") for other in messages[1:]):
            messages.pop(0)
        return result

    def web_save(self, vals, specification, next_id=None):
        """Round typed claims as the form shows them; the API refuses what it can't pay.

        The form displays an amount rounded to its currency and must save what it showed.
        """
        for command in vals.get("line_ids") or ():
            if command[0] in (Command.CREATE, Command.UPDATE) and command[2].get("amount"):
                line = self.env["dispute.line"].browse(command[1] or ())
                currency = line.currency_id or line._get_document(command[2]).currency_id
                command[2]["amount"] = currency.round(command[2]["amount"])
        # A person opens one case here, unlike in an import or over the API.
        this = self if self else self.with_context(dispute_print_invoices=True)
        return super(DisputeCaseIntakeMixin, this).web_save(vals, specification, next_id=next_id)

    @api.model
    def _prepare_cases(self, vals_list):
        """Complete the values of new cases; see `create`. Override to add values."""
        now = fields.Datetime.now()
        reason_id = self.env["dispute.reason"]._get_default_reason().id
        documents = self._get_claimed_documents(vals_list)
        prepared = []
        for vals in vals_list:
            values = {"date_opened": now, "reason_id": reason_id, **vals}
            values["date_opened"] = fields.Datetime.to_datetime(values["date_opened"])
            if values["date_opened"] > now:
                raise ValidationError(self.env._("A dispute can't have been opened in the future."))
            values.update(self._prepare_case_from_documents(values, documents))
            values.setdefault("contact_id", values.get("partner_id"))
            prepared.append(values)
        self._prepare_assignment(prepared)
        self._prepare_numbers(prepared)
        return prepared

    @api.model
    def _get_claims(self, vals):
        """:return: values of the lines of a case to be made"""
        return [command[2] for command in vals.get("line_ids") or () if command[0] == Command.CREATE]

    @api.model
    def _get_claimed_documents(self, vals_list):
        """The invoices and payments that new cases name, checked to be readable, in one go.

        :return: ``{(field of the line, id): document}``, as superuser
        :raise AccessError: when the user can't read one of them
        """
        claims = [claim for vals in vals_list for claim in self._get_claims(vals)]
        found = {}
        for field, model in (("move_id", "account.move"), ("payment_id", "account.payment")):
            documents = self.env[model].browse({claim[field] for claim in claims if claim.get(field)})
            if not self.env.su:
                documents.check_access("read")
            # Read after the check: their contacts may be ones that the user can't open.
            found |= {(field, document.id): document for document in documents.sudo()}
        return found

    @api.model
    def _prepare_case_from_documents(self, vals, documents):
        """What the first document says of a case.

        :param documents: see `_get_claimed_documents`
        :return: customer, contact, company and currency
        """
        if not vals["reason_id"]:
            raise ValidationError(self.env._("Choose the reason of the dispute."))
        claims = self._get_claims(vals)
        if not claims:
            if vals.get("source") == "mail":
                currency_id = self.env.company.currency_id.id
                return {"currency_id": currency_id, "company_currency_id": currency_id}
            raise ValidationError(self.env._("Choose the invoices or payments that are in dispute."))
        field = "move_id" if claims[0].get("move_id") else "payment_id"
        document = documents.get((field, claims[0].get(field)))
        if not document:
            raise ValidationError(self.env._("Choose the invoice or the payment in dispute."))
        partner = document.partner_id.commercial_partner_id
        if not partner:
            raise ValidationError(self.env._("%s has no customer.", document.display_name))
        return {
            "partner_id": partner.id,
            "contact_id": vals.get("contact_id") or document.partner_id.id,
            "company_id": document.company_id.id,
            "currency_id": document.currency_id.id,
            # Follows from the company; told at once, the amounts need not wait for it.
            "company_currency_id": document.company_id.currency_id.id,
        }

    @api.model
    def _prepare_numbers(self, vals_list):
        """Number new cases by company and year, with one query for each of these."""
        by_year = defaultdict(list)
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            by_year[company_id, vals["date_opened"].year].append(vals)
        for (company_id, _year), group in by_year.items():
            numbers = self._next_numbers(company_id, group[0]["date_opened"], len(group))
            for vals, number in zip(group, numbers, strict=True):
                vals["name"] = number

    @api.model
    def _next_numbers(self, company_id, at, count):
        """:return: as many case numbers of a company as asked for, for the year of `at`"""
        # Whoever may open a case takes a number.
        sequence = (
            self.env["ir.sequence"]
            .sudo()
            .search([("code", "=", "dispute.case"), ("company_id", "=", company_id)], limit=1)
        )
        if not sequence:
            sequence = self.env["res.company"].browse(company_id)._create_dispute_sequences()
        date = at.date()
        if sequence.implementation != "standard" or not sequence.use_date_range:
            return [sequence.next_by_id(date) for _index in range(count)]
        year = sequence._get_dispute_year(date)
        name = f"ir_sequence_{sequence.id:03d}_{year.id:03d}"
        numbers = self.env.execute_query(SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count))
        sequence = sequence.with_context(ir_sequence_date=date, ir_sequence_date_range=year.date_from)
        return [sequence.get_next_char(number) for (number,) in numbers]
