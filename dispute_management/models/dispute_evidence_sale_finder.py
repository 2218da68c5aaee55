from odoo import api, models
from odoo.fields import Domain

from ..tools import evidence_source as source
from .dispute_evidence_finder import Found


class DisputeEvidenceSaleFinder(models.AbstractModel):
    """What sales and stock hold about disputed invoices, where these apps are installed."""

    _inherit = "dispute.evidence.finder"

    @api.model
    def _find(self, cases):
        found = super()._find(cases)
        if "sale_line_ids" not in self.env["account.move.line"]._fields:
            return found
        # Only what the disputed lines are about: an invoice may bill the orders of a month.
        comparison = self.env["dispute.comparison"]
        items = {
            case: self.env["sale.order.line"].union(
                *(line.sale_line_ids for line in comparison._get_claimed_lines(case))
            )
            for case in cases
        }
        every = self.env["sale.order.line"].union(*items.values())
        if every:
            transfers = self._get_transfers(every)
            files = self._get_files(every.order_id) | self._get_files(transfers)
            for case, lines in items.items():
                # Read together with those of the other cases.
                lines = lines.with_prefetch(every._prefetch_ids)
                found[case] += self._find_orders(lines.order_id, files)
                found[case] += self._find_transfers(lines, transfers, files)
        return found

    @api.model
    def _get_files(self, records):
        """:return: ``{record: ir.attachment}`` kept with orders or transfers"""
        if not records:
            return {}
        files = self.env["ir.attachment"].search(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids), order="id"
        )
        return {records.browse(res_id): kept for res_id, kept in files.grouped("res_id").items()}

    @api.model
    def _find_orders(self, orders, files):
        nothing = self.env["ir.attachment"]
        for order in orders:
            name = " · ".join(filter(None, [order.name, order.client_order_ref]))
            yield Found(source.SALE_ORDER, order, name, files.get(order, nothing))
        for pricelist in orders.pricelist_id:
            yield Found(source.PRICELIST, pricelist, pricelist.name, nothing)

    @api.model
    def _get_transfers(self, lines):
        """:return: what was shipped to customers for order lines, or came back from them"""
        if "move_ids" not in lines._fields:
            return self.env["dispute.evidence"].browse()
        return lines.move_ids.picking_id.filtered(
            lambda transfer: (
                transfer.state == "done"
                and "customer" in (transfer.location_dest_id.usage, transfer.location_id.usage)
            )
        )

    @api.model
    def _find_transfers(self, lines, transfers, files):
        for transfer in transfers and lines.move_ids.picking_id & transfers:
            kept = files.get(transfer, self.env["ir.attachment"])
            if transfer.location_dest_id.usage != "customer":
                kind = source.RETURN
            else:
                kind = source.SIGNED_DELIVERY if kept or transfer.signature else source.DELIVERY
            yield Found(kind, transfer, transfer.name, kept)
