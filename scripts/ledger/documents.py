"""The invoices of a ledger and the payments that settled them."""

from odoo.fields import Command

from .company import get_bank_journal, get_numbered_journal, get_sale_journal
from .rows import RowError


class Documents:
    """Makes posted invoices and payments, many at a time."""

    def __init__(self, env):
        self._env = env
        self._sale_journal_id = get_sale_journal(env).id
        self._numbered_journal_id = get_numbered_journal(env).id
        self._bank_journal_id = get_bank_journal(env).id
        self._currency_ids = {currency.name: currency.id for currency in env["res.currency"].search([])}

    def find_known(self, rows, partners):
        """Answer the numbers of the rows whose invoice their customer has already.

        :raise RowError: when another customer's loaded invoice has the number of a row
        """
        numbers = [row.invoice for row in rows]
        found = self._env["account.move"].search_fetch(
            [
                ("company_id", "=", self._env.company.id),
                ("move_type", "=", "out_invoice"),
                "|",
                ("name", "in", numbers),
                ("ref", "in", numbers),
            ],
            ["name", "ref", "commercial_partner_id", "journal_id"],
        )
        owned = {
            (number, move.commercial_partner_id.id) for move in found for number in (move.name, move.ref)
        }
        loaded = {move.ref for move in found if move.journal_id.id == self._sale_journal_id}
        known = set()
        for row in rows:
            if (row.invoice, partners[row.customer].id) in owned:
                known.add(row.invoice)
            elif row.invoice in loaded:
                raise RowError(f"invoice {row.invoice} was loaded for another customer")
        return known

    def post_invoices(self, rows, partners):
        """Make and post the invoices of some rows.

        :return: ``{line of the row: account.move}``
        """
        Move = self._env["account.move"]
        moves = Move.create([self._prepare_invoice(row, partners[row.customer]) for row in rows])
        # Numbers that another system gave say nothing of gaps, and looking for them
        # would read the whole journal.
        with self._env.protecting([Move._fields["made_sequence_gap"]], moves):
            moves._post(soft=False)
            moves.made_sequence_gap = False
        for row, move in zip(rows, moves, strict=True):
            if move.currency_id.compare_amounts(move.amount_total, float(row.amount)):
                raise RowError(f"invoice {row.invoice} came to {move.amount_total}, not {row.amount}")
        return {row.line: move for row, move in zip(rows, moves, strict=True)}

    def _prepare_invoice(self, row, partner):
        values = {
            "move_type": "out_invoice",
            "journal_id": self._sale_journal_id,
            "company_id": self._env.company.id,
            "partner_id": partner.id,
            "currency_id": self._currency_ids[row.currency],
            "invoice_date": row.invoice_date,
            "date": row.invoice_date,
            "invoice_date_due": row.due_date,
            "invoice_payment_term_id": False,
            "fiscal_position_id": False,
            "ref": row.invoice,
            "payment_reference": row.invoice,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": row.invoice,
                        "quantity": 1,
                        "price_unit": float(row.amount),
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }
        if self._is_valid_number(row):
            return values | {"name": row.invoice}
        # Odoo numbers it, and the number of the ledger stays as its reference.
        return values | {"journal_id": self._numbered_journal_id}

    def _is_valid_number(self, row):
        """Whether Odoo takes the number: a year in it must be that of the invoice."""
        Move = self._env["account.move"]
        if Move._deduce_sequence_number_reset(row.invoice) == "never":
            return True
        values = {"name": row.invoice, "date": row.invoice_date, "invoice_date": row.invoice_date}
        return Move.new({"move_type": "out_invoice"} | values)._sequence_matches_date()

    def post_payments(self, rows, moves):
        """Receive the payments of some rows at their days and match them with the invoices."""
        if not rows:
            return
        payments = self._env["account.payment"].create(
            [self._prepare_payment(row, moves[row.line]) for row in rows]
        )
        payments.action_post()
        plan = [
            (payment.move_id + moves[row.line]).line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            for row, payment in zip(rows, payments, strict=True)
        ]
        self._env["account.move.line"]._reconcile_plan(plan)

    def _prepare_payment(self, row, move):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": move.partner_id.id,
            "amount": float(row.amount),
            "currency_id": move.currency_id.id,
            "date": row.settled,
            "journal_id": self._bank_journal_id,
            "memo": row.invoice,
            "invoice_ids": [Command.set(move.ids)],
        }
