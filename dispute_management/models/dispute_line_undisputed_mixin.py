from odoo import api, fields, models
from odoo.fields import Domain


class DisputeLineUndisputedMixin(models.AbstractModel):
    """The owner of a case is told once when the undisputed part of its invoice is overdue."""

    _name = "dispute.line.undisputed.mixin"
    _description = "Undisputed Part Overdue"

    date_undisputed_told = fields.Date(
        string="Undisputed part told of",
        readonly=True,
        copy=False,
        help="When the owner was told that the undisputed part of the invoice is overdue.",
    )

    @api.model
    def _cron_tell_undisputed(self, batch=200):
        """Give the owners of open cases a to-do for invoices whose undisputed part is overdue.

        Done in committed batches and noted with the line, so that a second run tells nobody again.

        :param batch: lines a commit
        """
        domain = (
            Domain("case_id.is_closed", "=", False)
            & Domain("date_undisputed_told", "=", False)
            & Domain("move_id.dispute_is_undisputed_overdue", "=", True)
        )
        while lines := self.search(domain, limit=batch, order="id"):
            lines = lines.try_lock_for_update().filtered_domain(domain)
            if not lines:
                return
            lines.write({"date_undisputed_told": fields.Date.context_today(self)})
            lines._tell_undisputed()
            if not self.env["ir.cron"]._commit_progress(len(lines)):
                return

    def _tell_undisputed(self):
        today = fields.Date.context_today(self)
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id("dispute.case")
        vals_list = []
        for case, lines in self.grouped("case_id").items():
            invoices = ", ".join(
                f"{move.name} ({move.currency_id.format(move.dispute_amount_undisputed)})"
                for move in lines.move_id
            )
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "user_id": (case.user_id or case.team_id.user_id or self.env.user).id,
                    "date_deadline": today,
                    "summary": self.env._("Undisputed part overdue: %s", invoices),
                    "note": self.env._(
                        "Follow-up leaves the whole invoice out while it is in dispute: ask for what nobody disputes."
                    ),
                }
            )
        self.env["mail.activity"].create(vals_list)
