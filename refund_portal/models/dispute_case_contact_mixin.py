from odoo import fields, models


class DisputeCaseContactMixin(models.AbstractModel):
    """How the customer wants to be reached about a case: by mail, or by a call."""

    _name = "dispute.case.contact.mixin"
    _description = "Contact about a Dispute"

    contact_method = fields.Selection(
        [("email", "By e-mail"), ("phone", "By phone")],
        string="Reach them",
        help="By phone: while the case is open a call is planned where a mail would be sent. That we received"
        " it, and how it ended, is always told in writing.",
    )
    contact_phone = fields.Char(string="Phone for this case", help="Asked for by the customer.")

    def _wants_call(self):
        """:return: whether to call the customer rather than to write"""
        self.ensure_one()
        return self.contact_method == "phone" and bool(self.contact_phone)

    def _get_call_note(self):
        """:return: whom to call, for to-dos; empty where the customer is written to"""
        self.ensure_one()
        if not self._wants_call():
            return ""
        return self.env._(
            "Call rather than write: %(contact)s, %(phone)s",
            contact=self.contact_id.name or self.partner_id.name or "",
            phone=self.contact_phone,
        )

    def _send_to_customer(self, template):
        """Where the customer wants to be called, the owner calls; opening and end are told in writing."""
        called = self.filtered(
            lambda case: (
                case._wants_call() and case.user_id and not case.is_closed and case.stage_kind != "new"
            )
        )
        if called:
            called._plan_call(template)
        return super(DisputeCaseContactMixin, self - called)._send_to_customer(template)

    def _plan_call(self, template):
        """Plan a call of each owner, once: what a call would tell is in the mail's subject.

        :param template: mail.template that would have been sent
        """
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        call = call or self._default_activity_type()
        # A call is planned for the owner, whoever moved the case.
        activities = self.env["mail.activity"].sudo()
        planned = activities.search(
            self._get_activity_domain(self.ids)
            & fields.Domain("activity_type_id", "=", call.id)
            & fields.Domain("automated", "=", True)
        )
        subjects = template.sudo()._render_field("subject", self.ids, compute_lang=True)
        model_id = self.env["ir.model"]._get_id(self._name)
        activities.create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": call.id,
                    "summary": self.env._("Call: %s", subjects[case.id]),
                    "automated": True,
                    "user_id": case.user_id.id,
                    "date_deadline": case._get_date_after(1),
                }
                for case in self
                if case.id not in planned.mapped("res_id")
            ]
        )
