from odoo import fields, models


class DisputeCaseMessageMixin(models.AbstractModel):
    """What is said on a case: who reads it, and what an answer means for the clock."""

    _name = "dispute.case.message.mixin"
    _description = "Dispute Messages"

    date_first_response = fields.Datetime(
        string="First Response",
        readonly=True,
        copy=False,
        help="The first message of a person to the customer; automatic mail is none.",
    )

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id"]

    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        # Who wrote is asked of the message itself; customers can't read our users.
        authors = message.sudo().author_id.user_ids
        if (
            message.message_type == "comment"
            and message.subtype_id == self.env.ref("mail.mt_comment")
            and any(author._is_internal() for author in authors)
        ):
            self._meet_first_response(message.date)
        return res

    def _creation_message(self):
        self.ensure_one()
        return self.env._("Dispute opened")
