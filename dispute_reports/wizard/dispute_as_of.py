from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.dispute_management.models.dispute_amount_mixin import AMOUNT_PARTS
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
    amount_disputed = fields.Monetary(string="Receivables in Dispute", readonly=True)
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
        lines = self._get_lines()
        after = claims._get_claims(lines, self.date_to)
        before = {}
        if self.date_from:
            before = claims._get_claims(lines, self.date_from - timedelta(days=1))
        owed = defaultdict(float)
        for line, claim in after.items():
            if line.move_id and not claim["is_closed"] and claim["owed"]:
                owed[line.move_id] += claim["owed"]
        receivables = self.env["dispute.receivable.as.of"]
        ageing, of_moves = receivables._get_ageing(company, self.date_to, owed)
        rows = self._prepare_lines(before, after, of_moves)
        total, disputed = (
            company.currency_id.round(sum(column)) for column in zip((0, 0), *ageing.values(), strict=True)
        )
        self.line_ids.unlink()
        self.line_ids._insert(self, rows)
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

    def _get_lines(self):
        """:return: dispute.line on which something was open at either end, or may have changed between"""
        claims = self.env["dispute.claim.as.of"]
        first = self.date_from or self.date_to
        lines = self.env["dispute.line"]
        # One by one: a database that may not choose which of them to start from looks up all for each.
        for domain in claims._get_lines_domains(self.company_id, first, self.date_to):
            lines |= lines.search(domain)
        return lines.sorted("id")

    def _prepare_lines(self, before, after, of_moves):
        rows = []
        lines = self.env["dispute.line"].sudo().browse(line.id for line in (*before, *after))
        # No more than is asked of them: cases are wide.
        lines.case_id.fetch(["date_opened"])
        # Calendars are readable by few; their time zone is no secret.
        calendar = self.company_id.sudo().resource_calendar_id
        for line in dict.fromkeys([*before, *after]):
            old, new = before.get(line, {}), after.get(line, {})
            values = {
                name: new.get(f"{name}_company", 0) - old.get(f"{name}_company", 0) for name in SETTLED_PARTS
            }
            opening, closing = (claim.get("amount_open_company", 0) for claim in (old, new))
            claimed_before, claimed = (
                sum(claim.get(f"{name}_company", 0) for name in AMOUNT_PARTS) for claim in (old, new)
            )
            if not (opening or closing or claimed != claimed_before or any(values.values())):
                continue
            # What was claimed at first; what came to it later is a change.
            opened = 0 if old else new["first"]
            rows.append(
                self._prepare_line(line, calendar, opening, closing, values)
                | {
                    "amount_opened": opened,
                    "amount_added": claimed - claimed_before - opened,
                }
            )
        self._add_overdue(rows, after, of_moves)
        return rows

    def _prepare_line(self, line, calendar, opening, closing, settled):
        opened = self.env["dispute.working.time"]._get_local_date(calendar, line.case_id.date_opened)
        days = (self.date_to - opened).days
        return {
            "line_id": line.id,
            "amount_opening": opening,
            "amount_closing": closing,
            "age_days": days,
            "age": next(key for most, key in AGE if most is None or days <= most) if closing else False,
            **settled,
        }

    def _add_overdue(self, rows, after, of_moves):
        """Share what of an invoice is in dispute out over the claims on it, in order."""
        lines = {line.id: line for line in after}
        left = {move: amount for move, (amount, _key) in of_moves.items()}
        for row in rows:
            line = lines.get(row["line_id"])
            if not line or line.move_id not in left or after[line]["is_closed"] or not after[line]["owed"]:
                continue
            share = min(left[line.move_id], row["amount_closing"])
            left[line.move_id] -= share
            row |= {"amount_owed": share, "overdue": of_moves[line.move_id][1]}

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
