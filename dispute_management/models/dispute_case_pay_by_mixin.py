from datetime import timedelta

from odoo import fields, models

PAY_BY_ACTIVITY = "dispute_management.mail_activity_type_pay_by"


class DisputeCasePayByMixin(models.AbstractModel):
    """By when refused money is to be paid: the letter says it, and the owner follows it up."""

    _name = "dispute.case.pay.by.mixin"
    _description = "Pay-by Date of a Refusal"

    date_pay_by = fields.Date(
        string="To pay by",
        readonly=True,
        copy=False,
        tracking=True,
        help="By when the customer is to pay what was refused of the claim.",
    )

    def _note_closing(self, at):
        super()._note_closing(at)
        clock = self.env["dispute.working.time"]
        refused = self.filtered(lambda case: case._is_refusing())
        days = [
            clock._get_local_date(case._get_calendar(), at)
            # A limit, told to the customer.
            + timedelta(days=case.company_id.sudo().dispute_pay_by_days)
            for case in refused
        ]
        for day, cases in refused._group_by_value(days):
            cases._write_facts({"date_pay_by": day})
        refused._plan_payment_check()

    def _note_reopening(self, at):
        super()._note_reopening(at)
        self._forget_pay_by()

    def _is_refusing(self):
        """:return: whether closing leaves money refused that the customer owes"""
        self.ensure_one()
        if self.stage_kind == "withdrawn":
            return False
        # What its invoices owe is no secret to the case.
        case = self.sudo()
        refused = case.amount_rejected
        if self.stage_kind == "rejected":
            refused += case.amount_open
        owed = any(line.amount_owed_at_opening and line.move_id.amount_residual for line in case.line_ids)
        return bool(owed and not case.currency_id.is_zero(refused))

    def _plan_payment_check(self):
        """Have the owners of refused cases look whether the customer paid."""
        today = fields.Date.context_today(self)
        pending = self.filtered(lambda case: case.date_pay_by >= today and case.user_id)
        activity_type = self.env.ref(PAY_BY_ACTIVITY, raise_if_not_found=False)
        if not pending or not activity_type:
            return
        model_id = self.env["ir.model"]._get_id("dispute.case")
        # Planned for the owner, whoever closes the case.
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "summary": activity_type.summary,
                    "automated": True,
                    "user_id": case.user_id.id,
                    "date_deadline": case.date_pay_by,
                }
                for case in pending
            ]
        )

    def _follow_clearing(self):
        super()._follow_clearing()
        paid = self.filtered(lambda case: case.date_pay_by and case.currency_id.is_zero(case.amount_rejected))
        paid._end_payment_check()

    def _end_payment_check(self):
        """What was refused is paid: nothing is left to follow up."""
        activity_type = self.env.ref(PAY_BY_ACTIVITY, raise_if_not_found=False)
        if not (self and activity_type):
            return
        # Planned for the owner, done by whoever books the payment.
        activities = self.sudo().activity_ids.filtered(lambda item: item.activity_type_id == activity_type)
        if activities:
            activities.action_feedback(feedback=self.env._("What was refused is paid."))

    def _forget_pay_by(self):
        dated = self.filtered("date_pay_by")
        dated._write_facts({"date_pay_by": False})
        activity_type = self.env.ref(PAY_BY_ACTIVITY, raise_if_not_found=False)
        # Planned for the owner, taken back with what anybody reopens.
        dated.sudo().activity_ids.filtered(lambda item: item.activity_type_id == activity_type).unlink()
