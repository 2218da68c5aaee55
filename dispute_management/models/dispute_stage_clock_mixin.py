from odoo import fields, models
from odoo.fields import Domain


class DisputeStageClockMixin(models.AbstractModel):
    """What changing a stage means for the clock of the cases that stand in it.

    Whose turn it was before stays as it was noted; the new turn counts from now on.
    """

    _name = "dispute.stage.clock.mixin"
    _description = "Dispute Stage Clock"

    def write(self, vals):
        before = {}
        if {"kind", "waiting_on"} & set(vals):
            before = {stage: (stage.waiting_on, stage.kind) for stage in self}
        res = super().write(vals)
        for stage, (turn, kind) in before.items():
            stage._follow_clock(turn, kind)
        return res

    def _follow_clock(self, turn, kind):
        """Let the open cases in this stage follow a change of it.

        :param turn: whose turn it was
        :param kind: the kind it had
        """
        self.ensure_one()
        if (self.waiting_on, self.kind) == (turn, kind) or self._is_closed():
            return
        # A stage is changed for all cases in it, whoever may write on them.
        Case = self.env["dispute.case"].sudo().with_context(active_test=False)
        cases = Case.search(Domain("stage_id", "=", self.id) & Domain("is_closed", "=", False))
        if self.waiting_on != turn:
            # Where somebody answered already it is our turn, whatever the stage says.
            turned = cases.filtered(lambda case: case.waiting_on == turn)
            # Whose turn it is, is noted at once; the deadlines of many follow in the background.
            turned.with_context(dispute_renew_later=True)._change_turn(self.waiting_on)
            Case._renew_promises_where(Domain("id", "in", turned.ids))
        if self.kind != kind:
            cases._follow_promises(self, fields.Datetime.now())
