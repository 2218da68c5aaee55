import json

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open

from odoo.addons.dispute_reports.tools.kpi import KPIS

FILE = "dispute_reports/data/files/dispute_dashboard.json"
TRAILING = [["date_opened", ">=", "today -89d"]]
STANDING = ([["is_closed", "=", False]], TRAILING)
SAMPLE = "dispute_reports/data/files/dispute_sample_dashboard.json"


@tagged("post_install", "-at_install")
class TestDashboard(TransactionCase):
    """What the dashboard asks for exists, is a key figure, and follows every filter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(FILE) as file:
            cls.book = json.load(file)
        charts = [figure["data"] for sheet in cls.book["sheets"] for figure in sheet["figures"]]
        cls.cards = [chart for chart in charts if chart["type"] == "scorecard"]
        cls.charts = [chart for chart in charts if chart["type"].startswith("odoo_")]
        cls.sources = [
            *(
                (pivot["model"], pivot["domain"], pivot["fieldMatching"])
                for pivot in cls.book["pivots"].values()
            ),
            *(
                (chart["metaData"]["resModel"], chart["searchParams"]["domain"], chart["fieldMatching"])
                for chart in cls.charts
            ),
        ]

    def test_odoo_accepts_it(self):
        self.env.ref("dispute_reports.spreadsheet_dashboard_disputes").write(
            {"spreadsheet_data": json.dumps(self.book)}
        )

    def test_every_filter_works_on_all(self):
        filters = {item["id"]: item for item in self.book["globalFilters"]}
        for model, domain, matching in self.sources:
            report = self.env[model]
            with self.subTest(model=model, domain=domain):
                report.search_count(domain)
                for key, match in matching.items():
                    field = report._fields[match["chain"]]
                    if filters[key]["type"] == "date":
                        self.assertEqual(field.type, "date")
                    else:
                        self.assertEqual(field.comodel_name, filters[key]["modelName"])
                missing = {filters[key]["label"] for key in set(filters) - set(matching)}
                # What is open now is of no period; an invoice is of no team and no reason.
                as_of_now = {"Period"} if domain in STANDING or model == "dispute.receivable" else set()
                # Receivables are measured by what was opened on all of them.
                is_of_all = model in ("dispute.invoice.report", "dispute.receivable") or domain == TRAILING
                of_all = {"Team", "Reason"} if is_of_all else set()
                self.assertEqual(missing, as_of_now | of_all)

    def test_measures_are_those_of_the_reports(self):
        kpis = {(kpi.model, kpi.measure) for kpi in KPIS}
        for pivot in self.book["pivots"].values():
            report = self.env[pivot["model"]]
            for measure in pivot["measures"]:
                name, _separator, function = measure["id"].partition(":")
                if name != "__count":
                    self.assertEqual(report._fields[name].aggregator, function)
                if not pivot["rows"] and pivot["model"] != "dispute.receivable":
                    self.assertIn((pivot["model"], measure["id"]), kpis)
        for chart in self.charts:
            report = self.env[chart["metaData"]["resModel"]]
            self.assertTrue(report._fields[chart["metaData"]["measure"]].aggregator)
            for spec in chart["metaData"]["groupBy"]:
                self.assertIn(spec.partition(":")[0], report._fields)

    def test_figures_lead_on(self):
        for menu in self.book["chartOdooMenusReferences"].values():
            self.assertTrue(self.env.ref(menu).action)
        for chart in self.charts:
            self.assertEqual(self.env.ref(chart["actionXmlId"]).res_model, chart["metaData"]["resModel"])

    def test_no_example_rows_are_shown_where_none_are_counted(self):
        for model in {pivot["model"] for pivot in self.book["pivots"].values()}:
            with self.subTest(model=model):
                self.assertNotIn("sample=", self.env[model].get_view(view_type="list")["arch"])

    def test_nothing_is_compared_with_nothing(self):
        """A card would tell of infinitely many per cent."""
        cells = self.book["sheets"][1]["cells"]
        compared = [chart for chart in self.cards if chart["baselineMode"] == "percentage"]
        self.assertEqual(len(compared), 10)
        for card in compared:
            formula = cells[card["baseline"].partition("!")[2]]
            self.assertRegex(formula, r"^=IFERROR\(IF\((.+)=0, \"\", \1\), \"\"\)$")

    def test_menu_of_disputes_opens_it(self):
        """Not the board that happens to come first in Dashboards."""
        action = self.env.ref("dispute_reports.menu_dispute_dashboard").action
        dashboard = self.env.ref("dispute_reports.spreadsheet_dashboard_disputes")
        self.assertEqual(
            (action.tag, action.params), ("action_spreadsheet_dashboard", {"dashboard_id": dashboard.id})
        )

    def test_titles_of_tables_are_words_that_are_translated(self):
        """Odoo translates the words of cells, but neither the names of pivots nor of their measures."""
        with file_open(SAMPLE) as file:
            books = (self.book, json.load(file))
        for book in books:
            cells = book["sheets"][0]["cells"]
            self.assertEqual(
                [cells[xc] for xc in ("E46", "F46", "G46")],
                ['=_t("Customer")', '=_t("Cases")', '=_t("Disputed")'],
            )
        # Without its titles of columns and of measures.
        self.assertRegex(self.book["sheets"][0]["cells"]["E47"], r"^=PIVOT\(.+, FALSE, \d+, FALSE\)$")

    def test_words_on_cards(self):
        """They fit on a phone, and what stands behind a number is right for one as for many."""
        self.assertEqual(len(self.cards), 15)
        for card in self.cards:
            self.assertLessEqual(len(card["title"]["text"]), 18)
        self.assertEqual(
            {card["baselineDescr"]["text"] for card in self.cards}, {"vs before", "open", "owed", "/ 90 d"}
        )

    def test_the_sample_asks_for_nothing(self):
        with file_open(SAMPLE) as file:
            sample = json.load(file)
        self.assertFalse(sample["pivots"])
        self.assertFalse(sample["globalFilters"])
        figures = [figure["data"] for sheet in sample["sheets"] for figure in sheet["figures"]]
        self.assertFalse([figure for figure in figures if figure["type"].startswith("odoo_")])
        self.assertEqual(len(figures), sum(len(sheet["figures"]) for sheet in self.book["sheets"]))
