from dataclasses import dataclass

from odoo import models


@dataclass(frozen=True)
class FiledDocuments:
    """What one form is about: invoices and payments of one customer, company and currency.

    :param moves: account.move
    :param payments: account.payment
    :param link: dispute.link by which the form was opened without login, or empty
    """

    moves: models.BaseModel
    payments: models.BaseModel
    link: models.BaseModel

    def __bool__(self):
        return bool(self.moves or self.payments)

    @property
    def all(self):
        """The documents, one by one, invoices first."""
        return [*self.moves, *self.payments]

    @property
    def first(self):
        return self.moves[:1] or self.payments[:1]

    @property
    def company(self):
        return self.first.company_id

    @property
    def currency(self):
        return self.first.currency_id

    @property
    def partner(self):
        return self.first.partner_id.commercial_partner_id

    @property
    def is_single_invoice(self):
        return len(self.moves) == 1 and not self.payments

    @property
    def key(self):
        """What a one-time key of a form is for."""
        return (*self.moves.sorted("id").ids, "p", *self.payments.sorted("id").ids, "l", *self.link.ids)

    @property
    def is_one_case(self):
        """Whether one case can be about all of them."""
        partners = (
            self.moves.partner_id.commercial_partner_id | self.payments.partner_id.commercial_partner_id
        )
        companies = self.moves.company_id | self.payments.company_id
        currencies = self.moves.currency_id | self.payments.currency_id
        return len(partners) == len(companies) == len(currencies) == 1

    def get_amount_name(self, document):
        """:return: name of the input for the amount of a document"""
        if len(self.all) == 1:
            return "amount"
        return f"amount_{'m' if document._name == 'account.move' else 'p'}{document.id}"
