from odoo import models


class DisputePortalMailMixin(models.AbstractModel):
    """Mails to customers about their case."""

    _name = "dispute.portal.mail.mixin"
    _description = "Dispute Mails to Customers"

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
                email_layout_xmlid="mail.mail_notification_light",
                email_values={"recipient_ids": [(6, 0, author.ids)], "email_to": False},
            )
