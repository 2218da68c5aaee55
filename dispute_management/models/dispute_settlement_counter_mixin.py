from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.counter_offer import Share, spread


class DisputeSettlementCounterMixin(models.AbstractModel):
    """A counter-offer that we accept: a new settlement, to be approved anew."""

    _name = "dispute.settlement.counter.mixin"
    _description = "Dispute Counter-Offers"

    counter_of_id = fields.Many2one(
        "dispute.settlement",
        string="Counter-offer to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    counter_ids = fields.One2many("dispute.settlement", "counter_of_id", readonly=True)
    can_accept_counter = fields.Boolean(compute="_compute_can_accept_counter")

    def _compute_can_accept_counter(self):
        for settlement in self:
            settlement.can_accept_counter = not settlement._get_cannot_accept_counter_reason()

    def action_accept_counter(self):
        """Settle as the customer asked: proposed, and approved like any other settlement.

        :return: action on the new settlement
        :raise UserError: when there is no counter-offer to accept (any more)
        """
        self.ensure_one()
        self._check_workable()
        # One after the other, when somebody presses twice.
        self.sudo().lock_for_update(allow_referencing=True)
        reason = self._get_cannot_accept_counter_reason()
        if reason:
            raise UserError(reason)
        settlement = self.create(self._prepare_counter_values())
        # Whose counter-offer it is, is a fact that users don't write themselves.
        settlement.sudo().counter_of_id = self
        settlement._propose()
        return settlement._get_records_action()

    def _get_cannot_accept_counter_reason(self):
        self.ensure_one()
        if self.answer != "countered" or self.state != "declined":
            return self.env._("%s: there is no counter-offer to accept.", self.case_id.name)
        if any(counter.state not in ("cancelled", "draft") for counter in self.counter_ids):
            return self.env._("%s: this counter-offer is accepted already.", self.case_id.name)
        if self.currency_id.compare_amounts(self.counter_amount, self._get_most_countered()) > 0:
            return self.env._(
                "%(case)s: only %(open)s is still open, %(amount)s can't be settled.",
                case=self.case_id.name,
                open=self.currency_id.format(self._get_most_countered()),
                amount=self.currency_id.format(self.counter_amount),
            )
        return False

    def _prepare_counter_values(self):
        """:return: values of the settlement that gives what the customer asked for"""
        self.ensure_one()
        giving = self._get_giving_lines()
        to_units, from_units = self.currency_id._dispute_to_units, self.currency_id._dispute_from_units
        given = {line: giving & line.settlement_line_ids for line in self.line_ids.dispute_line_id}
        shares = []
        for line, items in given.items():
            amount = sum(to_units(item.amount) for item in items)
            shares.append(Share(line, amount, max(amount, to_units(line.amount_open))))
        wanted = spread(shares, to_units(self.counter_amount))
        is_final = len(giving) < len(self.line_ids)
        commands = []
        for share in shares:
            more = wanted[share.key] - share.given
            items = given[share.key]
            amounts = [[item.kind, to_units(item.amount)] for item in items]
            if amounts:
                amounts[0][1] += more
            elif more:
                amounts.append([giving[:1].kind, more])
            # What an offer refused is refused in its counter-offer, too, as far as it is left.
            if is_final and share.open > wanted[share.key]:
                amounts.append(["rejection", share.open - wanted[share.key]])
            commands += [
                Command.create({"dispute_line_id": share.key.id, "kind": kind, "amount": from_units(amount)})
                for kind, amount in amounts
            ]
        return {
            "case_id": self.case_id.id,
            "resolution_id": self.resolution_id.id,
            "reason_text": self.reason_text,
            "line_ids": commands,
        }

    def _is_agreed(self):
        self.ensure_one()
        offer = self.counter_of_id
        if offer and offer.answer == "countered":
            return self.currency_id.compare_amounts(self.amount_given, offer.counter_amount) >= 0
        return super()._is_agreed()
