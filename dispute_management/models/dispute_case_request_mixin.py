from odoo import fields, models
from odoo.fields import Domain


class DisputeCaseRequestMixin(models.AbstractModel):
    """Questions of a case to colleagues and third parties; the case waits for whom is asked."""

    _name = "dispute.case.request.mixin"
    _description = "Dispute Information Requests"

    request_ids = fields.One2many(
        "dispute.information.request",
        "case_id",
        string="Questions",
        groups="dispute_management.group_dispute_viewer",
    )
    answer_ids = fields.One2many(
        "dispute.information.item",
        "case_id",
        string="Answers",
        domain=[("is_answered", "=", True)],
        groups="dispute_management.group_dispute_viewer",
    )
    open_request_count = fields.Integer(
        string="Open questions",
        compute="_compute_open_request_count",
        groups="dispute_management.group_dispute_viewer",
    )

    def _compute_open_request_count(self):
        groups = self.env["dispute.information.request"]._read_group(
            [("case_id", "in", self.ids), ("state", "=", "open")], ["case_id"], ["__count"]
        )
        counts = {case.id: count for case, count in groups}
        for case in self:
            case.open_request_count = counts.get(case.id, 0)

    # Actions

    def action_view_requests(self):
        """:return: action on the questions of these cases"""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dispute_management.dispute_information_request_action"
        )
        return {**action, "domain": [("case_id", "in", self.ids)], "context": {}}

    # Business

    def _follow_requests(self):
        """Make it the turn of whom is asked, and ours again once all have answered.

        The customer's turn, by the stage or an offer, stays theirs. A question to them makes it
        theirs only while nobody else owes an answer: the clock stops for nothing but them.
        """
        turns = {}
        for case in self:
            if case.is_closed or case._is_customers_turn():
                continue
            asked = case._get_whom_asked()
            if not asked and case.waiting_on == "us":
                continue
            turn = next((who for who in ("third_party", "colleague", "customer") if who in asked), "us")
            turns[turn] = turns.get(turn, self.browse()) | case
        for turn, cases in turns.items():
            cases._change_turn(turn)

    def _is_customers_turn(self):
        """:return: whether it is the customer's turn for more than a question"""
        self.ensure_one()
        return self.waiting_on == "customer" and (
            self.stage_id.waiting_on == "customer" or "proposed" in self.settlement_ids.mapped("state")
        )

    def _get_whom_asked(self):
        """:return: turns of those who are asked something now; override to add some"""
        self.ensure_one()
        return self.request_ids.filtered(lambda request: request.state == "open").mapped("whom")

    def _get_documents_to_show(self):
        """What of this case may be shown to whom is asked; chosen one by one.

        :return: ir.attachment: files of the case, of its evidence and invoices, and answered before
        """
        self.ensure_one()
        self.check_access("read")
        # Whoever works on the case reads its files, those of its invoices included.
        case = self.sudo()
        moves = case.line_ids.move_id
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                Domain("res_field", "=", False)
                & (
                    (Domain("res_model", "=", "dispute.case") & Domain("res_id", "in", case.ids))
                    | (Domain("res_model", "=", "account.move") & Domain("res_id", "in", moves.ids))
                    | Domain("id", "in", case.evidence_ids.attachment_ids.ids)
                    | Domain("id", "in", case.request_ids.item_ids.attachment_ids.ids)
                )
            )
            .sudo(self.env.su)
        )

    def _take_over_requests(self, sources):
        """Let questions of cases merged into this one, and their answers, be of this one."""
        asked = sources.request_ids.filtered(lambda request: request.state != "cancelled")
        asked.write({"case_id": self.id})
        self._follow_requests()

    def _move_to_stage(self, stage, at=None):
        res = super()._move_to_stage(stage, at=at)
        if stage._is_closed():
            # Whoever closes a case ends its questions.
            self.sudo().request_ids._cancel()
        return res
