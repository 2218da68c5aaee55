from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.dispute_management.models.dispute_amount_mixin import AMOUNT_PARTS
from odoo.addons.dispute_management.report.dispute_claim_as_of import ClaimOfDay
from odoo.addons.dispute_management.tools.receivable_ageing import OVERDUE

#: Days at most since a case was opened; the last has no end.
AGE = ((7, "1_0_7"), (14, "2_8_14"), (30, "3_15_30"), (60, "4_31_60"), (90, "5_61_90"), (None, "6_over_90"))
SETTLED_PARTS = [name for name in AMOUNT_PARTS if name != "amount_open"]


class DisputeAsOf(models.TransientModel):
    """Open disputes at the end of a day, how they got there since another, and receivables then.

    Opening + opened + changed claims - settled = closing, for every claim and in sum, to the
    cent; receivables are those of the ledger.
    """

    _name = "dispute.as.of"
    _description = "Disputes as of a Day"
    _inherit = ["dispute.wizard.mixin"]

    date_to = fields.Date(string="As of", required=True, default=fields.Date.context_today)
    date_from = fields.Date(
        string="Movements from",
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="First day of the movements; they start from what was open the evening before.",
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("dispute.as.of.line", "as_of_id")
    figure_ids = fields.One2many("dispute.as.of.figure", "as_of_id")
    movement_ids = fields.One2many(
        "dispute.as.of.figure", "as_of_id", string="Movements", domain=[("section", "=", "movement")]
    )
    age_ids = fields.One2many(
        "dispute.as.of.figure", "as_of_id", string="By Age of the Dispute", domain=[("section", "=", "age")]
    )
    overdue_ids = fields.One2many(
        "dispute.as.of.figure", "as_of_id", string="By Days Overdue", domain=[("section", "=", "overdue")]
    )
    amount_open = fields.Monetary(string="Open Disputes", readonly=True)
    amount_receivable = fields.Monetary(string="Receivables", readonly=True)
    amount_ledger = fields.Monetary(
        string="By the Ledger", readonly=True, help="Balance of the receivable accounts on that day."
    )
    amount_disputed = fields.Monetary(
        string="Receivables in Dispute",
        readonly=True,
        help="The ledger's balance of what is claimed and still owed. Claims in another currency are"
        " converted one by one: several on an invoice, or one that is paid in parts, may differ from"
        " it by how each is rounded.",
    )
    amount_undisputed = fields.Monetary(string="Not in Dispute", readonly=True)

    @api.depends("date_to")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Disputes as of %s", report.date_to and format_date(self.env, report.date_to)
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for report in self:
            if report.date_from and report.date_from > report.date_to:
                raise ValidationError(
                    self.env._("The movements start after the day asked for. Please exchange the two dates.")
                )

    # === ACTIONS ===

    def action_compute(self):
        """Work out the figures, and show them."""
        self.ensure_one()
        self._compute_report()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref("dispute_reports.dispute_as_of_view_form_result").id, "form")],
        }

    def action_view_lines(self):
        """:return: action on the claims behind the figures"""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("dispute_reports.dispute_as_of_line_action"),
            "name": self.display_name,
            "domain": [("as_of_id", "=", self.id)],
        }

    # === FIGURES ===

    def _compute_report(self):
        self.ensure_one()
        if self.company_id not in self.env.user.company_ids:
            # The name of a company is no secret to who asked for it.
            raise AccessError(
                self.env._(
                    "You have no access to %s. Please choose another company.", self.sudo().company_id.name
                )
            )
        company, claims = self.company_id, self.env["dispute.claim.as.of"]
        # Without movements there is nothing before: all of it was opened.
        days = [self.date_from - timedelta(days=1)] if self.date_from else []
        days.append(self.date_to)
        lines = claims._search_lines(company, self.date_from or self.date_to, self.date_to)
        *befores, after = claims._get_claims(lines, days)
        before = befores[0] if befores else {}
        owed = defaultdict(float)
        for claim in after.values():
            if claim["move_id"] and not claim["is_closed"] and claim["owed"]:
                owed[claim["move_id"]] += claim["owed"]
        receivables = self.env["dispute.receivable.as.of"]
        ageing, of_moves = receivables._get_ageing(company, self.date_to, owed)
        rows = self._prepare_lines(before, after, of_moves)
        total, disputed = (
            company.currency_id.round(sum(column)) for column in zip((0, 0), *ageing.values(), strict=True)
        )
        self.env["dispute.as.of.line"]._replace(self, rows)
        self.write(
            {
                "figure_ids": [
                    Command.clear(),
                    *map(Command.create, self._prepare_figures(rows, ageing)),
                ],
                "amount_open": sum(row["amount_closing"] for row in rows),
                "amount_receivable": total,
                "amount_ledger": receivables._get_ledger_balance(company, self.date_to),
                "amount_disputed": disputed,
                "amount_undisputed": total - disputed,
            }
        )

    def _prepare_lines(self, before, after, of_moves):
        rows, nothing, digits = [], ClaimOfDay(), self.currency_id.decimal_places
        for line_id in before | after:
            old, new = before.get(line_id, nothing), after.get(line_id, nothing)
            # Differences of amounts are no more than amounts.
            values = {
                name: round(new[f"{name}_company"] - old[f"{name}_company"], digits) for name in SETTLED_PARTS
            }
            opening, closing = old["amount_open_company"], new["amount_open_company"]
            claimed = round(closing - opening + sum(values.values()), digits)
            if not (opening or closing or claimed or any(values.values())):
                continue
            # What was claimed at first; what came to it later is a change.
            opened = 0 if old else new["first"]
            days = (self.date_to - (new or old)["opened"]).days
            rows.append(
                {
                    "line_id": line_id,
                    "amount_opening": opening,
                    "amount_opened": opened,
                    "amount_added": round(claimed - opened, digits),
                    "amount_closing": closing,
                    "age_days": days,
                    "age": next(key for most, key in AGE if most is None or days <= most)
                    if closing
                    else False,
                    **values,
                }
            )
        self._add_overdue(rows, after, of_moves)
        return rows

    def _add_overdue(self, rows, after, of_moves):
        """Share what of an invoice is in dispute out over the claims on it, in order and to the cent."""
        waiting = defaultdict(list)
        for row in rows:
            claim = after.get(row["line_id"])
            if claim and claim["move_id"] in of_moves and not claim["is_closed"] and claim["owed"]:
                waiting[claim["move_id"]].append((row, claim["owed"]))
        for move_id, claims in waiting.items():
            disputed, own, key = of_moves[move_id]
            so_far = before = 0
            for row, owed in claims:
                so_far = min(own, so_far + owed)
                until = self.currency_id.round(disputed * so_far / own)
                row |= {"amount_owed": until - before, "overdue": key}
                before = until

    def _prepare_figures(self, rows, ageing):
        line, figures = self.env["dispute.as.of.line"], []

        def add(section, key, label, amount, **values):
            figures.append(
                {"section": section, "key": key, "sequence": len(figures), "name": label, "amount": amount}
                | values
            )

        def total(name, condition=lambda row: True):
            return self.currency_id.round(sum(row.get(name, 0) for row in rows if condition(row)))

        labels = {name: field._description_string(self.env) for name, field in line._fields.items()}
        if self.date_from:
            for name in ("amount_opening", "amount_opened", "amount_added"):
                add("movement", name, labels[name], total(name))
            for name in SETTLED_PARTS:
                # Shown as what it takes off; a refusal taken back adds.
                add("movement", name, labels[name], -total(name))
            add("movement", "amount_closing", labels["amount_closing"], total("amount_closing"))
        ages = dict(line._fields["age"]._description_selection(self.env))
        for _most, key in AGE:
            add("age", key, ages[key], total("amount_closing", lambda row, key=key: row.get("age") == key))
        overdue = dict(line._fields["overdue"]._description_selection(self.env))
        for _most, key in OVERDUE:
            receivable, disputed = ageing.get(key, (0, 0))
            add(
                "overdue",
                key,
                overdue[key],
                disputed,
                amount_receivable=receivable,
                amount_undisputed=receivable - disputed,
            )
        return figures
