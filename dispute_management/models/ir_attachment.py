from odoo import api, models
from odoo.exceptions import UserError, ValidationError

#: What customers, colleagues and carriers send is evidence.
_EVIDENCE_MODELS = ("dispute.case", "dispute.information.request")


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
            self._check_dispute_kept()
        res = super().write(vals)
        if not self.env.su and {"res_model", "raw", "datas", "name"} & vals.keys():
            self._check_dispute_files()
        return res

    def unlink(self):
        self._check_dispute_kept()
        return super().unlink()

    def _postprocess_contents(self, values):
        # Odoo makes pictures smaller; evidence stays as it was sent, with the day and place in its camera data.
        if values.get("res_model") in _EVIDENCE_MODELS:
            return values
        return super()._postprocess_contents(values)

    def _check_dispute_kept(self):
        """:raise UserError: when one of these is an evidence pack or belongs to what a customer was told of a
        settlement: kept as it was sent
        """
        # Whoever can't read the pack or the settlement can't change its files either.
        found = self.sudo().filtered(lambda attachment: not attachment.res_field)
        settlement_ids = found.filtered(lambda item: item.res_model == "dispute.settlement").mapped("res_id")
        if settlement_ids:
            settlements = self.env["dispute.settlement"].sudo().browse(settlement_ids).exists()
            told = settlements.filtered(lambda item: item.date_statement or item.state == "executed")
            if told:
                raise UserError(
                    self.env._("The files of %s are kept as they were sent.", told[0].display_name)
                )
        files = found.filtered(lambda attachment: attachment.res_model == "dispute.referral")
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
