from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        if not self.env.su:
            attachments._check_dispute_files()
        return attachments

    def write(self, vals):
        if vals.keys() - {"access_token"}:
            self._check_dispute_packs()
        res = super().write(vals)
        if not self.env.su and {"res_model", "raw", "datas", "name"} & vals.keys():
            self._check_dispute_files()
        return res

    def unlink(self):
        self._check_dispute_packs()
        return super().unlink()

    def _check_dispute_packs(self):
        """:raise UserError: when one of these is an evidence pack, which is kept as it was sent"""
        # Whoever can't read the pack can't change it either.
        files = self.sudo().filtered(lambda attachment: attachment.res_model == "dispute.referral")
        if files and self.env["dispute.evidence.pack"].sudo().search_count(
            [("attachment_id", "in", files.ids)], limit=1
        ):
            raise UserError(self.env._("An evidence pack is kept as it was sent: make another one."))

    def _check_dispute_files(self):
        """:raise ValidationError: when a file put on a dispute is none that a dispute takes"""
        for attachment in self:
            if attachment.res_model != "dispute.case" or attachment.type != "binary":
                continue
            error = self.env["dispute.file.rules"]._get_files_error(
                [(attachment.name, attachment.file_size, attachment.raw or b"")]
            )
            if error:
                raise ValidationError(error)
