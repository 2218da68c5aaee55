from odoo import api, fields, models
from odoo.fields import Domain


class DisputeCaseTriageMixin(models.AbstractModel):
    """A case from mail that still lacks its customer or document, and how it gets them."""

    _name = "dispute.case.triage.mixin"
    _description = "Dispute Triage"

    is_triage = fields.Boolean(
        string="Triage",
        compute="_compute_is_triage",
        search="_search_is_triage",
        help="Came by mail and still lacks the customer or the document.",
    )

    @api.depends("partner_id", "line_ids", "is_closed")
    def _compute_is_triage(self):
        for case in self:
            case.is_triage = not case.is_closed and not (case.partner_id and case.line_ids)

    def _search_is_triage(self, operator, value):
        if operator != "in":
            return NotImplemented
        triage = Domain("is_closed", "=", False) & (
            Domain("partner_id", "=", False) | Domain("line_ids", "=", False)
        )
        return Domain.OR(triage if wanted else ~triage for wanted in value)

    def _take_over_document(self, document):
        """Give this case for triage the customer, company and currency of its first document.

        :param document: account.move or account.payment that is about to be disputed
        """
        self.ensure_one()
        if not self.env.su:
            self.check_access("write")
            document.check_access("read")
        # Read after the check above: its contact may be one the user can't open.
        document = document.sudo()
        partner = document.partner_id.commercial_partner_id
        values = {"currency_id": document.currency_id.id}
        if not self.partner_id:
            values |= {"partner_id": partner.id, "contact_id": document.partner_id.id}
        if document.company_id != self.company_id:
            values |= self._prepare_company_move(document.company_id)
        if document.currency_id == self.currency_id:
            del values["currency_id"]
        if values:
            self._write_facts(values)

    def _prepare_company_move(self, company):
        """Values that bring a case for triage into the company that its document is of."""
        self.ensure_one()
        self._message_log(
            body=self.env._(
                "%(number)s moved from %(before)s to %(after)s, as its document is there.",
                number=self.name,
                before=self.company_id.name,
                after=company.name,
            )
        )
        # Evidence follows its case; users may only read it.
        case = self.sudo()
        case.stage_history_ids.write({"company_id": company.id})
        case.sla_status_ids.write({"company_id": company.id})
        values = {"company_id": company.id, "name": self._next_numbers(company.id, self.date_opened, 1)[0]}
        if case.team_id.company_id and case.team_id.company_id not in company.parent_ids:
            teams = case.env["dispute.team"].search([])
            values["team_id"] = teams._get_first_of(company).id
        return values
