from fractions import Fraction

from odoo import models
from odoo.fields import Command

from ..tools.proportion import reduce_to


class DisputeSettlementReductionMixin(models.AbstractModel):
    """The lines of an invoice reduced to what is credited of it, to the cent.

    Every price and every tax is credited in the same proportion, fixed taxes included, of what
    earlier credit notes left of it. Odoo's tax engine says what the invoice comes to by price and
    by tax; what is credited of each is handed to it with the line (`extra_tax_data`), so that
    nothing is computed anew.
    """

    _name = "dispute.settlement.reduction.mixin"
    _description = "Dispute Settlement: Reduced Invoice"

    def _prepare_reduced_lines(self):
        """:return: list of values of invoice lines that with taxes total what is to be credited"""
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        amount = self._get_amount_to_credit()
        lines = [self._prepare_reduced_base(line) for line in self._get_lines_to_reduce()]
        company_currency = invoice.company_currency_id
        company_amount = company_currency.round(amount * self.dispute_line_id._get_company_rate())
        credited = self._get_credited_lines()
        share = self._reduce(lines, credited, "_currency", invoice.currency_id, amount)
        # The last credit note takes the odd cents of the company's currency.
        rest = False if credited and share == 1 else company_amount
        self._reduce(lines, credited, "", company_currency, rest)
        for line in lines:
            self._set_price(line, share if not credited else self._get_share(line, share))
        return [self._prepare_reduced_line(line) for line in lines if self._is_worth_a_line(line)]

    def _get_credited_lines(self):
        """:return: the lines of the invoice's earlier credit notes, as the tax engine takes them;
        none where chosen lines are credited
        """
        self.ensure_one()
        if self.item_ids:
            return []
        refunds = self.dispute_line_id.move_id.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and not move._dispute_get_undone()
        )
        return [line for refund in refunds for line in refund._get_rounded_base_and_tax_lines()[0]]

    def _get_lines_to_reduce(self):
        """:return: the lines of the invoice, as the tax engine takes them, that are reduced"""
        self.ensure_one()
        base_lines, _tax_lines = self.dispute_line_id.move_id._get_rounded_base_and_tax_lines()
        chosen = self.item_ids.move_line_id
        return [line for line in base_lines if not chosen or line["id"] in chosen.ids]

    def _prepare_reduced_base(self, base_line):
        """:return: a line of the tax engine, of one piece, whose amounts are yet to be set"""
        return {
            **base_line,
            "quantity": 1.0,
            "discount": 0.0,
            "computation_key": f"dispute_settlement_line,{self.id}",
            "manual_tax_amounts": {
                str(tax_data["tax"].id): {}
                for tax_data in base_line["tax_details"]["taxes_data"]
                if not tax_data["is_reverse_charge"]
            },
            "invoiced_price": base_line["price_unit"]
            * base_line["quantity"]
            * (1 - base_line["discount"] / 100),
        }

    def _reduce(self, lines, credited, suffix, currency, amount):
        """Set what is credited of prices and taxes, in one currency.

        :param lines: lines of the tax engine
        :param credited: those of earlier credit notes
        :param suffix: of its amounts in this currency
        :param currency: res.currency
        :param amount: what all of it is to total; False: all that is left
        :return: the share of the invoice that is credited, a Fraction
        """
        units = currency._dispute_to_units
        pieces = self._get_pieces(lines, suffix, units)
        left = self._deduct(pieces, self._get_pieces(credited, suffix, units))
        if amount is False or sum(map(self._sum_units, left.values())) >= units(amount):
            pieces = left
        sums = [self._sum_units(group) for group in pieces.values()]
        total = sum(sums) if amount is False else units(amount)
        share = Fraction(total, sum(sums) or 1)
        totals = reduce_to(total, sums, share)
        for (tax, group), part in zip(pieces.items(), totals, strict=True):
            reduced = reduce_to(part, [units for _line, units in group], share)
            for (line, _units), unit in zip(group, reduced, strict=True):
                target = line["manual_tax_amounts"][str(tax.id)] if tax else line
                name = f"tax_amount{suffix}" if tax else f"manual_total_excluded{suffix}"
                target[name] = currency._dispute_from_units(unit)
        for line in lines:
            self._reduce_bases(line, suffix, currency, share)
        return share

    def _get_pieces(self, lines, suffix, units):
        """:return: ``{tax: [(line, units)]}``: of each tax, and of the prices (False), what every
        line has
        """
        pieces = {False: []}
        for line in lines:
            details = line["tax_details"]
            net = details[f"total_excluded{suffix}"] + details[f"delta_total_excluded{suffix}"]
            pieces[False].append((line, units(net)))
            reversed_taxes = {data["tax"] for data in details["taxes_data"] if data["is_reverse_charge"]}
            for data in details["taxes_data"]:
                # What is charged and taken back in the same line is no part of its total.
                if data["tax"] not in reversed_taxes:
                    pieces.setdefault(data["tax"], []).append((line, units(data[f"tax_amount{suffix}"])))
        return pieces

    def _deduct(self, pieces, credited):
        """:return: pieces less what was credited of lines with the same account and taxes"""
        left = {}
        for tax, group in pieces.items():
            gone = {}
            for line, units in credited.get(tax, ()):
                gone[self._get_sort(line)] = gone.get(self._get_sort(line), 0) + units
            left[tax] = []
            by_sort = {}
            for line, units in group:
                by_sort.setdefault(self._get_sort(line), []).append((line, units))
            for sort, members in by_sort.items():
                total = self._sum_units(members)
                rest = total - gone.get(sort, 0)
                reduced = reduce_to(rest, [units for _line, units in members], Fraction(rest, total or 1))
                left[tax] += zip((line for line, _units in members), reduced, strict=True)
        return left

    def _get_sort(self, line):
        return line["account_id"].id, line["tax_ids"]

    def _sum_units(self, group):
        return sum(units for _line, units in group)

    def _get_share(self, line, share):
        """:return: the share of the price of one line that is credited, a Fraction"""
        details = line["tax_details"]
        units = line["currency_id"]._dispute_to_units
        net = units(details["total_excluded_currency"] + details["delta_total_excluded_currency"])
        return Fraction(units(line["manual_total_excluded_currency"]), net) if net else share

    def _reduce_bases(self, line, suffix, currency, share):
        """Set of what the taxes of a line are reported, and taxes that it takes back itself."""
        details = line["tax_details"]
        net = details[f"total_excluded{suffix}"] + details[f"delta_total_excluded{suffix}"]
        for data in details["taxes_data"]:
            amounts = line["manual_tax_amounts"][str(data["tax"].id)]
            base = data[f"base_amount{suffix}"]
            is_net = not currency.compare_amounts(base, net)
            amounts[f"base_amount{suffix}"] = (
                line[f"manual_total_excluded{suffix}"] if is_net else currency.round(base * float(share))
            )
            if not data["is_reverse_charge"] and f"tax_amount{suffix}" not in amounts:
                amounts[f"tax_amount{suffix}"] = currency.round(data[f"tax_amount{suffix}"] * float(share))

    def _set_price(self, line, share):
        """Set the price that a line shows: taxes included where they are on the invoice."""
        included = line["manual_tax_amounts"] and any(
            data["price_include"] for data in line["tax_details"]["taxes_data"]
        )
        line["price_unit"] = (
            line["currency_id"].round(line["invoiced_price"] * float(share))
            if included
            else line["manual_total_excluded_currency"]
        )

    def _is_worth_a_line(self, line):
        """:return: whether anything is credited by a line of the tax engine"""
        amounts = [line["price_unit"], line["manual_total_excluded_currency"]]
        amounts += [amounts["tax_amount_currency"] for amounts in line["manual_tax_amounts"].values()]
        return not all(map(line["currency_id"].is_zero, amounts))

    def _prepare_reduced_line(self, base_line):
        """:return: values of the invoice line for one reduced line of the tax engine"""
        invoiced = self.env["account.move.line"].browse(base_line["id"] or ())
        return {
            "name": invoiced.name or base_line["product_id"].display_name,
            "product_id": base_line["product_id"].id,
            "quantity": 1,
            "price_unit": base_line["price_unit"],
            "tax_ids": [Command.set(base_line["tax_ids"].ids)],
            "account_id": base_line["account_id"].id,
            "analytic_distribution": base_line["analytic_distribution"],
            "extra_tax_data": self.env["account.tax"]._export_base_line_extra_tax_data(base_line),
        }
