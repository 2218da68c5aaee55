from odoo.fields import Command
from odoo.tests import tagged

from .settlement_common import SettlementCommon


@tagged("post_install", "-at_install")
class TestStatementWords(SettlementCommon):
    """What a customer reads of a settlement."""

    def test_each_document_is_named_once(self):
        """The lines have their own table: in the facts above it an invoice stands by its number."""
        first = self._create_invoice_of(100)
        second = self._create_invoice(
            invoice_line_ids=[
                self._prepare_invoice_line(price_unit=price, name=name, tax_ids=[])
                for name, price in (("Chairs", 30), ("Tables", 20))
            ],
            post=True,
        )
        case = self._create_case({first: 100})
        case.write(
            {
                "line_ids": [
                    Command.create({"move_id": second.id, "move_line_id": item.id, "amount": 10})
                    for item in second.invoice_line_ids
                ]
            }
        )
        facts = dict(self._draft(case, ("credit_note", 40))._get_statement_facts())
        self.assertEqual(facts["Documents"], f"{first.name}, {second.name}")
