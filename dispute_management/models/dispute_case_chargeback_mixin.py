from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

#: What only `payment.transaction` notes of a chargeback.
CHARGEBACK_FACTS = frozenset(
    {
        "transaction_id",
        "chargeback_reference",
        "chargeback_reason",
        "chargeback_state",
        "chargeback_customer_owes",
        "date_evidence_due",
    }
)


class DisputeCaseChargebackMixin(models.AbstractModel):
    """A case about a payment that a scheme or bank took back: its number, its date, its outcome."""

    _name = "dispute.case.chargeback.mixin"
    _description = "Chargeback"

    transaction_id = fields.Many2one(
        "payment.transaction",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="dispute_management.group_dispute_viewer",
    )
    transaction_reference = fields.Char(related="transaction_id.reference", string="Transaction No.")
    chargeback_reference = fields.Char(
        string="Chargeback", readonly=True, copy=False, help="Its number with the scheme or provider."
    )
    chargeback_reason = fields.Char(
        string="Scheme's reason", readonly=True, copy=False, help="The code as the scheme gave it."
    )
    chargeback_state = fields.Selection(
        [("open", "Open"), ("won", "Won"), ("lost", "Lost")],
        string="Chargeback is",
        readonly=True,
        copy=False,
        tracking=True,
    )
    chargeback_customer_owes = fields.Boolean(
        readonly=True, copy=False, help="Lost: the customer is asked for the money again."
    )
    date_evidence_due = fields.Datetime(
        string="Evidence due", readonly=True, copy=False, tracking=True, help="Until when evidence is taken."
    )

    _chargeback_uniq = models.UniqueIndex(
        "(transaction_id, chargeback_reference) WHERE transaction_id IS NOT NULL",
        "This chargeback is recorded already.",
    )

    def action_chargeback_won(self):
        """The scheme decided for us: the claim is refused and the case closes."""
        self._decide_chargeback("won")

    def action_chargeback_lost(self):
        """The scheme decided for the customer: the payment is booked out as our loss."""
        self._decide_chargeback("lost")

    def action_chargeback_lost_owed(self):
        """The scheme decided for the customer, whom we ask for the money again."""
        self._decide_chargeback("lost", customer_owes=True)

    def _decide_chargeback(self, outcome, customer_owes=False):
        """Note the scheme's decision, and book it; once a round.

        Until it is booked it can be noted otherwise, which ends what was noted before. Told by a
        provider it is booked at once: the money is where the scheme put it. Told by a person it is
        a settlement as any other, and the tiers decide who approves it.

        :param outcome: "won" or "lost"
        :param customer_owes: lost: whether the customer is asked for the money again
        :raise UserError: for a case that is about no chargeback, or of which nothing is open
        """
        self.check_access("write")
        for case in self:
            if not case.chargeback_state:
                raise UserError(self.env._("%s is about no chargeback.", case.name))
            if case.is_closed and case.chargeback_state == "open":
                raise UserError(self.env._("%s is closed: reopen it to note the outcome.", case.name))
        deciding = self.filtered(
            lambda case: (
                not case.is_closed
                and (case.chargeback_state, case.chargeback_customer_owes) != (outcome, customer_owes)
            )
        )
        if not deciding:
            return
        for case in deciding:
            if case.currency_id.is_zero(case.amount_open):
                raise UserError(self.env._("%s: nothing is open any more to be decided.", case.name))
        resolutions = {
            name: self.env.ref(f"dispute_management.dispute_resolution_{code}")
            for name, code in (("won", "cbw"), ("lost", "cbl"))
        }
        resolution = resolutions[outcome]
        # Who may note an outcome may note that it was another.
        noted = deciding.sudo().settlement_ids.filtered(
            lambda item: (
                item.resolution_id in resolutions.values()
                and item.state in ("draft", "to_approve", "approved")
            )
        )
        noted._cancel()
        unknown = self.env.ref("dispute_management.dispute_cause_unk", raise_if_not_found=False)
        deciding._write_facts({"chargeback_state": outcome, "chargeback_customer_owes": customer_owes})
        deciding.filtered(lambda case: not case.cause_id).write({"cause_id": unknown and unknown.id})
        settlements = self.env["dispute.settlement"].create(
            [case._prepare_chargeback_settlement(outcome, resolution) for case in deciding]
        )
        if self.env.su:
            # The scheme has decided and moved the money: nobody here is asked.
            settlements._set_state("approved", is_automatic=True)
            settlements._carry_out()
        else:
            settlements._propose()

    def _tell_other_outcome(self, outcome):
        """Have the owner look at a closed case of which the scheme says another outcome than is noted;
        what is booked stays as it is until a person reopens the case.

        :param outcome: "won" or "lost"
        """
        self.ensure_one()
        labels = dict(self._fields["chargeback_state"]._description_selection(self.env))
        summary = self.env._(
            "Chargeback %(number)s is now %(outcome)s",
            number=self.chargeback_reference,
            outcome=labels[outcome].lower(),
        )
        # What the owner is told already, is told once, whoever the provider's messages come from.
        case = self.sudo()
        if summary in case.activity_ids.mapped("summary"):
            return
        owner = case.user_id or case.team_id.user_id
        case.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=owner.id or self.env.uid,
            summary=summary,
            note=self.env._("Reopen the case to note it, if it is so."),
        )

    def _note_reopening(self, at):
        super()._note_reopening(at)
        # Schemes decide in rounds: the next one is open.
        decided = self.filtered(lambda case: case.chargeback_state in ("won", "lost"))
        if decided:
            decided._write_facts({"chargeback_state": "open", "chargeback_customer_owes": False})

    def _prepare_chargeback_settlement(self, outcome, resolution):
        """:return: values of the settlement that books an outcome; override to add fields"""
        self.ensure_one()
        return {
            "case_id": self.id,
            "resolution_id": resolution.id,
            "reason_text": resolution.name,
            "line_ids": [
                Command.create(
                    {
                        "dispute_line_id": line.id,
                        "kind": "rejection" if outcome == "won" else "chargeback",
                        "amount": line.amount_open,
                    }
                )
                for line in self.line_ids
                if line.amount_open
            ],
        }
