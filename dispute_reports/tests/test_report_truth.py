from collections import Counter, defaultdict
from datetime import timedelta

from freezegun import freeze_time
from hypothesis import given

from odoo.tests import tagged

from .history_player import DECK, HISTORIES, START
from .report_oracle import PARTS, Books, get_booked_rate
from .truth_common import EXAMPLES, GROUPS, LIVED, TruthCommon
from .truth_figures import FIGURES, total, work_out_kpis

ROWS = {
    "dispute.report": "case_rows",
    "dispute.line.report": "line_rows",
    "dispute.stage.report": "stage_rows",
    "dispute.sla.report": "sla_rows",
    "dispute.settlement.report": "settlement_rows",
    "dispute.invoice.report": "invoice_rows",
    "dispute.receivable": "receivable_rows",
}


@tagged("post_install", "-at_install")
class TestReportTruth(TruthCommon):
    """Every measure of every report, after any history, against counting cents and quarters of an hour.

    What a user may not see is in no figure of theirs: each is compared with what is of their
    companies alone.
    """

    def test_after_any_history(self):
        happened = Counter()

        @LIVED
        @given(HISTORIES)
        def live(history):
            with self.env.cr.savepoint() as savepoint:
                player = self._play(history)
                happened.update(player.done)
                with freeze_time(player.now):
                    rows = self._get_rows(player)
                    told = {model: getattr(rows, method)() for model, method in ROWS.items()}
                    self._compare_reports(told)
                    self._compare_kpis(told, player)
                    self._compare_as_of(player)
                savepoint.rollback()
            self.env.invalidate_all()
            self.registry.clear_cache()

        live()
        # A history in which something never happens proves nothing of it.
        if EXAMPLES > 1:
            self.assertEqual(set(happened), set(DECK))

    def assertFigures(self, found, expected, whose):
        """All figures agree to the cent, or to the second."""
        self.assertEqual(set(found), set(expected), whose)
        wrong = {
            key: (found[key], expected[key])
            for key in found
            if abs((found[key] or 0) - (expected[key] or 0)) > 1e-4
        }
        self.assertFalse(wrong, f"{whose}: (told, true)")

    # Reports

    def _report(self, model, user):
        return (
            self.env[model].with_user(user).with_context(allowed_company_ids=user.company_ids.ids, tz="UTC")
        )

    def _compare_reports(self, told):
        for model, rows in told.items():
            for user in (self.auditor, self.viewer, self.away_viewer):
                companies = user.company_ids.ids
                mine = {key: row for key, row in rows.items() if row["company_id"] in companies}
                self._compare_report(self._report(model, user), mine)

    def _compare_report(self, report, rows):
        self.assertEqual(set(report.search([]).ids), set(rows), report._name)
        measures = [
            name
            for name, field in report._fields.items()
            if field.aggregator and field.type in ("integer", "float", "monetary") and name != "id"
        ]
        specs = [f"{name}:{report._fields[name].aggregator}" for name in measures]
        rules = FIGURES[report._name]
        found, expected = {}, {}
        for groupby in ("", *GROUPS[report._name]):
            groups = defaultdict(list) if groupby else {None: []}
            for row in rows.values():
                groups[row[groupby] if groupby else None].append(row)
            for values in report._read_group([], [groupby] if groupby else [], specs):
                key = values[0] if groupby else None
                key = key.id if hasattr(key, "ids") else key
                for name, figure in zip(measures, values[bool(groupby) :], strict=True):
                    found[groupby, key, name] = figure
            for key, of_group in groups.items():
                for name in measures:
                    expected[groupby, key, name] = (rules.get(name) or total(name))(of_group)
        self.assertFigures(found, expected, f"{report._name} of {report.env.user.login}")

    # Key figures

    def _compare_kpis(self, told, player):
        today = player.now.date()
        for company in self.companies:
            of_company = {
                model: [row for row in rows.values() if row["company_id"] == company.id]
                for model, rows in told.items()
            }
            for days in (200, 30):
                start, end = today - timedelta(days=days), today - timedelta(days=days // 20)
                found = self._report("dispute.kpi", self.auditor)._get_values(company, start, end)
                expected = work_out_kpis(of_company, start, end, today)
                self.assertFigures(found, expected, f"key figures of {company.name}")

    # As of a day

    def _compare_as_of(self, player):
        days = sorted({START.date(), *player.evenings})
        middle, last = days[len(days) // 2], player.now.date()
        for company, user in ((self.company, self.viewer), (self.away, self.away_viewer)):
            for start, end in ((middle, last), (days[len(days) // 4], days[3 * len(days) // 4])):
                self._compare_movements(company, user, start, end)

    def _compare_movements(self, company, user, start, end):
        report = self.env["dispute.as.of"].with_user(user)
        report = report.create({"date_from": start, "date_to": end, "company_id": company.id})
        report.action_compute()
        company = company.with_env(self.env(su=True))
        before, after = (Books(company.env, company, day) for day in (start - timedelta(days=1), end))
        parts_before, parts_after = (
            {line: books.to_company(line, cents) for line, (cents, *_rest) in books.claims().items()}
            for books in (before, after)
        )
        expected, found = Counter(), Counter()
        for line, parts in parts_after.items():
            old = parts_before.get(line, dict.fromkeys(PARTS, 0))
            claimed = sum(parts.values()) - sum(old.values())
            opened = 0 if line in parts_before else self._get_first_claim(line)
            values = {
                "opening": old["open"],
                "opened": opened,
                "added": claimed - opened,
                **{part: parts[part] - old[part] for part in PARTS if part != "open"},
                "closing": parts["open"],
            }
            for name, amount in values.items():
                expected[line.id, name] = expected[line.id, name] + amount
                expected["", name] += amount
        names = ("opening", "opened", "added", *(part for part in PARTS if part != "open"), "closing")
        for line in report.line_ids:
            for name in names:
                found[line.line_id.id, name] = line[f"amount_{name}"]
        for figure in report.movement_ids:
            name = figure.key.removeprefix("amount_")
            taken = name in PARTS
            found["", name] = -figure.amount if taken else figure.amount
        # A claim on which nothing happened is in no line.
        keys = set(found) | {key for key, amount in expected.items() if abs(amount) > 1e-6}
        whose = f"movements of {company.name} from {start} to {end}"
        self.assertFigures({key: found[key] for key in keys}, {key: expected[key] for key in keys}, whose)
        self._compare_receivables(report, after)

    def _get_first_claim(self, line):
        first = line.claim_change_ids.sorted(lambda change: (change.date, change.id))[:1]
        return line.company_id.currency_id.round(first.amount_after * get_booked_rate(line.move_id))

    def _compare_receivables(self, report, books):
        items = books.receivables(books.claims())
        buckets = Counter()
        for item, (residual, disputed) in items.items():
            overdue = (books.day - (item.date_maturity or item.date)).days
            keys = ((0, "not_due"), (30, "1_30"), (60, "31_60"), (90, "61_90"))
            key = next((key for most, key in keys if overdue <= most), "over_90")
            buckets[key, "receivable"] += residual
            buckets[key, "disputed"] += disputed
        found = {}
        for figure in report.overdue_ids:
            found[figure.key, "receivable"] = figure.amount_receivable
            found[figure.key, "disputed"] = figure.amount
        self.assertFigures(found, {key: buckets[key] for key in found}, "receivables as of a day")
        residual = sum(amount for amount, _disputed in items.values())
        self.assertAlmostEqual(report.amount_receivable, residual, 4)
        self.assertAlmostEqual(report.amount_ledger, residual, 4)
