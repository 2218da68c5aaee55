from odoo import api, fields, models


class DisputeCaseOfferMixin(models.AbstractModel):
    """A case while its customer has an offer, and what their answer makes of it."""

    _name = "dispute.case.offer.mixin"
    _description = "Dispute Offers of a Case"

    offer_note = fields.Char(
        string="Offer", compute="_compute_offer_note", groups="dispute_management.group_dispute_viewer"
    )

    @api.depends("settlement_ids.state", "settlement_ids.date_valid")
    def _compute_offer_note(self):
        for case in self:
            offers = case.settlement_ids.filtered(lambda item: item.state == "proposed")
            case.offer_note = ", ".join(
                self.env._(
                    "%(amount)s offered, answer until %(day)s",
                    amount=offer.currency_id.format(offer.amount_given),
                    day=offer._format_day(offer.date_valid),
                )
                for offer in offers
            )

    def _send_to_customer(self, template):
        # A statement that goes to the customer says it already.
        if not self.env.context.get("dispute_statement_told"):
            super()._send_to_customer(template)

    def _note_reopening(self, at):
        super()._note_reopening(at)
        # What a case disputes follows from what happened to it, whoever may read settlements.
        self.sudo().settlement_ids._take_up(at)

    def _wait_for_answer(self):
        """Move cases to where the customer decides; where there is no such stage, or it can't be
        entered, it is the customer's turn where they are.
        """
        for pipeline, cases in self.filtered(lambda case: not case.is_closed).grouped("pipeline_id").items():
            stage = pipeline._get_stage("proposed")
            moving = cases.filtered(
                lambda case, stage=stage: (
                    stage and case.stage_id != stage and not case._get_cannot_enter_reason(stage)
                )
            )
            if moving:
                moving.with_context(dispute_statement_told=True)._move_to_stage(stage)
            staying = cases - moving
            staying._end_approval()
            staying._change_turn("customer")

    def _end_offer(self, answered=False):
        """Make cases ours again on whose offers nobody decides any more.

        :param answered: whether the customer's word waits to be read
        """
        # Whoever answers has no right on the case.
        cases = self.sudo().filtered(
            lambda case: not case.is_closed and "proposed" not in case.settlement_ids.mapped("state")
        )
        offered = cases.filtered(lambda case: case.stage_kind == "proposed")
        for pipeline, returning in offered.grouped("pipeline_id").items():
            stage = pipeline.stage_ids.filtered(
                lambda item: item.kind == "assessing" and not item.is_approval
            )[:1]
            moving = returning.filtered(
                lambda case, stage=stage: stage and not case._get_cannot_enter_reason(stage)
            )
            if moving:
                moving._move_to_stage(stage)
            (returning - moving)._change_turn("us")
        elsewhere = (cases - offered).filtered(
            lambda case: case.waiting_on == "customer" and case.stage_id.waiting_on != "customer"
        )
        elsewhere._change_turn("us")
        elsewhere._follow_requests()
        if answered:
            cases.filtered(lambda case: case.waiting_on == "us")._write_facts({"answered_by": "customer"})

    def _take_up_refusal(self):
        """Put back in dispute what was refused, as the customer asks."""
        closed = self.filtered("is_closed")
        closed.action_reopen()
        rest = self - closed
        rest.settlement_ids._take_up(fields.Datetime.now())
        rest.line_ids._refresh_amounts()
        self._note_answer_of("customer")
