from odoo import api, fields, models
from odoo.tools import format_date


class DisputeCaseCustomerMailMixin(models.AbstractModel):
    """Mails about a case: which one its reason sends, to whom, and when no reminder is wanted any more."""

    _name = "dispute.case.customer.mail.mixin"
    _description = "Dispute Mails to Customers"

    is_reminder_stopped = fields.Boolean(
        string="No reminders",
        copy=False,
        tracking=True,
        help="The customer asked not to be reminded of this dispute.",
    )

    # What a mail says

    def _get_customer_url(self):
        """:return: URL of the page on which the customer reads and answers this, without login; override
        where they log in
        """
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_portal_url()}"

    def _get_reminder_stop_url(self):
        """:return: URL of the page on which who got a reminder stops them, without login"""
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_portal_url(suffix='/reminders')}"

    def _get_answer_expected_day(self):
        """:return: the day by which the customer may expect an answer, as their language writes it; or an empty text"""
        self.ensure_one()
        expected = self._get_answer_expected()
        if not expected:
            return ""
        calendar = self._get_calendar()
        return format_date(self.env, self.env["dispute.working.time"]._get_local_date(calendar, expected))

    # Which one goes out

    def _send_to_customer(self, template):
        for own, cases in self.grouped(lambda case: case.reason_id._get_mail(template)).items():
            super(DisputeCaseCustomerMailMixin, cases)._send_to_customer(own)

    def _remind_customer(self):
        wanting = self.filtered(lambda case: not case.is_reminder_stopped)
        return super(DisputeCaseCustomerMailMixin, wanting)._remind_customer()

    # To whom

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Who follows a case but may not read it (any more) hears nothing of it.

        Whom somebody named for a message hears of it: that is for its author to decide.
        """
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not self:
            return recipients
        named = (msg_vals or {}).get("partner_ids")
        # sudo: whom a message names, only to know who is to be told.
        named = set(message.sudo().partner_ids.ids if named is None else named)
        return [
            recipient
            for recipient in recipients
            if not recipient["id"] or recipient["id"] in named or self._may_hear(recipient)
        ]

    @api.model
    def _get_hearing_user(self, recipient):
        """:return: res.users of a recipient, empty for a contact without login"""
        return self.env["res.users"].browse(recipient.get("uid") or ())

    def _may_hear(self, recipient):
        """:return: whether somebody who follows this case may read it"""
        self.ensure_one()
        user = self._get_hearing_user(recipient)
        if user:
            case = self.with_user(user).with_context(allowed_company_ids=user.sudo().company_ids.ids)
            return case.sudo(False).has_access("read")
        # Whose contact somebody is, is no secret to who writes to them.
        partner = self.env["res.partner"].sudo().browse(recipient["id"])
        return partner.commercial_partner_id == self.sudo().partner_id
