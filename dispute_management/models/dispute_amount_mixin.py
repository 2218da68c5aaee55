from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.amount_split import PARTS

#: Fields of the parts of a claim, the rest last: it takes the odd cent in conversions.
AMOUNT_PARTS = tuple(f"amount_{part}" for part in (*PARTS, "open"))


def _part(string, help_text):
    return fields.Monetary(
        string=string,
        compute="_compute_amounts",
        store=True,
        currency_field="currency_id",
        help=help_text,
    )


def _company_part(string):
    return fields.Monetary(
        string=string,
        compute="_compute_amounts",
        store=True,
        currency_field="company_currency_id",
    )


class DisputeAmountMixin(models.AbstractModel):
    """The parts of a claim, in its currency and in the company's.

    Claim = open + credited + refunded + rebilled + applied + written off + rejected
    + paid after, always, to the cent, in both currencies (`tools/amount_split.py`). Who mixes this in defines `_compute_amounts`.
    """

    _name = "dispute.amount.mixin"
    _description = "Dispute Amounts"

    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    company_currency_id = fields.Many2one("res.currency")

    amount_open = _part("Open", "Claimed, and neither settled, refused nor paid.")
    amount_credited = _part("Credited", "Credit notes posted for this claim.")
    amount_refunded = _part("Refunded", "Credited and paid out.")
    amount_rebilled = _part("Re-invoiced", "Credited and invoiced again.")
    amount_applied = _part("Applied", "Matched with credits the customer had.")
    amount_written_off = _part("Written Off", "Booked as a loss.")
    amount_rejected = _part("Refused", "Refused or withdrawn, and not paid yet.")
    amount_paid_after = _part("Paid after", "Paid by the customer after claiming.")

    amount_open_company = _company_part("Open (company currency)")
    amount_credited_company = _company_part("Credited (company currency)")
    amount_refunded_company = _company_part("Refunded (company currency)")
    amount_rebilled_company = _company_part("Re-invoiced (company currency)")
    amount_applied_company = _company_part("Applied (company currency)")
    amount_written_off_company = _company_part("Written off (company currency)")
    amount_rejected_company = _company_part("Refused (company currency)")
    amount_paid_after_company = _company_part("Paid after (company currency)")

    def init(self):
        super().init()
        if self._abstract:
            return
        # Most parts of most claims stay zero: a new row has them without being written again.
        for name in self._get_amount_names():
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT 0",
                    SQL.identifier(self._table),
                    SQL.identifier(name),
                )
            )

    def _get_amount_names(self):
        """:return: names of all parts, in both currencies"""
        return [*AMOUNT_PARTS, *(f"{name}_company" for name in AMOUNT_PARTS)]

    @api.model
    def _get_customer_parts(self, amounts):
        """What customers read of the parts of a claim, without what is open.

        :param amounts: ``{field: amount}``, or a record with the parts
        :return: list of (label, amount); nothing of it is left out
        """
        # Where an amount went inside our books (applied, written off) is one thing to a customer: settled.
        parts = [
            (self.env._("Credited"), amounts["amount_credited"]),
            (self.env._("Refunded"), amounts["amount_refunded"]),
            (self.env._("Invoiced anew"), amounts["amount_rebilled"]),
            (self.env._("Settled otherwise"), amounts["amount_applied"] + amounts["amount_written_off"]),
            (self.env._("Paid"), amounts["amount_paid_after"]),
            (self.env._("Not accepted"), amounts["amount_rejected"]),
        ]
        return [(label, amount) for label, amount in parts if amount]

    def _assign_amounts(self, amounts):
        """Set the amounts that are others than before; to be called by a compute method.

        :param amounts: ``{field: amount}``
        """
        self.ensure_one()
        for name, amount in amounts.items():
            if self[name] != amount:
                self[name] = amount

    def _get_amount_gaps(self, expected, origin):
        """Where stored amounts are not what they should be.

        :param expected: ``{field: amount}``
        :param origin: what the expected amounts are those of
        :return: list of sentences
        """
        self.ensure_one()
        gaps = []
        for name, amount in expected.items():
            currency = self[self._fields[name].get_currency_field(self)]
            if currency.compare_amounts(self[name], amount):
                gaps.append(
                    self.env._(
                        "%(origin)s: %(part)s is %(stored)s here, %(amount)s by the ledger.",
                        origin=origin,
                        part=self._fields[name]._description_string(self.env),
                        stored=currency.format(self[name]),
                        amount=currency.format(amount),
                    )
                )
        return gaps
