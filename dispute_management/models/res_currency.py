from odoo import models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _dispute_to_units(self, amount):
        """:return: an amount of this currency in its smallest unit, as an integer"""
        self.ensure_one()
        return round(amount / self.rounding)

    def _dispute_from_units(self, units):
        """:return: the amount that so many smallest units of this currency are"""
        self.ensure_one()
        return self.round(units * self.rounding) if units else 0.0
