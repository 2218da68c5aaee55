from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.mail_address import read_address


class InformationRequestSendRecipient(models.TransientModel):
    """One person to ask: a colleague, a contact, or an address."""

    _name = "information.request.send.recipient"
    _description = "Ask about a Dispute: Whom"
    _inherit = ["dispute.wizard.mixin"]
    _order = "sequence, id"

    wizard_id = fields.Many2one("information.request.send", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one("res.partner", string="Colleague or contact")
    email = fields.Char(compute="_compute_email", store=True, readonly=False)

    @api.depends("partner_id")
    def _compute_email(self):
        for recipient in self:
            recipient.email = recipient.partner_id.email_normalized or recipient.email

    def _get_address(self):
        self.ensure_one()
        return read_address(self.email)

    def _check_addresses(self):
        """:raise UserError: naming whom can't be written to, or is named twice"""
        seen = set()
        for recipient in self:
            address = recipient._get_address()
            name = recipient.partner_id.name or recipient.email or "?"
            if not address and recipient.email:
                raise UserError(
                    self.env._(
                        "%s is not the e-mail address of one person: write each on a line of its own.",
                        recipient.email,
                    )
                )
            if not address:
                raise UserError(self.env._("%s has no e-mail address: write one.", name))
            if self.env["mail.alias.domain"].sudo()._find_aliases([address]):  # addresses are no secret
                raise UserError(self.env._("%s is an address of our own: name a person.", address))
            if address in seen:
                raise UserError(self.env._("%s is named twice.", name))
            seen.add(address)
