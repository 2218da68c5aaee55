from datetime import datetime, time

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain

from .dispute_settlement_state_mixin import PENDING_STATES

#: How a company settles, branches included.
DISPUTE_SETTINGS = [
    "dispute_write_off_tolerance",
    "dispute_hold_share",
    "dispute_short_payment",
    "dispute_pay_by_days",
    "dispute_auto_refund",
    "dispute_auto_refund_daily",
    "dispute_brake_customer_amount",
    "dispute_brake_user_amount",
    "dispute_signature_from",
    "dispute_no_approval_credit",
    "dispute_no_approval_payout",
    "dispute_no_approval_write_off",
    "dispute_no_approval_apply",
    "dispute_no_approval_rejection",
    "dispute_risk_alert",
]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = [
        "res.company",
        "dispute.company.offer.mixin",
        "dispute.company.brake.mixin",
        "dispute.company.risk.mixin",
    ]

    dispute_writeoff_account_id = fields.Many2one(
        "account.account",
        string="Dispute Write-off Account",
        check_company=True,
        tracking=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost', 'income', 'income_other'))]",
        help="Where settlements book what is written off.",
    )
    dispute_write_off_tolerance = fields.Monetary(
        string="Dispute Write-off Tolerance",
        default=5,
        tracking=True,
        help="What is left of a claim may be written off as a small difference up to this amount.",
    )
    dispute_auto_refund = fields.Boolean(
        string="Automatic Dispute Refunds",
        tracking=True,
        help="Refunds that the terms accept are carried out by themselves.",
    )
    dispute_no_approval_credit = fields.Monetary(
        string="Credits need no approval below", default=250, tracking=True
    )
    dispute_no_approval_payout = fields.Monetary(
        string="Refunds need no approval below", default=0, tracking=True
    )
    dispute_no_approval_write_off = fields.Monetary(
        string="Write-offs need no approval below", default=50, tracking=True
    )
    dispute_no_approval_apply = fields.Boolean(
        string="Applying a payment or credit needs no approval", default=True, tracking=True
    )
    dispute_no_approval_rejection = fields.Boolean(
        string="Refusing needs no approval", default=True, tracking=True
    )
    dispute_auto_refund_daily = fields.Monetary(
        string="Automatic Dispute Refunds a day",
        default=1000,
        tracking=True,
        help="What goes beyond this amount waits for the next day.",
    )
    dispute_brake_customer_amount = fields.Monetary(
        string="Usual Refunds of a Customer",
        default=1000,
        tracking=True,
        help="More than this amount in the days looked at is held back and reviewed; 0: any amount.",
    )
    dispute_brake_user_amount = fields.Monetary(
        string="Usual Refunds by a User",
        default=5000,
        tracking=True,
        help="More than this amount on cases that one user registered is held back and reviewed; 0: any amount.",
    )
    dispute_signature_from = fields.Monetary(
        string="Signature on Dispute Offers from",
        tracking=True,
        help="From this amount customers sign to accept; 0: never.",
    )

    dispute_hold_share = fields.Float(
        string="Hold follow-up from a share of",
        default=0,
        tracking=True,
        help="Percent of an invoice that must be in dispute for it to be left out of follow-up. 0: any.",
    )
    dispute_short_payment = fields.Selection(
        [
            ("none", "Nothing"),
            ("offer", "Offer a deduction case"),
            ("open", "Open a deduction case"),
        ],
        string="After a short payment",
        default="offer",
        required=True,
        tracking=True,
        help="What is left of a due invoice after a payment, beyond the write-off tolerance. Within it:"
        " offered to be written off, or written off by itself.",
    )
    dispute_pay_by_days = fields.Integer(
        string="Days to pay after a refusal",
        default=7,
        tracking=True,
        help="A refused claim is to be paid within so many days; the letter says so.",
    )

    _dispute_offers_positive = models.Constraint(
        "CHECK(dispute_offer_days > 0 AND dispute_offer_reminder_days >= 0"
        " AND dispute_signature_from >= 0 AND dispute_reopen_days >= 0)",
        "An offer holds for at least one day; other days and amounts of offers can't be negative.",
    )
    _dispute_brakes_positive = models.Constraint(
        "CHECK(dispute_auto_refund_daily >= 0 AND dispute_brake_days > 0"
        " AND dispute_brake_customer_count >= 0 AND dispute_brake_customer_amount >= 0"
        " AND dispute_brake_user_count >= 0 AND dispute_brake_user_amount >= 0)",
        "Limits of automatic refunds can't be negative, and at least one day is looked at.",
    )
    _dispute_risk_alert_range = models.Constraint(
        "CHECK(dispute_risk_alert IS NULL OR dispute_risk_alert BETWEEN 1 AND 99)",
        "The risk to warn from lies between 1 % and 99 %.",
    )
    _dispute_limits_positive = models.Constraint(
        "CHECK(dispute_write_off_tolerance >= 0 AND dispute_no_approval_credit >= 0"
        " AND dispute_no_approval_payout >= 0 AND dispute_no_approval_write_off >= 0"
        " AND dispute_hold_share BETWEEN 0 AND 100 AND dispute_pay_by_days >= 0)",
        "Tolerances and limits of disputes can't be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_dispute_sequences()
        self.env["dispute.approval.tier"]._create_defaults(companies)
        return companies

    def write(self, vals):
        res = super().write(vals)
        if "resource_calendar_id" in vals:
            self.env["dispute.case"]._renew_promises_where(Domain("company_id", "in", self.ids))
        return res

    def _get_company_root_delegated_field_names(self):
        # Branches settle by the rules of their company.
        return [*super()._get_company_root_delegated_field_names(), *DISPUTE_SETTINGS]

    def _create_dispute_sequences(self):
        """Give companies that have none their own yearly numbering of cases, DSP/2026/00042.

        :return: the ir.sequence records made
        """
        # Part of setting up a company: whoever may do that gets its sequence.
        sequences = self.env["ir.sequence"].sudo()
        numbered = sequences.search(
            Domain("code", "=", "dispute.case") & Domain("company_id", "in", self.ids)
        ).company_id
        return sequences.create(
            [
                {
                    "name": self.env._("Disputes of %s", company.name),
                    "code": "dispute.case",
                    "company_id": company.id,
                    "prefix": "DSP/%(range_year)s/",
                    "padding": 5,
                    "use_date_range": True,
                }
                for company in self - numbered
            ]
        )

    def _get_dispute_approval_gaps(self):
        """What stops settlements in this company for want of an approver.

        :return: list of sentences; empty when somebody can approve everything
        """
        self.ensure_one()
        tiers = self.env["dispute.approval.tier"]
        kinds = tiers._fields["kind"]._description_selection(self.env)
        gaps = []
        for kind, label in kinds:
            ladder = tiers._get_of_company(self, kind)
            if not ladder and not self[f"dispute_no_approval_{kind}"]:
                gaps.append(self.env._("%s: no tier and no limit below which it needs no approval.", label))
            gaps += [
                self.env._("%s: nobody is in this group.", tier.display_name)
                for tier in ladder
                if not tier._get_members(self)
            ]
        return gaps

    def _get_auto_refunds_left(self):
        """:return: what may still be refunded by itself today, in company currency"""
        self.ensure_one()
        zone = timezone(self.resource_calendar_id.tz or "UTC")
        today = utc.localize(fields.Datetime.now()).astimezone(zone).date()
        midnight = zone.localize(datetime.combine(today, time())).astimezone(utc).replace(tzinfo=None)
        settlements = self.env["dispute.settlement"].search(
            Domain("company_id", "=", self.id)
            & Domain("is_by_policy", "=", True)
            & Domain("date_proposed", ">=", midnight)
            & Domain("state", "in", (*PENDING_STATES, "executed"))
        )
        giving = settlements._get_giving_lines()
        return self.dispute_auto_refund_daily - sum(line._get_company_amount() for line in giving)
