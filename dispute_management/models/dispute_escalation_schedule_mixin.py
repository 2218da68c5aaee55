from odoo import api, fields, models

#: `plan_after_id` of what all cases know.
PLANNED = -1


class DisputeEscalationScheduleMixin(models.AbstractModel):
    """Configuration that says when cases escalate: changed, all open cases are planned anew.

    That is done in the background, in batches by id; `plan_after_id` says how far it came.
    """

    _name = "dispute.escalation.schedule.mixin"
    _description = "Dispute Escalation Configuration"

    plan_after_id = fields.Integer(
        string="Planned up to",
        readonly=True,
        copy=False,
        help="Open cases up to this number know this record as it is; -1: all of them.",
    )
    is_planning = fields.Boolean(
        compute="_compute_is_planning", help="Open cases still take notice of a change."
    )

    @api.depends("plan_after_id")
    def _compute_is_planning(self):
        for record in self:
            record.is_planning = record.plan_after_id != PLANNED

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._plan_cases()
        return records

    def write(self, vals):
        res = super().write(vals)
        if self._get_schedule_fields() & set(vals):
            self._plan_cases()
        return res

    @api.model
    def _get_schedule_fields(self):
        """:return: names of the fields that say when cases escalate; override to add some"""
        return {"active", "company_id"}

    def _plan_cases(self):
        """Have all open cases planned anew, in the background."""
        self.env.registry.clear_cache()
        self._note_planned(0)
        cron = self.env.ref("dispute_management.ir_cron_escalation_plan", raise_if_not_found=False)
        if cron:
            # Who configures need not be able to run crons.
            cron.sudo()._trigger()

    def _note_planned(self, case_id):
        """Note up to which case these records are known; that changes nothing of theirs."""
        self.write({"plan_after_id": case_id})

    @api.model
    def _get_company_ids(self, company):
        """:return: ids of the companies that a record of this company serves; none: all"""
        # A rule for a company is one for its branches, whoever may see those.
        return frozenset(self.env["res.company"].sudo().search([("id", "child_of", company.ids)]).ids)
