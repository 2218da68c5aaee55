from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from odoo.addons.dispute_reports.models.digest_digest import DIGEST_KPIS
from odoo.addons.dispute_reports.tools.kpi import (
    KPIS,
    days_disputes_outstanding,
    share,
)

from .common import DisputeReportCommon


class TestKpiRules(BaseCase):
    def test_days_disputes_outstanding(self):
        for owed, opened, expected in [(100, 900, 10), (0, 900, 0), (100, 0, None)]:
            self.assertEqual(days_disputes_outstanding(owed, opened), expected)

    def test_share(self):
        self.assertEqual((share(1, 4), share(0, 4), share(1, 0)), (0.25, 0, None))

    def test_keys_are_told_apart(self):
        self.assertEqual(len({kpi.key for kpi in KPIS}), len(KPIS))


@tagged("post_install", "-at_install")
class TestKpi(DisputeReportCommon):
    def _get_values(self, *period, user=None, **options):
        return (
            self.env["dispute.kpi"]
            .with_user(user or self.viewer)
            ._get_values(self.company, *period, **options)
        )

    def test_every_figure_says_what_it_is(self):
        values = self._get_values()
        labels = self.env["dispute.kpi"]._get_labels()
        self.assertEqual({key for key, *_rest in labels}, set(values))
        for key, title, formula, kind, better in labels:
            with self.subTest(key):
                self.assertTrue(title)
                self.assertTrue(formula)
                self.assertIn(kind, ("integer", "money", "days", "hours", "percent", "grade"))
                self.assertIn(better, (-1, 0, 1))

    def test_a_period(self):
        values = self._get_values(date(2025, 2, 1), date(2025, 2, 28))
        self.assertEqual(
            {key: values[key] for key in ("opened", "amount_opened", "closed", "amount_closed")},
            # 100 + 200 + 150 opened; 100 + 200 closed.
            {"opened": 3, "amount_opened": 450, "closed": 2, "amount_closed": 300},
        )
        self.assertEqual((values["cycle_days"], values["cycle_days_median"]), (15, 15))
        self.assertAlmostEqual(values["cycle_days_p90"], 19, 6)
        self.assertAlmostEqual(values["valid_amount_rate"], 100 / 300, 6)
        self.assertAlmostEqual(values["credit_rate"], 100 / 300, 6)
        # As things stand now, whatever the period.
        self.assertEqual((values["open"], values["amount_open"]), (1, 150))

    def test_the_figures_are_those_of_the_reports(self):
        """Whatever a pivot shows of the same rows, is the key figure."""
        for kpi in KPIS:
            domain = list(kpi.domain) + [("company_id", "=", self.company.id)]
            ((figure,),) = (
                self.env[kpi.model]
                .with_user(self.viewer)
                .with_context(allowed_company_ids=self.company.ids)
                ._read_group(domain, [], [kpi.measure])
            )
            with self.subTest(kpi.key):
                self.assertEqual(self._get_values(keys=[kpi.key])[kpi.key] or 0, figure or 0)

    def test_standing_figures(self):
        values = self._get_values()
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        )
        owed = sum(
            move.currency_id._convert(
                move.dispute_amount_owed, self.company.currency_id, self.company, move.invoice_date
            )
            for move in moves
        )
        receivable = sum(moves.mapped("amount_residual_signed")) + sum(
            self.env["account.move"]
            .search([("company_id", "=", self.company.id), ("move_type", "=", "out_refund")])
            .mapped("amount_residual_signed")
        )
        self.assertAlmostEqual(values["disputed_share"], owed / receivable, 6)
        # Nothing was opened of late.
        self.assertIsNone(values["ddo"])
        # None of the quantity cases was closed, so nothing is expected of the one that is open.
        self.assertEqual(values["amount_expected"], 0)
        self._open(50, "2025-03-01 00:00:00")
        # Of prices, 100 of 340 were credited.
        self.assertAlmostEqual(self._get_values()["amount_expected"], round(50 * 100 / 340, 2), 6)

    def test_days_disputes_outstanding_of_new_cases(self):
        yesterday = (self.env.cr.now() - timedelta(days=1)).replace(microsecond=0)
        self._open(90, yesterday)
        values = self._get_values()
        self.assertAlmostEqual(values["ddo"], (150 + 90) / (90 / 90), 6)
        of_team = self._get_values(teams=self.team)
        self.assertAlmostEqual(of_team["ddo"], values["ddo"], 6)
        other = self.env["dispute.team"].sudo().create({"name": "Other"})
        self.assertIsNone(self._get_values(teams=other)["ddo"])
        self.assertEqual(self._get_values(teams=other)["opened"], 0)

    def test_others_are_refused(self):
        with self.assertRaises(AccessError):
            self._get_values(user=self.outsider)

    def test_digest(self):
        digest = self.env["digest.digest"].create(
            {
                "name": "Disputes",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.viewer.ids)],
                "kpi_res_users_connected": False,
                "kpi_mail_message_total": False,
                **dict.fromkeys(DIGEST_KPIS, True),
            }
        )
        in_february = digest.with_user(self.viewer).with_context(
            start_datetime=datetime(2025, 2, 1), end_datetime=datetime(2025, 3, 1)
        )
        values = self._get_values(date(2025, 2, 1), date(2025, 2, 28))
        for name, key in DIGEST_KPIS.items():
            factor = 100 if key == "attainment" else 1
            self.assertAlmostEqual(in_february[f"{name}_value"], (values[key] or 0) * factor, 6)
        told = digest._compute_kpis(self.company, self.viewer)
        self.assertEqual({kpi["kpi_name"] for kpi in told}, set(DIGEST_KPIS))
        # Who may not read disputes gets none of their figures.
        self.assertFalse(digest._compute_kpis(self.company, self.outsider))

    def test_digest_tells_nothing_of_another_company(self):
        other = self.setup_other_company(name="Other company")["company"]
        stranger = self._create_user("digest_stranger", "group_dispute_viewer")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        digest = self.env["digest.digest"].create(
            {"name": "Disputes", "company_id": False, **dict.fromkeys(DIGEST_KPIS, True)}
        )
        period = {"start_datetime": datetime(2025, 2, 1), "end_datetime": datetime(2025, 3, 1)}

        def read(user):
            of_user = digest.with_context(**period).with_user(user).with_company(user.company_id)
            of_user.invalidate_model()
            return of_user.kpi_dispute_opened_value, of_user.kpi_dispute_open_amount_value

        # A digest of no company tells everyone of theirs.
        self.assertEqual(read(self.viewer), (3, 150))
        self.assertEqual(read(stranger), (0, 0))
        # One of a company tells others nothing at all.
        digest.company_id = self.company
        self.assertEqual(read(self.viewer), (3, 150))
        told = {kpi["kpi_name"] for kpi in digest._compute_kpis(other, stranger)}
        self.assertFalse(told & set(DIGEST_KPIS))
