"""Two companies, four currencies, and people to live through histories of disputes."""

import os

from hypothesis import HealthCheck, Phase, settings

from odoo import fields
from odoo.fields import Command

from odoo.addons.dispute_management.tests.settlement_common import SettlementCommon

from .history_player import START, HistoryPlayer
from .report_rows import ReportRows

#: More histories for a thorough run: ``DISPUTE_HISTORIES=50 make test ...``
EXAMPLES = int(os.environ.get("DISPUTE_HISTORIES", "2"))
#: The same histories on every run. One that fails says what it was; a smaller one is not looked for.
LIVED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

#: By what each report is grouped, beside its whole.
GROUPS = {
    "dispute.report": ("company_id", "partner_id", "reason_id", "cause_id", "age"),
    "dispute.line.report": ("company_id", "product_id", "team_id"),
    "dispute.stage.report": ("company_id", "stage_id", "waiting_on"),
    "dispute.sla.report": ("company_id", "target", "team_id"),
    "dispute.settlement.report": ("company_id", "kind", "reason_id"),
    "dispute.invoice.report": ("company_id", "partner_id"),
    "dispute.receivable": ("company_id", "partner_id"),
}


class TruthCommon(SettlementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dollar = cls.company.currency_id
        euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 0.5), ("2026-02-10", 0.8)])
        yen = cls.setup_other_currency("JPY", rates=[("1900-01-01", 150), ("2026-03-01", 160)], rounding=1)
        cls.away_data = cls.setup_other_company(name="Away")
        cls.away = cls.away_data["company"]
        cls.companies = cls.company + cls.away
        cls.company.resource_calendar_id = cls._create_calendar(cls.company, "Pacific/Auckland")
        cls.away.resource_calendar_id = cls._create_calendar(cls.away, "America/New_York")
        cls.companies.write({"dispute_delay_rate": 8})
        cls.currencies = [dollar, euro, yen]
        cls.env.user.company_ids |= cls.away
        cls.away.sudo().dispute_writeoff_account_id = cls.away_data["default_account_expense"]
        # At home people approve what is not small; away nobody has to.
        tiers = cls.env["dispute.approval.tier"].sudo().with_context(active_test=False)
        for tier in tiers.search([("company_id", "=", cls.company.id)]):
            tier.write({"active": True, "amount": min(tier.amount, 20) + (tier.amount >= 1000) * 80})
        cls.company.sudo().write(
            {
                f"dispute_no_approval_{kind}": limit
                for kind, limit in (("credit", 20), ("payout", 0), ("write_off", 20))
            }
        )
        cls._free_from_approval(cls.away)
        away = {"company_id": cls.away.id, "company_ids": [Command.set(cls.away.ids)]}
        cls.away_clerk = cls._create_user("dispute_away_clerk", "group_dispute_user")
        cls.away_viewer = cls._create_user("dispute_away_viewer", "group_dispute_viewer")
        (cls.away_clerk + cls.away_viewer).sudo().write(away)
        cls.auditor = cls._create_user("dispute_auditor", "group_dispute_viewer")
        cls.auditor.sudo().company_ids = [Command.set(cls.companies.ids)]
        cls.clerks = {cls.company: cls.clerk, cls.away: cls.away_clerk}
        night = cls.env["resource.calendar"].create(
            {
                "name": "Night",
                "tz": "Asia/Tokyo",
                "hours_per_day": 3,
                "company_id": False,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Night",
                            "dayofweek": day,
                            "hour_from": 20,
                            "hour_to": 23,
                            "day_period": "afternoon",
                        }
                    )
                    for day in "0123456"
                ],
            }
        )
        teams = cls.env["dispute.team"].sudo()
        team = {"user_id": cls.leader.id, "member_ids": [Command.set(cls.clerk.ids)]}
        nights = teams.create(
            {"name": "Nights", "company_id": cls.company.id, "calendar_id": night.id} | team
        )
        abroad = teams.create({"name": "Abroad", "company_id": cls.away.id, "member_ids": cls.away_clerk.ids})
        cls.teams = {cls.company: cls.team + nights, cls.away: abroad}
        cls.env["dispute.escalation.tier"].sudo().create(
            [
                {"name": "Head", "person": "user", "user_id": cls.leader.id, "company_id": company.id}
                for company in cls.companies
            ]
        )
        cls.reasons = cls._refs("reason", "pri", "qua", "dup")
        cls.causes = cls._refs("cause", "pra", "def", "unk")
        cls.customers = cls.partner_a + cls.partner_b + cls.env["res.partner"].create({"name": "Third"})
        cls.banks = {
            partner: cls._create_bank(f"DE893704004405320{number}", partner, trusted_by=cls.accountant)
            for number, partner in enumerate(cls.customers, 12301)
        }
        cls.env.flush_all()

    @classmethod
    def _refs(cls, model, *codes):
        return cls.env[f"dispute.{model}"].union(
            *(cls.env.ref(f"dispute_management.dispute_{model}_{code}") for code in codes)
        )

    @classmethod
    def _create_calendar(cls, company, zone):
        return cls.env["resource.calendar"].create({"name": zone, "tz": zone, "company_id": company.id})

    @classmethod
    def _create_invoice(cls, company=None, partner=None, currency=None, amount=0):
        account = (cls.company_data if company == cls.company else cls.away_data)["default_account_revenue"]
        invoice = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "currency_id": currency.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_payment_term_id": cls.pay_terms_b.id if amount % 2 else False,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": (cls.product_a if amount % 3 else cls.product_b).id,
                                "price_unit": currency.round(amount / 3),
                                "quantity": 3,
                                # Fractions of a cent, which count in the company's currency.
                                "discount": amount % 7,
                                "account_id": account.id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        invoice.action_post()
        return invoice

    @classmethod
    def _finish(cls, settlement):
        """Have a settlement approved by who has to, and accepted."""
        cls._approve(settlement)
        if settlement.state == "proposed":
            settlement._accept_offer("Customer")

    def _play(self, history):
        player = HistoryPlayer(self)
        player.play(history)
        self.env.flush_all()
        self.env.invalidate_all()
        return player

    def _get_rows(self, player):
        return ReportRows(self, player.now, START)
