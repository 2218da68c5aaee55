import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.counter_offer import Share, spread

_logger = logging.getLogger(__name__)


class DisputeCaseAutoRefundMixin(models.AbstractModel):
    """Refunds that the terms accept, carried out by themselves where the company has it so.

    Each is a settlement like any other: approval tiers and the customer's consent hold for it.
    """

    _name = "dispute.case.auto.refund.mixin"
    _description = "Automatic Dispute Refunds"

    @api.model
    def _cron_auto_refund(self, batch=50):
        """Refund what the terms accept, in committed batches, company by company.

        A case that fails, or that no day's amount is enough for, is held back and told to its
        leader, and stops no other; what goes beyond what is left of the day's amount waits for the
        next day. Safe to run twice: a case that has a settlement is left alone.

        :param batch: cases a commit
        """
        for company in self.env["res.company"].search([("dispute_auto_refund", "=", True)]):
            if not company.dispute_auto_refund_daily:
                continue
            last_id = 0
            domain = self._get_auto_refund_domain(company)
            while cases := self.search(domain & Domain("id", ">", last_id), order="id", limit=batch):
                last_id = cases[-1].id
                goes_on = cases.with_company(company)._refund_automatically(domain)
                if not self.env["ir.cron"]._commit_progress(len(cases)):
                    return
                if not goes_on:
                    break

    @api.model
    def _get_auto_refund_domain(self, company):
        """:return: domain of the cases that nobody decided on; override to leave some out"""
        return (
            Domain("company_id", "=", company.id)
            & Domain("is_closed", "=", False)
            & Domain("amount_open", ">", 0)
            & Domain("stage_kind", "in", ("new", "assessing"))
            & Domain("waiting_on", "=", "us")
            & Domain("date_refund_stopped", "=", False)
            & Domain("settlement_ids", "not any", Domain("state", "!=", "cancelled"))
        )

    def _refund_automatically(self, domain):
        """Refund those of these cases that the terms accept by themselves.

        :param domain: what they have to be
        :return: whether the day's amount is not used up
        """
        cases = self.try_lock_for_update().filtered_domain(domain)
        left = cases.company_id._get_auto_refunds_left()
        for case, (verdict, _terms) in cases._judge_refund().items():
            if not verdict.is_automatic:
                continue
            amount = case.currency_id._dispute_from_units(verdict.amount)
            company_amount = case.company_id.currency_id.round(amount * case.line_ids[:1]._get_company_rate())
            if case._stops_at_the_days_amount(company_amount):
                continue
            if case.company_id.currency_id.compare_amounts(company_amount, left) > 0:
                return False
            unusual = case._get_unusual_reasons(company_amount)
            if unusual:
                case._stop_refund("; ".join(unusual))
                continue
            try:
                with self.env.cr.savepoint():
                    case._refund_by_policy(verdict)
            # Whatever is wrong with one case stops no other: it is held back and told.
            except Exception as error:  # pylint: disable=broad-except
                if not isinstance(error, UserError):
                    _logger.warning("Automatic refund of %s failed", case.name, exc_info=True)
                case.invalidate_recordset()
                case._stop_refund(str(error))
            else:
                left -= company_amount
        return True

    def _stops_at_the_days_amount(self, amount):
        """Hold back what no day's amount is enough for: waiting for the next day it would wait for ever,
        and keep all others waiting.

        :param amount: in company currency
        :return: whether it is held back
        """
        self.ensure_one()
        company = self.company_id
        daily = company.dispute_auto_refund_daily
        if company.currency_id.compare_amounts(amount, daily) <= 0:
            return False
        self._stop_refund(
            self.env._(
                "A refund of %(amount)s is more than the %(daily)s that a day refunds by itself.",
                amount=company.currency_id.format(amount),
                daily=company.currency_id.format(daily),
            )
        )
        return True

    def _refund_by_policy(self, verdict):
        """Propose what the terms give, and refuse the rest.

        :param verdict: `Verdict` that accepts
        :raise UserError: when it can't be settled by itself
        """
        self.ensure_one()
        if not self.cause_id:
            self.cause_id = self.env.ref("dispute_management.dispute_cause_unk", raise_if_not_found=False)
        settlement = self.env["dispute.settlement"].create(self._prepare_policy_settlement(verdict))
        settlement.is_by_policy = True
        settlement._propose()

    def _prepare_policy_settlement(self, verdict):
        """:return: values of the settlement that gives what the terms accept; override to add fields"""
        unit, amount = self.currency_id._dispute_to_units, self.currency_id._dispute_from_units
        lines = self.line_ids.filtered("amount_open")
        if not all(line.move_id for line in lines):
            raise UserError(
                self.env._("A payment is in dispute: somebody has to decide how it is given back.")
            )
        shares = [Share(line, 0, unit(line.amount_open)) for line in lines]
        given = spread(shares, verdict.amount)
        commands = []
        for share in shares:
            for kind, units in (
                ("credit_note", given[share.key]),
                ("rejection", share.open - given[share.key]),
            ):
                if units:
                    commands.append(
                        Command.create(
                            {"dispute_line_id": share.key.id, "kind": kind, "amount": amount(units)}
                        )
                    )
        is_full = len(commands) == len(lines)
        code = "crf" if is_full else "crp"
        lang = self.contact_id.lang or self.partner_id.lang or self.env.lang
        return {
            "case_id": self.id,
            "resolution_id": self.env.ref(f"dispute_management.dispute_resolution_{code}").id,
            "reason_text": self.with_context(lang=lang)._get_policy_words(is_full),
            "line_ids": commands,
        }

    def _get_policy_words(self, is_full):
        """:return: what the customer reads of the decision"""
        if is_full:
            return self.env._("Your claim is within our refund terms.")
        return self.env._("Our refund terms give you this part of your claim.")
