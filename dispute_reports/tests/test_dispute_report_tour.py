from odoo.tests import HttpCase, tagged

from .common import DisputeReportCommon


@tagged("post_install", "-at_install")
class TestDisputeReportTour(DisputeReportCommon, HttpCase):
    def test_manager_analyses(self):
        self.viewer.password = "dispute_viewer"
        self.start_tour("/odoo", "dispute_report_manager", login=self.viewer.login)
