from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

#: Cases settled in one transaction.
CHUNK = 50

#: How many are settled while the user waits.
AT_ONCE = 20


class DisputeSettlementBatch(models.Model):
    """Many cases settled in one go: what was decided, how far it is, and what came of each.

    The total of a batch decides whose approval its settlements take. Many are carried out in the
    background, in committed chunks; stopped anywhere, it goes on from there.
    """

    _name = "dispute.settlement.batch"
    _description = "Dispute Settlement Batch"
    _inherit = ["dispute.facts.mixin"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    kind = fields.Selection(
        [("credit_note", "Credit note"), ("write_off", "Write off"), ("rejection", "Refuse")],
        string="Decision",
        required=True,
        readonly=True,
    )
    resolution_id = fields.Many2one("dispute.resolution", readonly=True, ondelete="restrict")
    reason_text = fields.Text(string="Reason", readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("stopped", "Stopped")],
        required=True,
        default="running",
        readonly=True,
        index=True,
    )
    line_ids = fields.One2many("dispute.settlement.batch.line", "batch_id", readonly=True)
    settlement_ids = fields.One2many("dispute.settlement", "batch_id", readonly=True)
    amount = fields.Monetary(
        string="Total", compute="_compute_counts", help="In company currency; it decides on approvals."
    )
    case_count = fields.Integer(string="Cases", compute="_compute_counts")
    done_count = fields.Integer(string="Handled", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    progress = fields.Integer(compute="_compute_counts")

    @api.depends("create_date")
    def _compute_name(self):
        for batch in self:
            batch.name = self.env._("Batch %s", batch.id or "")

    @api.depends("line_ids.state", "line_ids.amount_company")
    def _compute_counts(self):
        for batch in self:
            lines = batch.line_ids
            handled = lines.filtered(lambda line: line.state != "waiting")
            batch.amount = sum(lines.mapped("amount_company"))
            batch.case_count = len(lines)
            batch.done_count = len(handled)
            batch.failed_count = len(lines.filtered(lambda line: line.state == "failed"))
            batch.progress = 100 * len(handled) // len(lines) if lines else 0

    @api.model
    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | set(self._fields)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Batches are kept as evidence."))

    # Actions

    def action_stop(self):
        """Leave what is not settled yet as it was; for who started it, and for leaders."""
        self.ensure_one()
        leads = self.env.user.has_group("dispute_management.group_dispute_leader")
        if self.env.user != self.user_id and not leads:
            raise AccessError(
                self.env._("%s started this batch: ask them, or a team leader.", self.user_id.name)
            )
        # After the check above: batches are written by the suite only.
        batch = self.sudo()
        batch.lock_for_update()
        batch.invalidate_recordset(["state"])
        if batch.state == "running":
            batch.line_ids.filtered(lambda line: line.state == "waiting")._fail(self.env._("Stopped"))
            batch.state = "stopped"

    def action_view_settlements(self):
        """:return: action on the settlements of this batch"""
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.dispute_settlement_action")
        return {**action, "domain": [("batch_id", "in", self.ids)], "context": {}}

    # Business

    def _start(self):
        """Settle a few at once, many in the background; as superuser."""
        self.ensure_one()
        if len(self.line_ids) <= AT_ONCE:
            self._settle_chunk()
            self._finish()
        else:
            self.env.ref("dispute_management.ir_cron_settle_batches")._trigger()

    @api.model
    def _cron_settle(self):
        """Settle what batches have left, each chunk committed by itself."""
        for batch in self.search(Domain("state", "=", "running"), order="id"):
            while batch.try_lock_for_update().filtered(lambda item: item.state == "running"):
                settled = batch._settle_chunk()
                if not settled:
                    batch._finish()
                    batch._tell_user()
                if not self.env["ir.cron"]._commit_progress(settled):
                    self.env.ref("dispute_management.ir_cron_settle_batches")._trigger()
                    return

    def _settle_chunk(self):
        """Settle the next cases together; where one can't be settled, each by itself.

        :return: how many were handled
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state == "waiting")[:CHUNK]
        if lines:
            error = self._try(lines)
            for line in lines if error else ():
                error = self._try(line)
                if error:
                    line._fail(error)
        return len(lines)

    def _try(self, lines):
        """:return: why these can't be settled together, or False when they were"""
        # In the name of who decided: approvals and access are theirs.
        settlements = lines.settlement_id.with_user(self.user_id).with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                settlements._propose()
                lines.state = "settled"
        except UserError as error:
            self.env.invalidate_all()
            return str(error)
        return False

    def _finish(self):
        self.filtered(lambda batch: batch.state == "running").state = "done"

    def _tell_user(self):
        for batch in self:
            self.env["mail.thread"].message_notify(
                partner_ids=batch.user_id.partner_id.ids,
                subject=self.env._("%s disputes were settled", batch.case_count - batch.failed_count),
                body=self.env._(
                    "%(name)s is done: %(settled)s settled or on their way, %(failed)s failed.",
                    name=batch.name,
                    settled=batch.case_count - batch.failed_count,
                    failed=batch.failed_count,
                ),
                model=batch._name,
                res_id=batch.id,
            )
