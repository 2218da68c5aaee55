from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.dispute_amount_mixin import AMOUNT_PARTS
from ..tools.account_statement import Movement, get_kind, tell_movements
from ..tools.receivable_ageing import OVERDUE, get_overdue_key, share_disputed

REPORT = "dispute_management.action_report_account_statement"


class DisputeAccountStatement(models.AbstractModel):
    """The account of a customer over a period, and what of it was in dispute.

    One section a currency, since a balance in several is no balance. The closing balance is
    the sum of the receivable items open that day; opening balance + movements = closing
    balance. What is matched with an item outside the section (another currency, another
    customer) is a movement of its own, so that this holds there too.
    """

    _name = "dispute.account.statement"
    _description = "Account Statement with Disputes"

    @api.model
    def _get_values(self, partner, company, start, end, lines):
        """What the templates of the statement need, in the language of the environment.

        The caller has checked that the reader may see the account of this customer.

        :param partner: commercial partner
        :param company: res.company whose books are asked
        :param start: first day
        :param end: last day
        :param lines: dispute.line that the reader may see, of this customer and company
        """
        # One customer's account, checked by the caller: its parts are no secret to who may read it.
        env = self.env(su=True)
        partner, company, lines = (record.with_env(env) for record in (partner, company, lines))
        receivables = env["dispute.receivable.as.of"]
        before = receivables._get_items(company, start - timedelta(days=1), partner)
        after = receivables._get_items(company, end, partner)
        movements = self._get_movements(partner, company, start, end)
        claims = env["dispute.claim.as.of"]
        claims_before, claims_after = claims._get_claims(lines, [start - timedelta(days=1), end])
        disputes = self._get_disputes(claims_before, claims_after)
        currencies = env["res.currency"].browse(
            {item.currency_id for item in (*before, *after)} | movements.keys() | disputes.keys()
        )
        lang = env["res.lang"]._get_data(code=env.lang or "en_US")
        return {
            "title": self.env._("Statement of account"),
            "partner": partner,
            "company": company,
            "start": start,
            "end": end,
            "now": fields.Datetime.now(),
            "timezone": company.resource_calendar_id.tz or "UTC",
            "lang_code": (lang.code or "en_US").replace("_", "-"),
            "direction": lang.direction or "ltr",
            "sections": [
                self._prepare_section(
                    currency,
                    end,
                    [item for item in before if item.currency_id == currency.id],
                    [item for item in after if item.currency_id == currency.id],
                    movements.get(currency.id, []),
                    disputes.get(currency.id, []),
                    claims_after,
                )
                # What most is in first: the company's own.
                for currency in currencies.sorted(lambda item: (item != company.currency_id, item.name))
            ],
        }

    @api.model
    def _get_lines(self, partner, company, start, end):
        """:return: dispute.line of a customer that tell something of a period, of those the user may read"""
        # Whether something was settled is asked of what customers can't read; then what they may read is kept.
        claims = self.env["dispute.claim.as.of"].sudo()
        lines = claims._search_lines(company, start, end, partner)
        return lines.sudo(False)._filtered_access("read")

    # The account

    @api.model
    def _get_movements(self, partner, company, start, end):
        """What moved the account between two days, both included.

        :return: ``{currency id: [Movement]}``
        """
        rows = self.env.execute_query(self._get_movements_query(partner, company, start, end))
        # sudo: what the documents of the customer's own account are called, and of which kind they are.
        moves = self.env["account.move"].sudo().browse({row[0] for row in rows})
        # Of ten thousands of documents all that they have takes longer to read than all the rest.
        moves.fetch(["name", "move_type", "origin_payment_id", "statement_line_id"])
        moves = {move.id: move for move in moves}
        currencies = {item.id: item for item in self.env["res.currency"].browse({row[1] for row in rows})}
        movements = defaultdict(list)
        for move_id, currency_id, day, date_due, amount, is_match in rows:
            units = currencies[currency_id]._dispute_to_units(amount)
            if not units:
                continue
            move = moves[move_id]
            is_payment = bool(move.origin_payment_id or move.statement_line_id)
            kind = "transfer" if is_match else get_kind(move.move_type, is_payment, units)
            movements[currency_id].append(
                Movement(
                    date=day,
                    kind=kind,
                    amount=units,
                    document=move.name or "",
                    key=move_id,
                    date_due=date_due if kind == "invoice" else None,
                )
            )
        return movements

    def _get_movements_query(self, partner, company, start, end):
        """:return: SQL of rows ``(move, currency, day, due date, amount, whether by a match)``"""
        for model in ("account.move", "account.move.line", "account.partial.reconcile"):
            self.env[model].flush_model()
        receivables = self.env["dispute.receivable.as.of"]
        return SQL(
            """
            WITH item AS (
                SELECT line.id, line.move_id, line.currency_id, line.date, line.date_maturity, line.amount_currency
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                   AND line.company_id = %(company)s
                   AND line.date <= %(end)s
                   AND %(partner)s
            )
            SELECT move_id, currency_id, date, MAX(date_maturity), SUM(amount_currency), FALSE
              FROM item
             WHERE date >= %(start)s
          GROUP BY move_id, currency_id, date
             UNION ALL
            -- Both sides of a match in one section cancel each other out.
            SELECT MIN(move_id), currency_id, max_date, NULL, SUM(amount), TRUE
              FROM (
                SELECT match.id, match.max_date, item.move_id, item.currency_id, -match.debit_amount_currency AS amount
                  FROM account_partial_reconcile match JOIN item ON item.id = match.debit_move_id
                 WHERE match.max_date BETWEEN %(start)s AND %(end)s AND %(booked)s
                 UNION ALL
                SELECT match.id, match.max_date, item.move_id, item.currency_id, match.credit_amount_currency
                  FROM account_partial_reconcile match JOIN item ON item.id = match.credit_move_id
                 WHERE match.max_date BETWEEN %(start)s AND %(end)s AND %(booked)s
              ) side
          GROUP BY id, max_date, currency_id
            HAVING SUM(amount) <> 0
            """,
            company=company.id,
            start=start,
            end=end,
            partner=receivables._get_partner_condition(SQL("line.partner_id"), partner),
            booked=receivables._get_booked_condition(SQL("match.id")),
        )

    def _prepare_section(self, currency, end, before, after, movements, disputes, claims):
        unit, amount = currency._dispute_to_units, currency._dispute_from_units
        opening = sum(unit(item.residual_currency) for item in before)
        told, is_summed_up = tell_movements(opening, movements)
        labels = self._get_kind_labels()
        ageing, disputed, overdue = self._get_ageing(currency, end, after, claims)
        closing = sum(unit(item.residual_currency) for item in after)
        totals = defaultdict(int)
        for movement in told:
            totals[movement.kind] += movement.amount
        return {
            "currency": currency,
            "opening": amount(opening),
            "closing": amount(closing),
            "totals": [(label, amount(totals[kind])) for kind, label in labels.items() if kind in totals],
            "movements": [
                {
                    "date": movement.date,
                    "what": labels[movement.kind],
                    "document": movement.document,
                    "move_id": movement.key,
                    "count": movement.count,
                    "due": movement.date_due,
                    "amount": amount(movement.amount),
                    "balance": amount(movement.balance),
                }
                for movement in told
            ],
            "is_summed_up": is_summed_up,
            "ageing": ageing,
            "disputed": amount(disputed),
            "undisputed": amount(closing - disputed),
            "overdue": amount(overdue),
            "disputes": disputes,
        }

    def _get_ageing(self, currency, end, items, claims):
        """What was open at the end by days overdue, disputed and undisputed apart.

        :return: list of dicts, what of all is disputed, and what is undisputed and overdue, in smallest units
        """
        unit, amount = currency._dispute_to_units, currency._dispute_from_units
        owed = defaultdict(int)
        # sudo: the lines were found to be readable; which invoice they are on is told of them.
        lines = self.env["dispute.line"].sudo().browse(claims)
        for line in lines.filtered(lambda line: line.move_id and line.currency_id == currency):
            if not claims[line.id]["is_closed"]:
                owed[line.move_id.id] += unit(claims[line.id]["owed"])
        amounts = [unit(item.residual_currency) for item in items]
        shares = share_disputed([*zip((item.move_id for item in items), amounts, strict=True)], owed)
        rows = defaultdict(lambda: [0, 0])
        for item, units, share in zip(items, amounts, shares, strict=True):
            # What the customer has to their credit is not due to anybody.
            key = get_overdue_key((end - item.date_due).days) if units > 0 else "credit"
            rows[key][0] += units
            rows[key][1] += share
        labels = dict(self.env["dispute.receivable"]._fields["ageing"]._description_selection(self.env))
        labels["credit"] = self.env._("Payments and credits not used yet")
        found = [
            {
                "label": labels[key],
                "amount": amount(rows[key][0]),
                "disputed": amount(rows[key][1]),
                "undisputed": amount(rows[key][0] - rows[key][1]),
            }
            for key in (*(key for _most, key in OVERDUE), "credit")
            if key in rows
        ]
        overdue = sum(all_ - share for key, (all_, share) in rows.items() if key not in ("not_due", "credit"))
        return found, sum(shares), overdue

    # The disputes

    def _get_disputes(self, before, after):
        """The claims that were open at either end, or that changed in between.

        :return: ``{currency id: [dict]}``
        """
        found = defaultdict(list)
        # sudo: the lines were found to be readable; what is told of their cases is worded for the customer.
        lines = self.env["dispute.line"].sudo().browse(after)
        # As with the documents: no more than is told.
        lines.fetch(["case_id", "currency_id", "move_id", "payment_id"])
        lines.case_id.fetch(["name", "date_opened", "reason_id", "customer_reference"])
        lines.move_id.fetch(["name"])
        for line in sorted(lines, key=lambda line: (line.case_id.date_opened, line.id)):
            parts, old = after[line.id], before.get(line.id)
            is_same = old and all(parts[name] == old[name] for name in AMOUNT_PARTS)
            if is_same and not parts["amount_open"]:
                continue
            claimed = line.currency_id.round(sum(parts[name] for name in AMOUNT_PARTS))
            if not claimed and not old:
                continue
            case = line.case_id
            found[line.currency_id.id].append(
                {
                    "case_id": case.id,
                    "line_id": line.id,
                    "name": case.name,
                    "document": (line.move_id or line.payment_id).name,
                    "move_id": line.move_id.id,
                    "reason": case.reason_id._get_customer_name(),
                    "opened": case.date_opened,
                    "reference": case.customer_reference,
                    "claimed": claimed,
                    "open_before": old["amount_open"] if old else 0,
                    "parts": line._get_customer_parts(parts),
                    "open": parts["amount_open"],
                    "is_closed": parts["is_closed"],
                }
            )
        return found

    def _get_kind_labels(self):
        return {
            "invoice": self.env._("Invoice"),
            "credit": self.env._("Credit note"),
            "payment": self.env._("Payment"),
            "refund": self.env._("Refund"),
            "other": self.env._("Adjustment"),
            "transfer": self.env._("Settled in another currency or account"),
        }

    # Printing

    @api.model
    def _print(self, values):
        """Print a statement as a PDF, complete in itself; as a page where the server can't make PDFs.

        :return: content as bytes, and the extension of its file
        """
        qweb = self.env["ir.qweb"].with_context(tz=values["timezone"])
        page = qweb._render("dispute_management.report_account_statement_page", {"values": values})
        page = f"<!DOCTYPE html>\n{page}"
        if not self.env["dispute.case.file"]._can_print():
            return page.encode(), "html"
        # Printing is a service: what is printed was checked.
        return self.env["ir.actions.report"].sudo()._run_wkhtmltopdf([page], report_ref=REPORT), "pdf"

    @api.model
    def _get_filename(self, partner, start, end):
        """:return: name of the file, without extension"""
        return self.env._(
            "Statement of account %(customer)s %(start)s to %(end)s",
            customer=partner.name or "",
            start=start,
            end=end,
        ).replace("/", "-")


class ReportAccountStatement(models.AbstractModel):
    """The statement of account as it is asked for by colleagues, in the customer's language."""

    _name = "report.dispute_management.report_account_statement"
    _description = "Print of an Account Statement"

    @api.model
    def _get_report_values(self, docids, data=None):
        prints = self.env["dispute.statement.print"].browse(docids)
        prints.check_access("read")
        return {"docs": prints, "get_values": lambda doc: doc._get_values()}
