from odoo.tests import tagged

from .report_models_common import ReportModelsCommon


@tagged("post_install", "-at_install")
class TestReportOrder(ReportModelsCommon):
    """Groups stand in the order of their records, those without one last, as in all of Odoo."""

    def test_groups_in_order(self):
        # Neither the order of making nor that of the alphabet.
        self.env["dispute.reason"].sudo().search([]).sequence = 50
        self.quantity.sudo().sequence, self.price.sudo().sequence = 60, 70
        report = self._get_report()
        for spec in ("reason_id", "cause_id", "resolution_id", "stage_id", "team_id", "partner_id"):
            for direction in ("", " desc"):
                with self.subTest(spec=spec, direction=direction):
                    groups = report.formatted_read_group([], [spec], ["__count"], order=f"{spec}{direction}")
                    found = [group[spec][0] if group[spec] else None for group in groups]
                    self.assertGreater(len(found), 1 if spec != "team_id" else 0)
                    model = self.env[report._fields[spec].comodel_name].sudo().with_context(active_test=False)
                    expected = model.search([("id", "in", [value for value in found if value])]).ids
                    if None in found:
                        expected.append(None)
                    self.assertEqual(found, expected[::-1] if direction else expected)

    def test_groups_of_several_in_order(self):
        report = self._get_report()
        groupby = ["reason_id", "date_opened:month", "stage_id"]
        _total, groups = report.formatted_read_grouping_sets([], [[], groupby], ["__count"])
        reasons, stages = (
            self.env[name].sudo().with_context(active_test=False).search([]).ids
            for name in ("dispute.reason", "dispute.stage")
        )
        keys = [
            (
                reasons.index(group["reason_id"][0]),
                group["date_opened:month"][0],
                stages.index(group["stage_id"][0]),
            )
            for group in groups
        ]
        self.assertGreater(len({key[0] for key in keys}), 1)
        self.assertEqual(keys, sorted(keys))
