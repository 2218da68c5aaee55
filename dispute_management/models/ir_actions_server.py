from odoo import models


class IrActionsServer(models.Model):
    """Webhooks of automation rules on what belongs to a dispute."""

    _inherit = "ir.actions.server"

    def _run_action_webhook(self, eval_context=None):
        """Tell another system once of each change, as it stands when the change is complete.

        What a user does to a dispute in one click is many writes, of which a rule for any of them
        runs after each.
        """
        record_id = self.env.context.get("active_id")
        if not (self.model_id.model.startswith("dispute.") and record_id and self.webhook_url):
            return super()._run_action_webhook(eval_context)
        waiting = self.env.cr.precommit.data.setdefault("dispute_webhooks", {})
        if not waiting:
            self.env.cr.precommit.add(self._tell_waiting)
        waiting[self, record_id] = super()._run_action_webhook
        return None

    def _tell_waiting(self):
        for tell in self.env.cr.precommit.data.pop("dispute_webhooks").values():
            tell()
