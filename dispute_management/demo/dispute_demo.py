import logging

from odoo import api, fields, models

from .demo_cast import DemoCast
from .demo_ledger import DemoLedger
from .demo_player import DemoPlayer
from .demo_stories import STORIES
from .demo_time import DemoTime

_logger = logging.getLogger(__name__)


class DisputeDemo(models.AbstractModel):
    """Demonstration cases, told through the methods that users call.

    Only the files of the manifest's ``demo`` key call it; a database without demo data
    never does.
    """

    _name = "dispute.demo"
    _description = "Dispute Demonstration"

    @api.model
    def _load(self, company=None):
        """Play the demo's stories in one company: invoices, cases, money, messages.

        Odoo calls it as superuser, like all demo data; the stories act as their people.
        Does nothing in a company without accounts, or where it was played before.

        :param company: res.company; the main one when not given
        :return: the dispute.case made
        """
        company = company or self.env.ref("base.main_company")
        cast = DemoCast(self.env, company)
        cases = cast.get_env()["dispute.case"]
        if not self._is_ready(company):
            _logger.info("%s has no chart of accounts: no dispute demo.", company.name)
            return cases
        customers = [cast.get_customer(story.customer).id for story in STORIES]
        if cases.search_count([("company_id", "=", company.id), ("partner_id", "in", customers)], limit=1):
            return cases
        self._prepare_company(company)
        clock = DemoTime(fields.Datetime.now(), company.resource_calendar_id.tz)
        ledger = DemoLedger(cast, clock)
        # All of it or nothing, with nothing left in the cache when it fails.
        with self.env.cr.savepoint():
            return DemoPlayer(cast, clock, ledger).play(ledger.make_invoices(STORIES))

    @api.model
    def _is_ready(self, company):
        """:return: whether the company can invoice, be paid and book entries"""
        journals = self.env["account.journal"].search([("company_id", "=", company.id)])
        return {"sale", "bank", "general"} <= set(journals.mapped("type"))

    @api.model
    def _prepare_company(self, company):
        """Set what an administrator sets before the first case."""
        # Demo data is loaded before the hook that numbers the cases of all companies.
        if not self.env["ir.sequence"].search_count(
            [("code", "=", "dispute.case"), ("company_id", "=", company.id)], limit=1
        ):
            company._create_dispute_sequences()
        if not company.dispute_writeoff_account_id:
            accounts = self.env["account.account"].with_company(company)
            company.dispute_writeoff_account_id = (
                company.default_cash_difference_expense_account_id
                or accounts.search(
                    [
                        *accounts._check_company_domain(company),
                        ("account_type", "=", "expense"),
                    ],
                    limit=1,
                )
            )
