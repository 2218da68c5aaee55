from odoo import api, fields, models
from odoo.fields import Domain


class DisputeComparisonPrice(models.AbstractModel):
    """Prices of the same goods: on the invoice, in the order, by the price list.

    Per unit of the invoice line, in its currency, less discount. For superuser code.
    """

    _name = "dispute.comparison.price"
    _description = "Dispute Price Comparison"

    @api.model
    def _get_net_price(self, line):
        return line.price_unit * (1 - line.discount / 100)

    @api.model
    def _get_order_price(self, line, ordered, rates):
        """:param ordered: sale.order.line billed by the invoice line
        :param rates: currency rates found so far, by currencies, company and date
        :return: their price, weighted by quantity when they differ, or None
        """
        if not ordered:
            return None
        total = weight = 0
        for item in ordered:
            unit, share = item.product_uom_id, item.product_uom_qty or 1
            share = unit._compute_quantity(share, line.product_uom_id, round=False, raise_if_failure=False)
            price = unit._compute_price(self._get_net_price(item), line.product_uom_id)
            total += share * price * self._get_rate(item.currency_id, line, rates)
            weight += share
        return total / weight

    @api.model
    def _get_rate(self, currency, line, rates):
        if currency == line.currency_id:
            return 1
        date = line.move_id.invoice_date or line.move_id.date
        key = (currency, line.currency_id, line.company_id, date)
        if key not in rates:
            rates[key] = currency._get_conversion_rate(*key)
        return rates[key]

    @api.model
    def _get_pricelist_prices(self, ordered_by_line):
        """What price lists say, their rules read once for all lines.

        The list is that of the order, with its date and quantity; without an order it is the
        customer's, on the date of the invoice.

        :param ordered_by_line: ``{account.move.line: sale.order.line that it bills}``
        :return: ``{account.move.line: price}`` of those that a price list applies to
        """
        facts = {}
        for line, ordered in ordered_by_line.items():
            if not line.product_id or line.is_downpayment:
                continue
            item = ordered[:1].with_prefetch(ordered._prefetch_ids)
            found = self._get_pricelist_facts(line, item)
            if found[0]:
                facts[line] = found
        if not facts:
            return {}
        rules, rates = self._get_rules(facts), {}
        return {
            line: self._get_pricelist_price(line, rules, *found)
            * self._get_rate(found[0].currency_id, line, rates)
            for line, found in facts.items()
        }

    @api.model
    def _get_pricelist_facts(self, line, item):
        """:return: price list, moment, quantity, its unit and the product that it is asked for"""
        if item:
            product = item.product_id.with_context(**item._get_product_price_context())
            quantity, unit = item.product_uom_qty or line.quantity, item.product_uom_id
            return item.order_id.pricelist_id, item.order_id.date_order, quantity, unit, product
        partner = line.move_id.partner_id.with_company(line.company_id)
        moment = fields.Datetime.to_datetime(line.move_id.invoice_date or line.move_id.date)
        pricelist = partner.property_product_pricelist
        return pricelist, moment, line.quantity, line.product_uom_id, line.product_id

    @api.model
    def _get_rules(self, facts):
        """:return: product.pricelist.item that may apply to these products, by price list"""
        Product, Pricelist = self.env["product.product"], self.env["product.pricelist"]
        products = Product.browse({found[4].id for found in facts.values()})
        pricelists = Pricelist.union(*(found[0] for found in facts.values()))
        domain = (
            Domain("pricelist_id", "in", pricelists.ids)
            & (Domain("categ_id", "=", False) | Domain("categ_id", "parent_of", products.categ_id.ids))
            & Domain("product_tmpl_id", "in", [False, *products.product_tmpl_id.ids])
            & Domain("product_id", "in", [False, *products.ids])
        )
        return self.env["product.pricelist.item"].search(domain).grouped("pricelist_id")

    @api.model
    def _get_pricelist_price(self, line, rules, pricelist, moment, quantity, unit, product):
        company = line.company_id
        in_product_unit = unit._compute_quantity(quantity, product.uom_id, raise_if_failure=False)
        rule = next(
            (
                rule
                for rule in rules.get(pricelist, ())
                if (not rule.date_start or rule.date_start <= moment)
                and (not rule.date_end or rule.date_end >= moment)
                and rule._is_applicable_for(product, in_product_unit)
            ),
            self.env["product.pricelist.item"],
        )
        price = rule.with_company(company)._compute_price(
            product.with_company(company),
            quantity,
            line.product_uom_id,
            date=moment,
            currency=pricelist.currency_id,
        )
        # As Odoo does when it fills in the price of an order line.
        return product._get_tax_included_unit_price_from_price(
            price,
            product_taxes=product.taxes_id._filter_taxes_by_company(company),
            fiscal_position=line.move_id.fiscal_position_id,
        )
