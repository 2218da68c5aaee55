from odoo import api, models

from .dispute_hold_mixin import HOLD

#: In the context, says that a payment is for what is not in dispute. An object, since what a
#: client puts into its context is text and numbers.
UNDISPUTED = object()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        res = super().write(vals)
        if "no_followup" in vals and self.env.context.get("dispute_hold") is not HOLD:
            self.move_id._dispute_taken_over()
        return res

    def _inverse_no_followup(self):
        # The hold writes all receivable lines of an invoice at once; there is nothing to
        # bring into line afterwards.
        if self.env.context.get("dispute_hold") is not HOLD:
            super()._inverse_no_followup()

    def _dispute_get_claim(self, quantity=None, price=None):
        """What a claim on this invoice line comes to, taxes following.

        :param quantity: how many of it are disputed; none for all
        :param price: what a unit should have cost; none disputes all that it cost
        :return: amount with taxes, in the invoice's currency, at least 0
        """
        self.ensure_one()
        quantity = self.quantity if quantity is None else min(max(0, quantity), self.quantity)
        if not self.quantity:
            return self.price_total
        share = quantity / self.quantity
        if price is not None and self.price_unit:
            share *= 1 - min(1, max(0, price) / self.price_unit)
        return self.currency_id.round(self.price_total * share)

    @api.model
    def _prepare_reconciliation_plan(self, plan, amls_values_map, shadowed_aml_values=None):
        # A settlement matches no more of an invoice than was decided.
        limits = self.env.context.get("dispute_match_limit") or {}
        for line, values in amls_values_map.items():
            if line.id in limits:
                values["amount_residual"], values["amount_residual_currency"] = limits[line.id]
        if self.env.context.get("dispute_matching") is UNDISPUTED:
            plan["amls"]._dispute_spare(amls_values_map)
        return super()._prepare_reconciliation_plan(
            plan, amls_values_map, shadowed_aml_values=shadowed_aml_values
        )

    def _dispute_spare(self, amls_values_map):
        """Leave what is in dispute out of a matching: of each invoice, what is due last.

        :param amls_values_map: Odoo's amounts to match, by line; lowered here
        """
        owing = self.filtered(
            lambda line: line.move_id.dispute_amount_owed and line.amount_residual_currency > 0
        )
        for move, lines in owing.grouped("move_id").items():
            spared = move.dispute_amount_owed
            for line in lines.sorted("date_maturity", reverse=True):
                values = amls_values_map[line]
                owed = values["amount_residual_currency"]
                part = min(spared, owed)
                share = 1 - part / owed
                values["amount_residual"] = line.company_currency_id.round(values["amount_residual"] * share)
                values["amount_residual_currency"] = line.currency_id.round(owed - part)
                spared -= part
