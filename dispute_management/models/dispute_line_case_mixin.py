from odoo import api, fields, models


class DisputeLineCaseMixin(models.AbstractModel):
    """Which case a line belongs to: the first one completes a case for triage; merging and
    splitting move lines.
    """

    _name = "dispute.line.case.mixin"
    _description = "Dispute Line's Case"

    @api.model_create_multi
    def create(self, vals_list):
        completed = self._complete_triage(vals_list)
        lines = super().create(vals_list)
        completed._hold_documents()
        return lines

    @api.model
    def _complete_triage(self, vals_list):
        """Let cases without documents take over what the first one added says.

        :return: the dispute.case that were completed
        """
        cases = self.env["dispute.case"]
        for vals in vals_list:
            case = cases.browse(vals.get("case_id"))
            if not case or case in cases or case.source != "mail" or case.line_ids or case.is_closed:
                continue
            document = self._get_document(vals)
            if document:
                case._take_over_document(document)
                cases |= case
        return cases

    def _move_to_case(self, target):
        """Move lines to another case of the same customer, company and currency.

        The claim history is append-only: what was claimed stays on record with the case it
        was claimed in, ends there and goes on in the other. For superuser code, after its
        checks.

        :param target: dispute.case
        """
        now = fields.Datetime.now()
        changes = []
        for line in self:
            for case, before, after in ((line.case_id, line.amount, 0), (target, 0, line.amount)):
                changes.append(
                    {
                        "line_id": line.id,
                        "case_id": case.id,
                        "company_id": line.company_id.id,
                        "currency_id": line.currency_id.id,
                        "date": now,
                        "user_id": self.env.uid,
                        "amount_before": before,
                        "amount_after": after,
                    }
                )
        self.write({"case_id": target.id})
        self.env["dispute.claim.change"].create(changes)
        self._refresh_amounts()
