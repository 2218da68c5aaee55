from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.approval_rules import Tier, judge
from .dispute_approval_tier import APPROVAL_KIND_OF
from .dispute_settlement_state_mixin import PENDING_STATES

#: Kinds by which money is given away; splitting it among them gains nothing.
GIVING_KINDS = {"credit", "payout", "write_off"}


class DisputeSettlementTierMixin(models.AbstractModel):
    """What a settlement amounts to, and which tiers that reaches."""

    _name = "dispute.settlement.tier.mixin"
    _description = "Dispute Settlement Tiers"

    is_automatic = fields.Boolean(
        string="Without approval", readonly=True, copy=False, help="No tier was reached."
    )
    is_just_below = fields.Boolean(
        string="Just below a limit", readonly=True, copy=False, help="Less than a tenth below a tier."
    )

    def _get_tested_amounts(self):
        """What these settlements are tested by, together: their own amounts and all that is
        settled or pending on their cases and the documents of those.

        :return: ``{kind of tier: amount in company currency}`` of the kinds they settle by
        """
        own = {}
        for line in self.line_ids:
            kind = APPROVAL_KIND_OF[line.kind]
            own[kind] = own.get(kind, 0) + line._get_company_amount()
        return self._add_counted(own, self.case_id, self.line_ids)

    @api.model
    def _add_counted(self, own, cases, own_lines=()):
        """Add what counts beside a proposal.

        :param own: ``{kind of tier: amount}`` proposed
        :param cases: dispute.case it is about
        :param own_lines: dispute.settlement.line not to be counted again
        :return: as `own`, with what they are tested by
        """
        # What others settled counts, on cases that the user may be unable to see.
        cases = cases.sudo()
        claimed = cases.line_ids
        others = (
            self.env["dispute.settlement.line"]
            .sudo()
            .search(
                Domain("settlement_id.state", "in", (*PENDING_STATES, "executed"))
                & Domain("id", "not in", own_lines.ids if own_lines else [])
                & (
                    Domain("case_id", "in", cases.ids)
                    | Domain("dispute_line_id.move_id", "in", claimed.move_id.ids)
                    | Domain("dispute_line_id.payment_id", "in", claimed.payment_id.ids)
                )
            )
        )
        counted = dict(own)
        for line in others:
            kind = APPROVAL_KIND_OF[line.kind]
            counted[kind] = counted.get(kind, 0) + line._get_company_amount()
        given = sum(amount for kind, amount in counted.items() if kind in GIVING_KINDS)
        currency = cases.company_id.currency_id[:1]
        return {kind: currency.round(given if kind in GIVING_KINDS else counted[kind]) for kind in own}

    @api.model
    def _judge(self, company, amounts):
        """Whose approval amounts take in a company.

        :param company: res.company
        :param amounts: ``{kind of tier: amount in company currency}``
        :return: `tools.approval_rules.Verdict` whose keys are ids of tiers and whose groups
            are ids of groups
        """
        tiers = self.env["dispute.approval.tier"]
        ladders, limits = {}, {}
        for kind in amounts:
            ladders[kind] = [
                Tier(key=tier.id, group=tier.group_id.id, threshold=tier.amount)
                for tier in tiers._get_of_company(company, kind)
            ]
            limits[kind] = company[f"dispute_no_approval_{kind}"]
        return judge(amounts, ladders, limits)

    @api.model
    def _get_blocked_reason(self, verdict, company):
        """:return: why something that no tier matches can't be settled, or False"""
        if not verdict.blocked:
            return False
        labels = dict(self.env["dispute.approval.tier"]._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(kind)s: %(company)s has no approval tier for this amount. Ask an administrator of"
            " disputes to add one, or to set below which amount no approval is needed.",
            kind=", ".join(labels[kind] for kind in verdict.blocked),
            company=company.name,
        )

    def _judge_proposed(self):
        """Judge settlements that are proposed together: each by the total of all.

        :return: ``(Verdict, tested amount)``
        :raise UserError: when no tier and no limit lets them pass
        """
        company = self.company_id
        company.ensure_one()
        amounts = self._get_tested_amounts()
        verdict = self._judge(company, amounts)
        blocked = self._get_blocked_reason(verdict, company)
        if blocked:
            raise UserError(blocked)
        return verdict, max(amounts.values(), default=0)
