from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError

#: ``{field of the digest: key figure}``
DIGEST_KPIS = {
    "kpi_dispute_opened": "opened",
    "kpi_dispute_closed": "closed",
    "kpi_dispute_open_amount": "amount_open",
    "kpi_dispute_cycle_days": "cycle_days",
    "kpi_dispute_attainment": "attainment",
}


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_dispute_opened = fields.Boolean(string="Disputes Opened")
    kpi_dispute_opened_value = fields.Integer(compute="_compute_kpi_dispute_opened_value")
    kpi_dispute_closed = fields.Boolean(string="Disputes Closed")
    kpi_dispute_closed_value = fields.Integer(compute="_compute_kpi_dispute_closed_value")
    kpi_dispute_open_amount = fields.Boolean(string="Disputed and Open Now")
    kpi_dispute_open_amount_value = fields.Monetary(compute="_compute_kpi_dispute_open_amount_value")
    kpi_dispute_cycle_days = fields.Boolean(string="Dispute Cycle Time (days)")
    kpi_dispute_cycle_days_value = fields.Float(compute="_compute_kpi_dispute_cycle_days_value")
    kpi_dispute_attainment = fields.Boolean(string="Dispute SLA Attainment (%)")
    kpi_dispute_attainment_value = fields.Float(compute="_compute_kpi_dispute_attainment_value")

    # One method each: the digest reads one figure of two periods before the next.

    def _compute_kpi_dispute_opened_value(self):
        self._compute_dispute_kpi("kpi_dispute_opened")

    def _compute_kpi_dispute_closed_value(self):
        self._compute_dispute_kpi("kpi_dispute_closed")

    def _compute_kpi_dispute_open_amount_value(self):
        self._compute_dispute_kpi("kpi_dispute_open_amount")

    def _compute_kpi_dispute_cycle_days_value(self):
        self._compute_dispute_kpi("kpi_dispute_cycle_days")

    def _compute_kpi_dispute_attainment_value(self):
        self._compute_dispute_kpi("kpi_dispute_attainment", 100)

    def _compute_dispute_kpi(self, name, factor=1):
        if not self.env.user.has_group("dispute_management.group_dispute_viewer"):
            raise AccessError(self.env._("These figures are for those who may read disputes."))
        start, end, _companies = self._get_kpi_compute_parameters()
        start, end = fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(end)
        key = DIGEST_KPIS[name]
        for company, digests in self.grouped(lambda digest: digest.company_id or self.env.company).items():
            values = self.env["dispute.kpi"]._get_values(
                company,
                start and start.date(),
                # The period ends before its last instant.
                end and (end - timedelta(seconds=1)).date(),
                keys=[key],
            )
            for digest in digests:
                digest[f"{name}_value"] = (values[key] or 0) * factor

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("dispute_management.menu_dispute_root").id
        for name in DIGEST_KPIS:
            report = "dispute_sla_report" if name == "kpi_dispute_attainment" else "dispute_report"
            actions[name] = f"dispute_reports.{report}_action?menu_id={menu}"
        return actions
