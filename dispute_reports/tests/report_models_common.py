from datetime import datetime

from odoo.fields import Command

from .common import DisputeReportCommon


class ReportModelsCommon(DisputeReportCommon):
    """More cases: some that waited, one that was reopened, one that was answered, one of a product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create({"name": "Pallet", "list_price": 90})
        # A case that waited for the customer twice, the second time past its deadlines.
        cls.waited = cls._open(
            90,
            "2025-04-01 00:00:00",
            partner=cls.partner_a,
        )
        for name, moment in (
            ("checking", "2025-04-03 02:00:00"),
            ("waiting_customer", "2025-04-04 02:00:00"),
            ("checking", "2025-04-10 02:00:00"),
            ("waiting_customer", "2025-06-02 23:00:00"),
            ("checking", "2025-06-05 03:30:00"),
        ):
            cls.waited.sudo()._move_to_stage(cls._stage(name), at=datetime.fromisoformat(moment))
        # One that waits for the customer still, and one that was reopened.
        cls.pausing = cls._open(70, "2025-05-01 00:00:00", partner=cls.partner_b)
        cls.pausing.sudo()._move_to_stage(cls._stage("waiting_customer"), at=datetime(2025, 5, 2, 1))
        cls.reopened = cls._open(60, "2025-05-05 00:00:00")
        cls._end(cls.reopened, "REJ", "2025-05-09 00:00:00")
        cls.reopened.sudo()._move_to_stage(cls._stage("checking"), at=datetime(2025, 5, 20, 1))
        cls.answered = cls._open(55, "2025-05-06 21:00:00")
        cls.answered.sudo().date_first_response = datetime(2025, 5, 8, 1, 15)
        # An invoice line of a product.
        invoice = cls.init_invoice(
            "out_invoice",
            partner=cls.partner_b,
            invoice_date="2025-05-01",
            post=True,
            products=cls.product,
            taxes=cls.env["account.tax"],
        )
        cls.by_product = (
            cls.env["dispute.case"]
            .with_user(cls.clerk)
            .create(
                {
                    "reason_id": cls.quantity.id,
                    "team_id": cls.team.id,
                    "line_ids": [
                        Command.create(
                            {
                                "move_id": invoice.id,
                                "move_line_id": invoice.invoice_line_ids.id,
                                "amount": 30,
                            }
                        )
                    ],
                }
            )
        )
        cls.all_cases = cls.env["dispute.case"].sudo().search([("company_id", "=", cls.company.id)])
        cls.counted = cls.all_cases.filtered(lambda case: case.resolution_id.code != "MRG")
        cls.env.flush_all()

    def _report(self, name, user=None):
        return (
            self.env[f"dispute.{name}.report"]
            .with_user(user or self.viewer)
            .with_context(allowed_company_ids=self.company.ids, tz="UTC")
        )

    def _get_by(self, report, groupby, *measures):
        return {value: tuple(figures) for value, *figures in report._read_group([], [groupby], measures)}
