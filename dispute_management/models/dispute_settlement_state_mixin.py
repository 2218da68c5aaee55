from odoo import fields, models
from odoo.exceptions import UserError

SETTLEMENT_STATES = [
    ("draft", "Draft"),
    ("to_approve", "To approve"),
    ("approved", "Approved"),
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("expired", "Expired"),
    ("processing", "Processing"),
    ("executed", "Executed"),
    ("cancelled", "Cancelled"),
]

#: From which states a settlement may come into each.
SOURCES = {
    "draft": {"to_approve", "approved", "proposed", "accepted", "declined", "expired"},
    "to_approve": {"draft"},
    "approved": {"draft", "to_approve"},
    "proposed": {"approved"},
    "accepted": {"proposed"},
    "declined": {"proposed"},
    "expired": {"proposed"},
    "processing": {"approved", "accepted"},
    "executed": {"approved", "accepted", "processing"},
    "cancelled": {"draft", "to_approve", "approved", "proposed", "accepted", "declined", "expired"},
}

#: Under way: their amounts count against what is open and towards the tiers.
PENDING_STATES = ("to_approve", "approved", "proposed", "accepted", "processing")

#: Approved, and agreed where that is due: only carrying it out is left.
READY_STATES = ("approved", "accepted")


#: Put forward, and not yet on their way: a change brings them back to draft.
SENT_STATES = ("to_approve", "approved", "proposed", "accepted", "declined", "expired")


class DisputeSettlementStateMixin(models.AbstractModel):
    """The states of a settlement and the one writer that moves it between them."""

    _name = "dispute.settlement.state.mixin"
    _description = "Dispute Settlement States"

    state = fields.Selection(
        SETTLEMENT_STATES, default="draft", required=True, readonly=True, index=True, tracking=True
    )

    def _set_state(self, state, **facts):
        """Move settlements to a state.

        :param state: one of `SETTLEMENT_STATES`
        :param facts: further values that are written with it
        :raise UserError: when one can't come there from where it is
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for settlement in self:
            if settlement.state not in SOURCES[state]:
                raise UserError(
                    self.env._(
                        "%(case)s: a settlement that is %(before)s can't become %(after)s.",
                        case=settlement.case_id.name,
                        before=labels[settlement.state].lower(),
                        after=labels[state].lower(),
                    )
                )
        # A state follows from what users did and were allowed to do; none writes it.
        self.sudo().write({"state": state, **facts})
