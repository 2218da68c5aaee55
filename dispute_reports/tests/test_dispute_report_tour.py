from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import DisputeReportCommon


@tagged("post_install", "-at_install")
class TestDisputeReportTour(DisputeReportCommon, HttpCase):
    def test_manager_analyses(self):
        self.viewer.password = "dispute_viewer"
        self.start_tour("/odoo", "dispute_report_manager", login=self.viewer.login)

    def test_figures_of_the_dashboard_lead_to_their_cases(self):
        # Of the last 90 days are two cases, one of them closed; older ones are three closed and two open.
        now = fields.Datetime.now()
        self._open(70, now - timedelta(days=1))
        self._end(self._open(80, now - timedelta(days=3)), "NOA", str(now - timedelta(days=2)))
        self._open(90, now - timedelta(days=200))
        self.viewer.password = "dispute_viewer"
        dashboard = self.env.ref("dispute_reports.spreadsheet_dashboard_disputes")
        self.start_tour(
            f"/odoo/dashboards?dashboard_id={dashboard.id}",
            "dispute_dashboard_cases",
            login=self.viewer.login,
            timeout=120,
        )
