from odoo import api, fields, models


class DisputeSlaCustomerMixin(models.AbstractModel):
    """What the customer's words do to the clock, and what the customer reads of it."""

    _name = "dispute.sla.customer.mixin"
    _description = "Dispute SLA towards the Customer"

    sla_notice = fields.Text(
        string="About the deadlines",
        compute="_compute_sla_notice",
        groups="dispute_management.group_dispute_viewer",
        help="What keeps promises from having a deadline.",
    )

    @api.depends("sla_status_ids.deadline", "sla_status_ids.policy_id", "is_clock_stale", "is_closed")
    def _compute_sla_notice(self):
        for case in self:
            notices = [status._get_notice() for status in case.sla_status_ids if status.is_open]
            if case.is_clock_stale:
                notices.append(
                    self.env._("Policies or working hours have changed: the deadlines are being computed.")
                )
            case.sla_notice = "\n".join(dict.fromkeys(filter(None, notices))) or False

    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        if self._is_answer_of_customer(message):
            # The words are the customer's; whose turn it is, the clock notes for them.
            self.sudo()._change_turn("us", at=message.date)
        return res

    def _is_answer_of_customer(self, message):
        """:return: whether the customer's people said something, a machine of theirs not counted"""
        self.ensure_one()
        # Who wrote is asked of the message itself; customers can't read our users.
        message, case = message.sudo(), self.sudo()
        author = message.author_id
        return (
            case.waiting_on == "customer"
            and message.message_type in ("comment", "email")
            and not message.is_internal
            and not any(user._is_internal() for user in author.user_ids)
            and (
                author.commercial_partner_id in (case.partner_id, case.contact_id.commercial_partner_id)
                if author
                else bool(case.email_from) and case.email_from in (message.email_from or "")
            )
        )

    def _get_answer_expected(self):
        """By when the customer may expect an answer, if a policy promises it to them.

        :return: naive UTC datetime, or False: nothing promised, it is their turn, or it has passed
        """
        self.ensure_one()
        # What a customer is told of is decided by the policy; promises are ours to read.
        promises = self.sudo().sla_status_ids.filtered(
            lambda status: status.is_open and status.policy_id.is_public and not status.date_paused
        )
        now = fields.Datetime.now()
        return min((at for at in promises.mapped("deadline") if at and at >= now), default=False)
