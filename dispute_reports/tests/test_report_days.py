from datetime import date, datetime, timedelta

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import DisputeReportCommon

DAY = date(2025, 3, 5)
#: From the day before to the day after, in steps of some hours.
OPENED = [datetime(2025, 3, 4) + timedelta(hours=hours, minutes=-1) for hours in range(0, 84, 6)]


@tagged("post_install", "-at_install")
class TestReportDays(DisputeReportCommon):
    """Conditions on days find what the days say, whatever the time zone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.opened = cls.env["dispute.case"].union(
            *(cls._open(10, moment.isoformat(" ")) for moment in OPENED)
        )
        for case, moment in zip(cls.opened[::2], OPENED[::2], strict=True):
            cls._end(case, "REJ", (moment + timedelta(hours=5)).isoformat(" "))
        # A day of closing is there of what is closed alone.
        cls.opened[1].sudo().date_closed = OPENED[2]
        cls.env.flush_all()

    def _get_report(self, zone):
        self.company.resource_calendar_id.tz = zone
        # Days that were worked out in another zone.
        self.env.invalidate_all()
        return self.env["dispute.report"].with_user(self.viewer).with_context(tz="UTC")

    def test_conditions_on_days(self):
        for zone in ("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "America/Havana"):
            report = self._get_report(zone)
            everything = report.search([])
            self.assertGreaterEqual(len(everything), len(OPENED))
            for name in ("date_opened", "date_closed"):
                for operator in ("<", "<=", ">", ">=", "=", "!="):
                    for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
                        domain = Domain(name, operator, day)
                        with self.subTest(zone=zone, domain=domain):
                            found = report.search(domain | Domain("id", "=", 0))
                            self.assertEqual(found, report.search(domain))
                            self.assertEqual(found, self._filter(everything, name, operator, day))

    @staticmethod
    def _filter(rows, name, operator, day):
        compare = {
            "<": lambda value: bool(value) and value < day,
            "<=": lambda value: bool(value) and value <= day,
            ">": lambda value: bool(value) and value > day,
            ">=": lambda value: bool(value) and value >= day,
            "=": lambda value: value == day,
            "!=": lambda value: value != day,
        }[operator]
        return rows.filtered(lambda row: compare(row[name]))

    def test_what_no_day_satisfies(self):
        report = self._get_report("Europe/Berlin")
        inside = Domain("date_opened", ">=", DAY) & Domain("date_opened", "<=", DAY)
        everything = report.search([])
        self.assertEqual(report.search(~inside), everything - report.search(inside))
        self.assertEqual(
            report.search(Domain("date_opened", "in", [DAY, DAY + timedelta(days=2)])),
            everything.filtered(lambda row: row.date_opened in (DAY, DAY + timedelta(days=2))),
        )

    def test_conditions_reach_the_table(self):
        report = self._get_report("Europe/Berlin")
        for name in ("date_opened", "date_closed"):
            query = report._search(Domain(name, ">=", DAY)).select()
            self.env.cr.execute(SQL("EXPLAIN %s", query))
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            # Bare of time zones, an index can find it.
            self.assertRegex(plan, rf"[( ]{name} >= '2025-03-04 10:00:00'")

    def test_amounts_of_one_currency_are_not_converted(self):
        specs = [
            "company_currency_id:array_agg_distinct",
            "amount_disputed:sum_currency",
            "amount_disputed:sum",
        ]
        one = self.env["dispute.report"].with_user(self.viewer)
        one = one.with_context(allowed_company_ids=self.company.ids)
        ((currencies, converted, total),) = one._read_group([], [], specs)
        self.assertEqual(list(currencies), self.company.currency_id.ids)
        self.assertEqual(converted, total)
        self.assertTrue(total)
        self.assertFalse(any(one._read_group([("id", "=", 0)], [], specs)[0]))
        # Nor are those of the superuser, whose rows may be of any company, taken to be of one.
        ((currencies, converted, total),) = one.sudo()._read_group(
            [("company_id", "=", self.company.id)], [], specs
        )
        self.assertEqual(list(currencies), self.company.currency_id.ids)
        self.assertFalse(one.sudo()._get_only_currency())
        self.assertEqual(one._get_only_currency(), self.company.currency_id)

    def test_amounts_of_two_currencies_may_be_of_either(self):
        other = self.env["res.company"].create({"name": "Elsewhere", "currency_id": self.euro.id})
        self.viewer.sudo().company_ids += other
        specs = ["company_currency_id:array_agg_distinct", "amount_disputed:sum_currency"]
        both = self.env["dispute.report"].with_user(self.viewer)
        both = both.with_context(allowed_company_ids=[other.id, self.company.id])
        ((currencies, _converted),) = both._read_group([], [], specs)
        self.assertFalse(both._get_only_currency())
        self.assertEqual(list(currencies), self.company.currency_id.ids)

    def test_days_of_each_company_are_its_own(self):
        """Two companies in two zones, one of them alone, and both for who is above the rules."""
        other = self._create_company(name="Elsewhere")
        other.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Honolulu", "tz": "Pacific/Honolulu", "company_id": other.id}
        )
        self.viewer.sudo().company_ids += other
        # Noon of the day before in Honolulu, which is the fifth in Auckland and in UTC.
        moment, auckland, honolulu = datetime(2025, 3, 5, 0, 30), DAY, DAY - timedelta(days=1)
        case, away = (self._open(10, moment.isoformat(" ")) for _number in range(2))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE dispute_case SET company_id = %s, date_opened = %s WHERE id = %s",
                other.id,
                moment,
                away.id,
            )
        )
        self.env.invalidate_all()
        report = self.env["dispute.report"].with_user(self.viewer)
        days = {(self.company, case.id, auckland), (other, away.id, honolulu)}
        for companies in (self.company, other, self.company + other):
            with self.subTest(companies):
                asked = report.with_context(allowed_company_ids=companies.ids)
                self.assertEqual(bool(asked._get_only_zone()), len(companies) == 1)
                rows = asked.search([("case_id", "in", (case + away).ids)])
                expected = {one for one in days if one[0] in companies}
                self.assertEqual(
                    {(row.company_id, row.case_id.id, row.date_opened) for row in rows}, expected
                )
                for _company, case_id, day in expected:
                    domain = Domain("case_id", "=", case_id) & Domain("date_opened", "=", day)
                    self.assertEqual(asked.search(domain).case_id.id, case_id)
        above = report.sudo().with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(above._get_only_zone())
        self.assertEqual(above.search([("case_id", "=", away.id)]).date_opened, honolulu)

    def test_a_formula_can_be_replaced_and_used_by_others(self):
        report = self._get_report("Europe/Berlin")
        spec = [("is_closed", "=", True)], [], ["count:sum", "count_ever_closed:sum", "escalation_rate:avg"]
        ((before, closed, rate),) = report._read_group(*spec)
        self.assertTrue(before)
        self.assertFalse(rate)
        formulas = {"count": "2", "is_escalated": "%(is_closed)s"}
        self.patch(self.registry["dispute.report"], "_formulas", formulas)
        self.addCleanup(self.registry.clear_cache)
        self.registry.clear_cache()
        self.assertEqual(report._read_group(*spec), [(before * 2, closed, 0.5)])
        self.assertTrue(all(row.is_escalated == row.is_closed for row in report.search([])))
