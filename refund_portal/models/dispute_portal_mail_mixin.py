from odoo import models


class DisputePortalMailMixin(models.AbstractModel):
    """Mails to customers about their case."""

    _name = "dispute.portal.mail.mixin"
    _description = "Dispute Mails to Customers"

    def _get_customer_url(self):
        """A contact who can log in does so; others come by a link of their own."""
        self.ensure_one()
        # Whether somebody has a login is no secret to who writes to them.
        if self.contact_id.sudo().user_ids.filtered("active"):
            return f"{self.get_base_url()}{self.access_url}"
        return super()._get_customer_url()

    def _portal_stop_reminders(self):
        """Remind the customer no more of this."""
        self.ensure_one()
        if not self.is_reminder_stopped:
            self.is_reminder_stopped = True

    def _portal_confirm(self, sentence):
        """Confirm by mail what somebody did on the case page.

        :param sentence: what was done, in the reader's language
        """
        self.ensure_one()
        author = self._get_portal_author()
        template = self.env.ref("refund_portal.mail_template_dispute_confirmation", raise_if_not_found=False)
        if template and author.email:
            template.with_context(dispute_confirmed=sentence, dispute_reader=author).send_mail(
                self.id,
                email_layout_xmlid="dispute_management.mail_layout",
                email_values={"recipient_ids": [(6, 0, author.ids)], "email_to": False},
            )
