from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..tools.refund_rules import Facts, Terms, judge
from .dispute_settlement_state_mixin import PENDING_STATES

#: Kinds by which a customer gets money or is let off some; what is theirs anyway is left out.
REFUND_KINDS = ("credit_note", "refund_payment", "refund_original_payment", "write_off")


class DisputeCaseJudgementMixin(models.AbstractModel):
    """What the refund terms say of a case: the one question that wizard, portal and cron ask.

    Gathers the facts, asks the rules (`tools/refund_rules.py`), and says their verdict in words.
    """

    _name = "dispute.case.judgement.mixin"
    _description = "Dispute Judgement"

    currency_id = fields.Many2one("res.currency")
    refund_verdict = fields.Selection(
        [("accept", "Accept"), ("review", "Have it reviewed"), ("refuse", "Refuse")],
        string="By the refund terms",
        compute="_compute_refund_verdict",
        groups="dispute_management.group_dispute_viewer",
    )
    refund_verdict_amount = fields.Monetary(
        string="Refund by the terms",
        compute="_compute_refund_verdict",
        groups="dispute_management.group_dispute_viewer",
    )
    refund_verdict_note = fields.Text(
        string="Why",
        compute="_compute_refund_verdict",
        groups="dispute_management.group_dispute_viewer",
    )

    def _compute_refund_verdict(self):
        for case, (verdict, terms) in self._judge_refund().items():
            case.refund_verdict = verdict.decision
            case.refund_verdict_amount = case.currency_id._dispute_from_units(verdict.amount)
            case.refund_verdict_note = "\n".join(case._get_verdict_sentences(verdict, terms))

    # Asking

    def _judge_refund(self):
        """Ask the refund terms about these cases; nothing is changed.

        :return: ``{case: (Verdict, dispute.refund.policy)}``: amounts in the smallest unit of
            the case's currency, the policy in the version that judges
        """
        # Terms hold for everybody's cases, and what they look at is no secret of the case.
        cases = self.sudo()
        terms = cases._get_judging_terms()
        facts = cases._gather_refund_facts(terms)
        found = {}
        for case in self:
            rules = case.sudo()._prepare_terms(terms[case.sudo()])
            found[case] = (judge(rules, facts[case.sudo()]), terms[case.sudo()])
        return found

    def _get_judging_terms(self):
        """:return: ``{case: dispute.refund.policy}``: the version by which each was judged; of those
        never judged, the one in force when they were opened
        """
        policies = self.env["dispute.refund.policy"]._get_for_cases(self)
        return {
            case: case._get_refund_terms() or policies[case]._get_version_at(case.date_opened)
            for case in self
        }

    def _keep_judgement(self):
        """Note by which terms these cases are judged, unless they were before."""
        # By which terms a case is judged is kept for everybody who judges it.
        cases = self.filtered(lambda case: not case.sudo().refund_policy_id)
        for policy, judged in cases._group_by_value(list(cases.sudo()._get_judging_terms().values())):
            if policy:
                judged._keep_refund_policy(policy)

    # What the rules need

    def _prepare_terms(self, policy):
        """:return: `Terms` in the smallest unit of this case's currency, or None without a policy"""
        self.ensure_one()
        if not policy:
            return None
        unit = self._get_company_unit()
        return Terms(
            verdict=policy.verdict,
            reasons=frozenset(policy.reason_ids.ids),
            window_days=policy.window_days,
            outside_verdict=policy.outside_verdict,
            share=policy.share,
            ceiling=unit(policy.ceiling),
            is_evidence_required=policy.is_evidence_required,
            history_count=policy.history_count,
            history_amount=unit(policy.history_amount),
            is_debt_reviewed=policy.is_debt_reviewed,
            automatic_limit=unit(policy.auto_accept_limit),
        )

    def _get_company_unit(self):
        """:return: function that turns company currency into this case's smallest unit, never up"""
        line = self.line_ids[:1]
        rate = line._get_company_rate() if line else 1
        rounding = self.currency_id.rounding or 0.01
        return lambda amount: int(amount / rate / rounding + 1e-6)

    def _gather_refund_facts(self, terms):
        """:param terms: ``{case: dispute.refund.policy}``
        :return: ``{case: Facts}``; override to add some
        """
        # Read for all at once: the rates of documents are asked for line by line below.
        self.line_ids.move_id.fetch(
            ["amount_total", "amount_total_signed", "invoice_currency_rate", "invoice_date", "delivery_date"]
        )
        starts = self._get_window_starts(terms)
        history = self._get_refund_history(terms)
        debts = self._get_overdue_debts()
        clock = self.env["dispute.working.time"]
        facts = {}
        for case in self:
            to_units, from_company = case.currency_id._dispute_to_units, case._get_company_unit()
            given = case.amount_credited + case.amount_refunded + case.amount_written_off
            count, amount = history[case]
            facts[case] = Facts(
                claimed_on=clock._get_local_date(case._get_calendar(), case.date_opened),
                claimed=to_units(case.amount_disputed) if case.currency_id else 0,
                given=to_units(given) if case.currency_id else 0,
                open=to_units(case.amount_open) if case.currency_id else 0,
                reason=case.reason_id.id,
                counted_from=starts[case],
                missing=tuple(
                    case.evidence_ids.filtered(lambda item: item.is_required and not item.is_there).mapped(
                        "name"
                    )
                ),
                earlier_count=count,
                earlier_amount=from_company(amount),
                overdue=from_company(debts[case]),
            )
        return facts

    def _get_window_starts(self, terms):
        """:return: ``{case: date or None}``: of several documents, that which was first"""
        payments = (
            self._get_payment_dates()
            if any(policy.window_from == "payment" for policy in terms.values())
            else {}
        )
        starts = {}
        for case in self:
            wanted, found = terms[case].window_from, []
            for line in case.line_ids:
                move, payment = line.move_id, line.payment_id
                if wanted == "delivery":
                    found.append(move.delivery_date)
                elif wanted == "payment":
                    found.append(payment.date or payments.get(move))
                else:
                    found.append(move.invoice_date or payment.date)
            # A document whose day is not known leaves the case's open.
            starts[case] = min(found) if found and all(found) else None
        return starts

    def _get_payment_dates(self):
        """:return: ``{account.move: date}`` of the last payment matched with each invoice in dispute"""
        receivable = self.line_ids.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        groups = self.env["account.partial.reconcile"]._read_group(
            Domain("debit_move_id", "in", receivable.ids)
            & (
                Domain("credit_move_id.payment_id", "!=", False)
                | Domain("credit_move_id.statement_line_id", "!=", False)
            ),
            ["debit_move_id"],
            ["credit_move_id:recordset"],
        )
        dates = {}
        for line, credits in groups:
            dates[line.move_id] = max([*credits.mapped("date"), dates.get(line.move_id) or credits[:1].date])
        return dates

    def _get_refund_history(self, terms):
        """:return: ``{case: (number, amount in company currency)}`` of what each customer got on
        other cases in the days that the terms look at
        """
        now = fields.Datetime.now()
        days = max((policy.history_days for policy in terms.values() if policy), default=0)
        lines = self.env["dispute.settlement.line"].search(
            Domain("kind", "in", REFUND_KINDS)
            & Domain("case_id.partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & (
                Domain("settlement_id.state", "in", PENDING_STATES)
                | Domain("settlement_id.date_executed", ">=", now - timedelta(days=days))
            )
        )
        by_customer = defaultdict(lambda: self.env["dispute.settlement.line"])
        for line in lines:
            by_customer[line.case_id.partner_id, line.company_id] |= line
        history = {}
        for case in self:
            since = now - timedelta(days=terms[case].history_days if terms[case] else 0)
            counted = by_customer[case.partner_id, case.company_id].filtered(
                lambda line, case=case, since=since: (
                    line.case_id != case
                    and (not line.settlement_id.date_executed or line.settlement_id.date_executed >= since)
                )
            )
            history[case] = (
                len(counted.case_id),
                sum(line._get_company_amount() for line in counted),
            )
        return history

    def _get_overdue_debts(self):
        """:return: ``{case: amount in company currency}`` that each customer should have paid, what is
        in dispute left out
        """
        groups = self.env["account.move"]._read_group(
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("commercial_partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("invoice_date_due", "<", fields.Date.context_today(self))
            & Domain("dispute_amount", "=", 0),
            ["commercial_partner_id", "company_id"],
            ["amount_residual_signed:sum"],
        )
        owed = {(partner, company): amount for partner, company, amount in groups}
        return {case: owed.get((case.partner_id, case.company_id), 0) for case in self}

    # In words

    def _get_verdict_sentences(self, verdict, policy):
        """:return: list of sentences: what the terms say, and why"""
        self.ensure_one()
        amount = self.currency_id.format(self.currency_id._dispute_from_units(verdict.amount))
        said = {
            "accept": self.env._("Within the terms: %s.", amount),
            "review": self.env._("To be reviewed: up to %s.", amount),
            "refuse": self.env._("Outside the terms."),
        }[verdict.decision]
        if policy:
            said += " " + self.env._(
                "(%(policy)s, version %(version)s)", policy=policy.name, version=policy.version
            )
        why = (self._get_reason_sentence(reason, verdict) for reason in verdict.reasons)
        return [said, *filter(None, why)]

    def _get_reason_sentence(self, reason, verdict):
        """:return: a `Reason` in words, or None where the verdict says it already"""
        currency = self.currency_id
        # Every sentence takes its own of these figures.
        values = {"days": 0, "allowed": 0, "missing": (), "share": 0, "ceiling": 0, "count": 0, "amount": 0}
        values |= reason.values
        values |= {
            "missing": ", ".join(values["missing"]),
            "share": f"{values['share']:g}",
            "ceiling": currency.format(currency._dispute_from_units(values["ceiling"])),
            "amount": currency.format(currency._dispute_from_units(values["amount"])),
        }
        words = {
            "no_terms": self.env._("No refund policy fits this case."),
            "window_unknown": self.env._("The day that the time counts from is not known."),
            "late": self.env._("Claimed after %(days)s days, %(allowed)s are allowed.", **values),
            "reason": self.env._("The terms are not about this reason."),
            "evidence": self.env._("Evidence is missing: %(missing)s.", **values),
            "share": self.env._("The terms give %(share)s %% of a claim.", **values),
            "ceiling": self.env._("The terms give at most %(ceiling)s.", **values),
            "history_count": self.env._("The customer got refunds on %(count)s other cases.", **values),
            "history_amount": self.env._("The customer got %(amount)s on other cases.", **values),
            "overdue": self.env._("The customer owes %(amount)s that is overdue.", **values),
            "nothing_left": self.env._("Nothing is left that the terms give."),
        }
        if verdict.decision != "accept":
            words["terms"] = words["within"] = self.env._("The terms say so of every such case.")
        return words.get(reason.code)
