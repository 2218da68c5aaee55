from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.dispute_management.models.dispute_amount_mixin import AMOUNT_PARTS

from .measure_fields import mean, money, rate


class DisputeSettlementReport(models.Model):
    """One row an amount of one kind in a settlement: proposed, approved, carried out; by whom."""

    _name = "dispute.settlement.report"
    _inherit = ["dispute.report.mixin"]
    _description = "Settlements Analysis"
    _auto = False
    _rec_name = "settlement_id"
    _order = "date_proposed desc, id desc"

    _instants = {
        "date_opened": ("opened_at", None),
        "date_proposed": ("proposed_at", None),
        "date_decided": ("decided_at", None),
        "date_executed": ("executed_at", None),
    }

    _formulas = {
        "claim": " + ".join(f"%(line.{name}_company)s" for name in AMOUNT_PARTS),
        # Company currency a unit of the document's: as an invoice is booked, else that of the claim.
        "rate": """COALESCE(
            NULLIF(%(invoice.amount_total_signed)s, 0) / NULLIF(%(invoice.amount_total)s, 0),
            1 / NULLIF(%(invoice.invoice_currency_rate)s, 0),
            %(claim)s / NULLIF(%(line.amount)s, 0),
            1)""",
        "amount": "ROUND((%(amount_settled)s * %(rate)s)::numeric, %(currency.decimal_places)s)",
        "amount_proposed": "CASE WHEN %(proposed_at)s IS NOT NULL THEN %(amount)s ELSE 0 END",
        "amount_approved": """CASE WHEN %(state)s IN ('approved', 'proposed', 'accepted', 'processing', 'executed')
            THEN %(amount)s ELSE 0 END""",
        "is_executed": "%(state)s = 'executed'",
        "amount_executed": "CASE WHEN %(is_executed)s THEN %(amount)s ELSE 0 END",
        "approver_id": "%(approval.user_id)s",
        "decided_at": "%(approval.date)s",
        "decision": """CASE WHEN %(approval.state)s IS NOT NULL THEN %(approval.state)s
            WHEN %(is_automatic)s THEN 'automatic' END""",
        "count_decided": "(%(approval.state)s IS NOT NULL)::int",
        "count_approved": "(%(approval.state)s IS NOT DISTINCT FROM 'approved')::int",
        "is_accepted": """%(offered_at)s IS NOT NULL
            AND %(state)s IN ('accepted', 'processing', 'executed')""",
        "count_answered": "(%(is_accepted)s OR %(state)s IN ('declined', 'expired'))::int",
        "count_accepted": "(%(is_accepted)s)::int",
        "turnaround_days": "CASE WHEN %(is_executed)s THEN (%(date_executed)s - %(date_opened)s)::float8 END",
        "execution_days": "CASE WHEN %(is_executed)s THEN (%(date_executed)s - %(date_proposed)s)::float8 END",
    }
    _lookups = {
        "line": ("dispute_line", {"id": "line_id"}),
        "invoice": ("account_move", {"id": "line.move_id"}),
        "approval": (
            SQL(
                """(
                    SELECT DISTINCT ON (settlement_id) settlement_id, user_id, state, date
                      FROM dispute_settlement_approval
                     WHERE state IN ('approved', 'refused')
                  ORDER BY settlement_id, date DESC, id DESC
                )"""
            ),
            {"settlement_id": "settlement_id"},
        ),
    }
    _ratios = {
        "approval_rate": ("count_approved", "count_decided"),
        "acceptance_rate": ("count_accepted", "count_answered"),
    }
    _percentiles = {
        "turnaround_days_median": (0.5, "turnaround_days"),
        "turnaround_days_p90": (0.9, "turnaround_days"),
    }

    count = fields.Integer(string="Settled Amounts")
    settlement_id = fields.Many2one("dispute.settlement", readonly=True)
    kind = fields.Selection(selection="_selection_kind", readonly=True)
    state = fields.Selection(selection="_selection_state", readonly=True)
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    proposer_id = fields.Many2one("res.users", string="Proposed by", readonly=True)
    approver_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decision = fields.Selection(
        selection=[("approved", "Approved"), ("refused", "Refused"), ("automatic", "Nobody had to")],
        readonly=True,
        falsy_value_label="Not yet",
        help="What approvers decided last.",
    )
    date_proposed = fields.Date(string="Proposed on", readonly=True)
    date_decided = fields.Date(string="Decided on", readonly=True)
    date_executed = fields.Date(string="Executed on", readonly=True)

    amount = money("Amount")
    amount_proposed = money("Proposed", "Put forward once.")
    amount_approved = money("Approved", "Approved, or approved without anybody having to.")
    amount_executed = money("Executed")
    count_decided = fields.Integer(
        string="Decided", readonly=True, help="Approved or refused by an approver; the last decision counts."
    )
    count_approved = fields.Integer(string="Approved by Somebody", readonly=True)
    count_answered = fields.Integer(string="Answered Offers", readonly=True)
    count_accepted = fields.Integer(string="Accepted Offers", readonly=True)
    approval_rate = rate("Approval Rate", "Amounts approved / amounts decided on by an approver.")
    acceptance_rate = rate("Acceptance Rate", "Offers accepted / offers accepted, declined or expired.")
    turnaround_days = mean(
        "Turnaround (mean days)", "Calendar days from the request, the opening of the case, to execution."
    )
    turnaround_days_median = mean(
        "Turnaround (median days)", "Half of the executed amounts took at most this many days."
    )
    turnaround_days_p90 = mean(
        "Turnaround (90 % within days)", "Nine out of ten executed amounts took at most this many days."
    )
    execution_days = mean("Proposed to Executed (mean days)", "Calendar days from proposing to execution.")

    _depends = {
        "dispute.settlement": [
            "state",
            "user_id",
            "is_automatic",
            "date_proposed",
            "date_offered",
            "date_executed",
        ],
        "dispute.settlement.line": ["settlement_id", "dispute_line_id", "kind", "amount", "move_id"],
        "dispute.settlement.approval": ["settlement_id", "state", "user_id", "date"],
        "dispute.line": ["amount", "move_id", *(f"{name}_company" for name in AMOUNT_PARTS)],
        "account.move": ["amount_total", "amount_total_signed", "invoice_currency_rate"],
    }

    @api.model
    def _selection_kind(self):
        return self._get_words("kind", "dispute.settlement.line")

    @api.model
    def _selection_state(self):
        return self._get_words("state", "dispute.settlement")

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """
            %s,
            item.id,
            item.settlement_id,
            item.dispute_line_id AS line_id,
            item.kind,
            item.move_id,
            item.amount AS amount_settled,
            settlement.state,
            settlement.is_automatic,
            settlement.user_id AS proposer_id,
            settlement.date_proposed AS proposed_at,
            settlement.date_offered AS offered_at,
            settlement.date_executed AS executed_at
            """,
            super()._select(),
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            """
            %s
                JOIN dispute_settlement settlement ON settlement.case_id = dispute.id
                JOIN dispute_settlement_line item ON item.settlement_id = settlement.id
            """,
            super()._from(),
        )
