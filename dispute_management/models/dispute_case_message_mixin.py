from odoo import api, fields, models


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
        # A mail that a machine of ours sent is none of these types.
        if (
            message.message_type in ("comment", "email")
            and not message.is_internal
            and message.subtype_id == self.env.ref("mail.mt_comment")
            and any(author._is_internal() for author in authors)
        ):
            self._meet_first_response(message.date)
        return res

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        # A new case is followed by whoever opened it; when they own it too there is nothing
        # to add, and Odoo would ask the database so once a case.
        is_new = followers_existing_policy == "update"
        if is_new and updated_values.get("user_id") == self.env.uid and self._follows_what_they_open():
            return True
        return super()._message_auto_subscribe(updated_values, followers_existing_policy)

    @api.model
    def _follows_what_they_open(self):
        """:return: whether Odoo made the user a follower of the case they just opened, with
        all subtypes that an owner gets, and nothing else of a case has followers to take over
        """
        user = self.env.user
        relations = self.env["mail.message.subtype"]._get_auto_subscription_subtypes(self._name)[-1]
        return (
            user.active
            and not user.share
            and not self.env.context.get("mail_create_nosubscribe")
            and not relations
        )

    def _creation_message(self):
        self.ensure_one()
        return self.env._("Dispute opened")
