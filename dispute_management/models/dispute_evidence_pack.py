import mmap
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.evidence_pack import PackWriter, hash_file, manifest, pack_name


class DisputeEvidencePack(models.Model):
    """What was sent with a referral: a ZIP with the case file and the documents.

    Written once: nobody changes or deletes a pack or its file, so that what was sent can be
    shown, byte by byte.
    """

    _name = "dispute.evidence.pack"
    _description = "Dispute Evidence Pack"
    _inherit = ["dispute.facts.mixin"]
    _order = "id desc"

    referral_id = fields.Many2one(
        "dispute.referral", required=True, index=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(related="referral_id.company_id", store=True, precompute=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", required=True, index=True, ondelete="restrict", readonly=True
    )
    name = fields.Char(required=True, readonly=True)
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    file_size = fields.Integer(string="Size", readonly=True)
    document_count = fields.Integer(string="Documents", readonly=True)
    lang = fields.Char(string="Language", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Evidence packs are kept: what was sent is evidence."))

    def write(self, vals):
        if self:
            raise UserError(self.env._("An evidence pack can't be changed: make another one."))
        return super().write(vals)

    # Actions

    def action_download(self):
        """:return: action that downloads the ZIP"""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }

    # Business

    @api.model
    def _make(self, referral, documents, lang=None):
        """Put the case file and documents into one ZIP, kept with the referral.

        One document at a time is in memory; the ZIP grows in a temporary file.

        :param referral: dispute.referral
        :param documents: list of `PackDocument` of its case
        :param lang: code of the case file's language; the company's if none
        :return: the new dispute.evidence.pack
        :raise AccessError: for users who can't work on the case
        """
        referral.ensure_one()
        referral.check_access("write")
        referral.case_id.check_access("write")
        # From here on for the user: they need no right of their own on invoices' files, and a
        # pack is nobody's to write.
        referral = referral.sudo().with_context(lang=lang or referral.company_id.partner_id.lang)
        maker = referral.env["dispute.case.file"]
        now = fields.Datetime.now()
        with tempfile.TemporaryFile() as target:
            with PackWriter(target) as pack:
                rows = self._write_documents(pack, maker, documents, now)
                content, extension = maker._render(referral.case_id, referral, rows, now)
                name = f"00 {referral.case_id._get_report_base_filename()}.{extension}"
                digest = pack.add(name, content, now)
                rows.insert(0, (name, referral.env._("Case file"), now, len(content), digest))
                pack.add("manifest.csv", self._get_manifest(referral, rows), now)
            return self._keep(referral, target, len(documents), lang)

    @api.model
    def _write_documents(self, pack, maker, documents, now):
        """:return: what the lists tell of each document: name, kind, date, size, SHA-256"""
        rows = []
        for number, document in enumerate(documents, start=1):
            name, content, moment = maker._read_document(document)
            name = pack_name(number, name)
            digest = pack.add(name, content, moment or now)
            rows.append((name, document.kind, moment or now, len(content), digest))
        return rows

    @api.model
    def _get_manifest(self, referral, rows):
        """:return: the list of files as CSV, in the language of the case file"""
        env = referral.env
        header = (env._("File"), env._("Kind"), env._("Date (UTC)"), env._("Bytes"), "SHA-256")
        return manifest(header, rows)

    @api.model
    def _keep(self, referral, target, document_count, lang):
        """Keep the ZIP as file of the referral, and note its hash."""
        digest = hash_file(target)
        number = len(referral.pack_ids) + 1
        name = f"{referral.case_id._get_report_base_filename()}-evidence-{referral.id}-{number}.zip"
        with mmap.mmap(target.fileno(), 0, access=mmap.ACCESS_READ) as content:
            # A database that keeps files in itself wants them in memory.
            in_database = referral.env["ir.attachment"]._storage() == "db"
            attachment = referral.env["ir.attachment"].create(
                {
                    "name": name,
                    "raw": content[:] if in_database else content,
                    "mimetype": "application/zip",
                    "res_model": "dispute.referral",
                    "res_id": referral.id,
                }
            )
            size = len(content)
        pack = referral.env["dispute.evidence.pack"].create(
            {
                "referral_id": referral.id,
                "attachment_id": attachment.id,
                "name": name,
                "sha256": digest,
                "file_size": size,
                "document_count": document_count,
                "lang": lang or referral.company_id.partner_id.lang,
            }
        )
        text = referral.env._("%(count)s documents, SHA-256 %(digest)s", count=document_count, digest=digest)
        referral._log_on_case(referral.env._("Evidence pack %s made.", name), text)
        return pack.with_env(self.env)
