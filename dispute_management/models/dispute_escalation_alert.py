from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: More cases than this are counted in a message, not listed.
LISTED = 100


class DisputeEscalationAlert(models.Model):
    """A person to be told of an escalation; what one run brings them, one message tells."""

    _name = "dispute.escalation.alert"
    _description = "Dispute Escalation Alert"
    _order = "id"
    _rec_name = "log_id"

    log_id = fields.Many2one(
        "dispute.escalation.log", required=True, index=True, ondelete="restrict", readonly=True
    )
    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    date_sent = fields.Datetime(string="Told", readonly=True)

    _log_user_uniq = models.UniqueIndex("(log_id, user_id)", "One alert a person.")
    _waiting_idx = models.Index("(user_id) WHERE date_sent IS NULL")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The escalations of a dispute can't be deleted."))

    @api.model
    def _send_waiting(self):
        """Tell everyone in one message what waits for them, committed person by person.

        :return: False when time was up before all were told
        """
        cron = self.env["ir.cron"]
        waiting = Domain("date_sent", "=", False)
        users = [user for (user,) in self._read_group(waiting, ["user_id"])]
        if not users:
            return True
        cron._commit_progress(remaining=len(users))
        for user in users:
            # What another worker is telling them, it tells.
            alerts = self.search(waiting & Domain("user_id", "=", user.id)).try_lock_for_update()
            alerts._tell(user)
            if not cron._commit_progress(1):
                return False
            self.env.invalidate_all()
        return True

    def _tell(self, user):
        """Send one person the cases of these alerts that they may still do something about."""
        self.write({"date_sent": fields.Datetime.now()})
        alerts = self.search(
            Domain("id", "in", self.ids)
            & Domain("case_id.is_closed", "=", False)
            & Domain("company_id", "in", user.company_ids.ids)
        )
        if not alerts or not user.active:
            return
        # In their words: what one person reads is in one language.
        alerts = alerts.with_context(lang=user.lang or self.env.lang)
        # However many there are, only what is listed is read.
        case_ids = list(dict.fromkeys(alerts.case_id.ids))
        cases = alerts.case_id.browse(case_ids[:LISTED])
        if len(case_ids) == 1:
            subject = alerts.env._("Escalation: %s", cases.display_name)
        else:
            subject = alerts.env._("%s disputes escalated", len(case_ids))
        listed = alerts.filtered(lambda alert: alert.case_id in cases)
        logs = listed.log_id.sorted("id").grouped("case_id")
        body = alerts.env["ir.qweb"]._render(
            "dispute_management.escalation_alert_message",
            {
                "rows": [(case, logs[case]) for case in cases],
                "more": len(case_ids) - len(cases),
                "count": len(case_ids),
            },
        )
        alerts.env["mail.thread"].message_notify(partner_ids=user.partner_id.ids, subject=subject, body=body)
