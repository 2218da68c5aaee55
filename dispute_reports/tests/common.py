from datetime import datetime

from odoo.addons.dispute_management.tests.common import DisputeCommon

# The company of the tests works where the day begins twelve or thirteen hours before UTC's.
ZONE = "Pacific/Auckland"


class DisputeReportCommon(DisputeCommon):
    """A handful of cases whose figures can be worked out by hand.

    ======== ====== ========= =============== ============ ===== ================
    case     reason claim     opened (local)  closed       days  end
    ======== ====== ========= =============== ============ ===== ================
    credited PRI    100.00    2025-02-01      2025-02-11   10    CRF, valid
    refused  PRI    200.00    2025-02-03      2025-02-23   20    REJ, not valid
    foreign  QTY    300 EUR   2025-02-05                         open (150.00)
    silent   PRI    40.00     2025-03-01      2025-03-31   30    NOA, not decided
    merged   PRI    1000.00   2025-02-01      2025-02-02         MRG, left out
    ======== ====== ========= =============== ============ ===== ================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Auckland", "tz": ZONE, "company_id": cls.company.id}
        )
        cls.euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        cls.price = cls.env.ref("dispute_management.dispute_reason_pri")
        cls.quantity = cls.env.ref("dispute_management.dispute_reason_qty")
        cls.germany, cls.france = cls.env.ref("base.de"), cls.env.ref("base.fr")
        cls.tag_big, cls.tag_new = cls.env["res.partner.category"].create([{"name": "Big"}, {"name": "New"}])
        cls.partner_a.write(
            {
                "country_id": cls.germany.id,
                "category_id": [(6, 0, (cls.tag_big + cls.tag_new).ids)],
            }
        )
        cls.partner_b.write({"country_id": cls.france.id, "category_id": [(6, 0, cls.tag_big.ids)]})

        # 31 January 12:30 in UTC is 1 February in Auckland.
        cls.credited = cls._open(100, "2025-01-31 12:30:00")
        cls.refused = cls._open(200, "2025-02-03 00:00:00", partner=cls.partner_b)
        cls.foreign = cls._open(
            300, "2025-02-05 00:00:00", reason_id=cls.quantity.id, currency_id=cls.euro.id
        )
        cls.silent = cls._open(40, "2025-03-01 00:00:00", partner=cls.partner_b)
        cls.merged = cls._open(1000, "2025-02-01 00:00:00")

        cls._credit(cls.credited)
        cls._end(cls.credited, "CRF", "2025-02-10 12:00:00")
        cls._end(cls.refused, "REJ", "2025-02-23 00:00:00")
        cls._end(cls.silent, "NOA", "2025-03-31 00:00:00")
        cls._end(cls.merged, "MRG", "2025-02-02 00:00:00")
        cls.cases = cls.credited + cls.refused + cls.foreign + cls.silent
        cls.env.flush_all()

    @classmethod
    def _open(cls, amount, opened, partner=None, currency_id=None, **values):
        invoice = cls._create_invoice_of(
            amount, partner=partner, invoice_date="2025-01-15", currency_id=currency_id
        )
        values = {"reason_id": cls.price.id, "team_id": cls.team.id} | values
        return cls._create_case({invoice: amount}, date_opened=opened, **values)

    @classmethod
    def _credit(cls, case):
        settlement = (
            cls.env["dispute.settlement"]
            .sudo()
            .create(
                {
                    "case_id": case.id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "dispute_line_id": line.id,
                                "kind": "credit_note",
                                "amount": line.amount,
                            },
                        )
                        for line in case.line_ids
                    ],
                }
            )
        )
        settlement._set_state("approved")
        settlement._execute()

    @classmethod
    def _end(cls, case, code, moment):
        case.sudo()._close(cls._resolution(code), cause=cls.cause, at=datetime.fromisoformat(moment))

    def _get_report(self, user=None):
        return (
            self.env["dispute.report"]
            .with_user(user or self.viewer)
            .with_context(allowed_company_ids=self.company.ids, tz="UTC")
        )

    def _get_figures(self, groupby, *measures, domain=(), user=None):
        """:return: ``{label of the group: measure or tuple of measures}``"""
        groups = self._get_report(user)._read_group(list(domain), [groupby], measures)
        return {
            getattr(value, "display_name", value) or value: (
                figures[0] if len(figures) == 1 else tuple(figures)
            )
            for value, *figures in groups
        }
