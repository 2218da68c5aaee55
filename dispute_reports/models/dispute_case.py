from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang


class DisputeCase(models.Model):
    """Why a case is at risk, and which are."""

    _inherit = "dispute.case"

    risk_reasons = fields.Text(
        string="Because",
        compute="_compute_risk_reasons",
        groups="dispute_management.group_dispute_viewer",
        help="What raises the risk most, with how many times as often such cases went wrong as others.",
    )
    watch_signal_ids = fields.Many2many(
        "dispute.watch.signal",
        string="Signals",
        readonly=True,
        copy=False,
        groups="dispute_management.group_dispute_viewer",
        help="Unusual weeks that this case was counted in.",
    )
    is_risk_alert = fields.Boolean(
        string="High risk",
        compute="_compute_is_risk_alert",
        search="_search_is_risk_alert",
        groups="dispute_management.group_dispute_viewer",
        help="Open, and at the risk from which the company warns; what has happened already is left out.",
    )

    # What a customer had opened before, which the reports look up for each case.
    _before_idx = models.Index("(partner_id, company_id, date_opened, id) WHERE merged_into_id IS NULL")

    @api.depends("risk", "reason_id", "partner_id")
    def _compute_risk_reasons(self):
        self.risk_reasons = False
        self.filtered(lambda case: case.risk == 100).risk_reasons = self.env._(
            "A promise is broken, or the case was escalated"
        )
        foretold = self.filtered(lambda case: 0 < case.risk < 100 and case._origin)
        for company, cases in foretold.grouped("company_id").items():
            for case, reasons in cases._get_risk_reasons(company).items():
                case.risk_reasons = "\n".join(reasons)

    @api.depends("risk", "is_closed", "company_id.dispute_risk_alert")
    def _compute_is_risk_alert(self):
        for case in self:
            # The threshold is no secret, whoever may read companies.
            threshold = case.company_id.sudo().dispute_risk_alert
            case.is_risk_alert = not case.is_closed and threshold <= case.risk < 100

    def _search_is_risk_alert(self, operator, value):
        if operator != "in":
            return NotImplemented
        # The threshold is no secret, whoever may read companies.
        companies = self.env["res.company"].sudo().search([])
        alert = Domain.OR(
            Domain("company_id", "in", those.ids) & Domain("risk", ">=", threshold)
            for threshold, those in companies.grouped("dispute_risk_alert").items()
        )
        alert &= Domain("risk", "<", 100) & Domain("is_closed", "=", False)
        return Domain.OR(alert if wanted else ~alert for wanted in value)

    @api.model
    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | {"watch_signal_ids"}

    def _get_risk_reasons(self, company):
        """:return: ``{case: list of sentences}`` of these cases, all of one company"""
        # Frequencies are the administrator's; why a case is at risk is for all who read it.
        known = self.env["dispute.risk"].sudo().search([("company_id", "=", company.id)])
        if known.state != "reliable":
            return {}
        model = known._get_model()
        facts = known.env["dispute.risk.facts"]._get_known(company, self._origin, known.bounds or [])
        reasons = {case: model.explain(facts.get(case.id, ((), False))[0]) for case in self._origin}
        keys = {key for found in reasons.values() for key, _lift in found}
        words = known.frequency_ids._get_words(keys, known)
        return {
            case: [
                self.env._(
                    "%(what)s: ×%(times)s", what=words[key], times=formatLang(self.env, lift, digits=1)
                )
                for key, lift in reasons[case._origin]
            ]
            for case in self
        }

    def _set_risks(self, risks):
        """Write what changed, and have the escalation look at it.

        Not by `write`: that somebody worked on a case is told by when it was last written.

        :param risks: ``{dispute.case: per cent}``
        """
        changed = self.filtered(lambda case: case.risk != risks[case])
        if not changed:
            return
        changed.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE dispute_case dispute
                      SET risk = told.risk, date_risk = %(now)s
                     FROM (VALUES %(rows)s) told(id, risk)
                    WHERE dispute.id = told.id""",
                now=fields.Datetime.now(),
                rows=SQL(", ").join(SQL("(%s, %s)", case.id, risks[case]) for case in changed),
            )
        )
        changed.invalidate_recordset(["risk", "date_risk"])
        changed.modified(["risk", "date_risk"])
