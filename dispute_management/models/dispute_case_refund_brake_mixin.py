from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Domain

from ..tools.refund_rules import Usual, find_unusual
from .dispute_case_judgement_mixin import REFUND_KINDS
from .dispute_settlement_state_mixin import PENDING_STATES


class DisputeCaseRefundBrakeMixin(models.AbstractModel):
    """What is unusual is not refunded by itself: it is held back, and the leader is told."""

    _name = "dispute.case.refund.brake.mixin"
    _description = "Dispute Refund Brake"

    date_refund_stopped = fields.Datetime(
        string="Refund held back",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="dispute_management.group_dispute_viewer",
        help="It is not refunded by itself any more: somebody has to decide.",
    )
    refund_stop_reason = fields.Char(
        string="Held back because",
        readonly=True,
        copy=False,
        groups="dispute_management.group_dispute_viewer",
    )

    def _get_unusual_reasons(self, amount):
        """Why a refund on this case would be unusual for its customer, or for who registered it.

        :param amount: in company currency
        :return: list of sentences
        """
        self.ensure_one()
        company = self.company_id
        people = {"customer": Domain("case_id.partner_id", "=", self.partner_id.id)}
        registrar = self.create_uid
        if registrar._is_internal() and registrar.id != SUPERUSER_ID:
            people["user"] = Domain("case_id.create_uid", "=", registrar.id)
        done = {who: self._count_refunds(domain, amount) for who, domain in people.items()}
        usual = {
            who: Usual(company[f"dispute_brake_{who}_count"], company[f"dispute_brake_{who}_amount"])
            for who in people
        }
        names = {"customer": self.partner_id.name, "user": registrar.name}
        reasons = []
        for who, what in find_unusual(done, usual):
            count, total = done[who]
            values = {
                "name": names[who],
                "count": count,
                "amount": company.currency_id.format(total),
                "days": company.dispute_brake_days,
            }
            if what == "count":
                reasons.append(self.env._("%(name)s: %(count)s refunds in %(days)s days", **values))
            else:
                reasons.append(self.env._("%(name)s: refunds of %(amount)s in %(days)s days", **values))
        return reasons

    def _count_refunds(self, domain, amount):
        """:return: ``(number of cases, amount)`` of the refunds in the days looked at, this one included"""
        since = fields.Datetime.now() - timedelta(days=self.company_id.dispute_brake_days)
        lines = self.env["dispute.settlement.line"].search(
            domain
            & Domain("company_id", "=", self.company_id.id)
            & Domain("case_id", "!=", self.id)
            & Domain("kind", "in", REFUND_KINDS)
            & (
                Domain("settlement_id.state", "in", PENDING_STATES)
                | Domain("settlement_id.date_executed", ">=", since)
            )
        )
        return len(lines.case_id) + 1, amount + sum(line._get_company_amount() for line in lines)

    def _stop_refund(self, reason):
        """Hold the refund of this case back, and tell the leader why.

        :param reason: a sentence
        """
        self.ensure_one()
        self._write_facts({"date_refund_stopped": fields.Datetime.now(), "refund_stop_reason": reason})
        leader = self.team_id.user_id or self.user_id
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=leader.id or self.env.uid,
            summary=self.env._("Automatic refund held back"),
            note=reason,
        )
