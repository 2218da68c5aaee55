import logging

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.evidence_source import INVOICE_PDF
from .dispute_evidence_finder import Found

_logger = logging.getLogger(__name__)
#: Files that are copied at once.
CHUNK = 50


class DisputeCaseCollectMixin(models.AbstractModel):
    """Evidence without typing: what Odoo holds already is on the list when a case opens."""

    _name = "dispute.case.collect.mixin"
    _description = "Dispute Evidence Collection"

    has_unprinted_invoice = fields.Boolean(compute="_compute_has_unprinted_invoice")

    def _compute_has_unprinted_invoice(self):
        # Whether a file is kept is no secret to who reads the case.
        for case in self.sudo():
            case.has_unprinted_invoice = bool(case._get_unprinted_invoices())

    def action_collect_evidence(self):
        """Look once more for what Odoo holds, and put what is new on the list.

        :return: action that tells how much was found
        :raise UserError: when a case is closed
        """
        self._check_may_collect()
        count = len(self._collect_evidence())
        message = (
            self.env._("Found in Odoo and added: %s.", count)
            if count
            else self.env._("Nothing new was found.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_add_invoice_pdf(self):
        """Print the disputed invoices that no PDF is kept of, and put them on the list.

        :raise UserError: when a case is closed or nothing can be printed here
        """
        self._check_may_collect()
        self._collect_evidence()
        self._print_invoices()

    def _check_may_collect(self):
        self.check_access("write")
        for case in self:
            if case.is_closed:
                raise UserError(self.env._("%s is closed: its evidence stays as it is.", case.name))

    def _collect_evidence(self):
        """Put documents that Odoo holds about these cases on their lists, each once.

        :return: the dispute.evidence that are new
        """
        # What belongs to a case is found whoever opens it: a clerk needs no right in sales.
        cases = self.sudo()
        found = self.env["dispute.evidence.finder"].sudo()._find(cases)
        return cases._add_evidence(found)

    def _add_evidence(self, found):
        """:param found: ``{case: [Found]}``
        :return: the dispute.evidence that are new
        """
        Evidence = self.env["dispute.evidence"]
        if not any(found.values()):
            return Evidence
        known = {(item.case_id, item.res_model, item.res_id): item for item in self.evidence_ids}
        missing, values = {}, []
        for case, items in found.items():
            for item in items:
                key = (case, item.record._name, item.record.id)
                if key not in known and key not in missing:
                    values.append(self._prepare_evidence_values(case, item))
                    missing[key] = None
        created = Evidence.create(values)
        known |= dict(zip(missing, created, strict=True))
        files = {}
        for case, items in found.items():
            for item in items:
                evidence = known[case, item.record._name, item.record.id]
                files.setdefault(evidence, item.files)
        self._keep_files(files)
        self._follow_sources(found, known)
        return created

    def _prepare_evidence_values(self, case, item):
        return {
            "case_id": case.id,
            "source": item.source,
            "document_name": item.name,
            "res_model": item.record._name,
            "res_id": item.record.id,
        }

    def _follow_sources(self, found, known):
        """A delivery may have been signed since, and an item may ask for something else now."""
        for case, items in found.items():
            for item in items:
                evidence = known[case, item.record._name, item.record.id]
                if evidence.source != item.source:
                    evidence.source = item.source
        evidence = self.evidence_ids
        self.env.add_to_compute(evidence._fields["is_there"], evidence)

    def _keep_files(self, files):
        """Copy files to the evidence they belong to, so that whoever reads it may read them.

        :param files: ``{dispute.evidence: ir.attachment}``
        """
        copies = [
            (evidence, file)
            for evidence, originals in files.items()
            for file in originals
            if file.type == "binary" and file.checksum not in evidence.attachment_ids.mapped("checksum")
        ]
        field = self.env["dispute.evidence"]._fields["attachment_ids"]
        for start in range(0, len(copies), CHUNK):
            chunk = copies[start : start + CHUNK]
            kept = self.env["ir.attachment"].create(
                [
                    {
                        "name": file.name,
                        "raw": file.raw,
                        "mimetype": file.mimetype,
                        "res_model": evidence._name,
                        "res_id": evidence.id,
                    }
                    for evidence, file in chunk
                ]
            )
            links = [
                (evidence, [Command.link(copy.id)])
                for (evidence, _file), copy in zip(chunk, kept, strict=True)
            ]
            # All of them with one statement, which writing record by record would not do.
            field.write_batch(links)

    def _get_unprinted_invoices(self):
        """:return: disputed invoices that no PDF is on the list of"""
        self.ensure_one()
        printed = self.evidence_ids.filtered(lambda item: item.source == INVOICE_PDF and item.attachment_ids)
        return self.line_ids.move_id.filtered(lambda move: move.id not in printed.mapped("res_id"))

    def _print_invoices(self):
        """Print disputed invoices, in the language of their customers.

        :raise UserError: when the server can't print
        """
        # After the check, or for the one case that somebody just opened: the report reads
        # more of an invoice than who disputes it may.
        Report = self.env["ir.actions.report"].sudo()
        for case in self.sudo():
            found = []
            for move in case._get_unprinted_invoices():
                content, kind = Report._pre_render_qweb_pdf("account.account_invoices", move.ids)
                content = Report._get_splitted_report("account.account_invoices", content, kind)[move.id]
                name = move._get_invoice_report_filename(extension=kind)
                found.append((move, name, content))
            case._add_evidence(
                {
                    case: [
                        Found(INVOICE_PDF, move, move.name, self.env["ir.attachment"])
                        for move, *_file in found
                    ]
                }
            )
            for move, name, content in found:
                evidence = case.evidence_ids.filtered(
                    lambda item, move=move: item.source == INVOICE_PDF and item.res_id == move.id
                )
                evidence.attachment_ids = [
                    Command.create(
                        {"name": name, "raw": content, "res_model": evidence._name, "res_id": evidence.id}
                    )
                ]

    def _print_invoices_at_opening(self):
        """Print the invoices of one case that a person opens; a case opens without it too."""
        self.ensure_one()
        # Which files are kept is looked up for whoever opens the case.
        if not self.sudo()._get_unprinted_invoices():
            return
        try:
            with self.env.cr.savepoint():
                self._print_invoices()
        except UserError as error:
            _logger.info("The invoices of %s are not printed: %s", self.name, error)
