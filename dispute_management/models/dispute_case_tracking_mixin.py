from odoo import models

#: Where messages of tracked changes wait for the rest of their batch, in the transaction's data.
WAITING = "dispute.case.tracking"


class DisputeCaseTrackingMixin(models.AbstractModel):
    """Tracked changes of many cases are written at once: Odoo would write each case's alone."""

    _name = "dispute.case.tracking.mixin"
    _description = "Dispute Tracking"

    def _message_track(self, fields_iter, initial_values_dict):
        data = self.env.cr.precommit.data
        data[WAITING] = {}
        try:
            tracking = super()._message_track(fields_iter, initial_values_dict)
        finally:
            waiting = data.pop(WAITING)
        for author_id, changes in waiting.items():
            self._log_changes(author_id, changes)
        return tracking

    def _message_log(self, *, author_id=None, tracking_value_ids=False, **kwargs):
        waiting = self.env.cr.precommit.data.get(WAITING)
        if waiting is None or not tracking_value_ids:
            return super()._message_log(author_id=author_id, tracking_value_ids=tracking_value_ids, **kwargs)
        waiting.setdefault(author_id, {})[self.id] = (kwargs.get("body") or "", tracking_value_ids)
        return self.env["mail.message"]

    def _log_changes(self, author_id, changes):
        """Write what was tracked on cases in the name of one author.

        :param author_id: res.partner id, None for the user
        :param changes: ``{case id: (body, commands that create the tracked values)}``
        """
        bodies = {case_id: body for case_id, (body, _commands) in changes.items()}
        messages = self.browse(list(changes))._message_log_batch(bodies, author_id=author_id)
        # What was tracked is readable by few, and written by Odoo in nobody's name too.
        self.env["mail.tracking.value"].sudo().create(
            [
                {**values, "mail_message_id": message.id}
                for message, (_body, commands) in zip(messages, changes.values(), strict=True)
                for _command, _id, values in commands
            ]
        )
