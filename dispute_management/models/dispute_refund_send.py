import logging

import requests

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class DisputeRefundSend(models.AbstractModel):
    """Sends refunds to providers: each once, in a transaction of its own, never in a request.

    Odoo replays requests whose transaction could not be committed, and a provider asked
    twice pays twice. So a cron does it, in three committed steps: *being sent* is noted, the
    provider is asked, its answer is noted. A worker that dies in the middle leaves a line
    that is *being sent* by nobody: what became of it only a person can find out.
    """

    _name = "dispute.refund.send"
    _description = "Dispute Refunds to Providers"

    @api.model
    def _cron_send_refunds(self):
        """Send the refunds that wait, and tell of those whose answer was lost."""
        self._note_lost()
        line = self.env["dispute.settlement.line"]
        # Each once: one that another transaction holds is left to the next run.
        while line := line.search(
            self._get_waiting_domain() & Domain("id", ">", line.id or 0), order="id", limit=1
        ):
            self._send(line)

    @api.model
    def _get_waiting_domain(self):
        return Domain("refund_state", "=", "waiting") & Domain("state", "=", "processing")

    @api.model
    def _note_lost(self):
        """Refunds that were being sent, and whose sender holds them no more, have no known answer."""
        sending = self.env["dispute.settlement.line"].search(Domain("refund_state", "=", "sending"))
        self._set_lost(sending.try_lock_for_update(), self.env._("The answer was lost."))
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _send(self, line):
        """Ask the provider of one line for its refund.

        :param line: dispute.settlement.line that waits
        """
        transaction = self._prepare(line)
        if not transaction:
            return
        # Held until the answer is noted: a webhook that brings it sooner waits, and who finds
        # the line held by nobody knows that its sender died.
        held = transaction.try_lock_for_update(allow_referencing=True) and line.try_lock_for_update(
            allow_referencing=True
        )
        line.invalidate_recordset(["refund_state"])
        if not held or line.refund_state != "sending":
            self.env["ir.cron"]._commit_progress()
            return
        try:
            transaction._log_sent_message()
            transaction._send_refund_request()
        except ValidationError as error:
            self.env.cr.rollback()
            self._note_refusal(line, error)
        except Exception as error:
            _logger.exception("The answer to refund %s was lost", transaction.reference)
            self.env.cr.rollback()
            self._set_lost(line, str(error))
        else:
            if transaction.state == "draft":
                # Accepted; the provider tells later what becomes of it.
                line.refund_state = "pending"
            else:
                line._follow_transactions()
        self.env["ir.cron"]._commit_progress(1)
        if transaction.state == "done":
            # Odoo books it; where it can't at this moment, its own cron tries again.
            transaction._cron_post_process()

    @api.model
    def _prepare(self, line):
        """Commit that a refund is being sent, with the transaction that it is.

        :return: payment.transaction, empty when it can't be sent
        """
        transaction = self.env["payment.transaction"]
        if not line.try_lock_for_update(allow_referencing=True).filtered_domain(self._get_waiting_domain()):
            self.env["ir.cron"]._commit_progress()
            return transaction
        reason = line._get_source_error(line.source_transaction_id)
        if reason:
            line.write({"refund_state": "failed", "refund_message": reason})
            line._ask_about_refund()
        else:
            transaction = line.source_transaction_id._create_child_transaction(
                line.amount, is_refund=True, **line._prepare_refund_transaction_values()
            )
            line.write(
                {
                    "transaction_id": transaction.id,
                    "refund_state": "sending",
                    "refund_message": False,
                    "date_refund_sent": fields.Datetime.now(),
                }
            )
        self.env["ir.cron"]._commit_progress()
        return transaction

    @api.model
    def _note_refusal(self, line, error):
        """Tell a provider's refusal from a connection that broke before its answer came."""
        cause = error.__cause__ or error.__context__
        if isinstance(cause, requests.exceptions.HTTPError):
            response = cause.response
            answered = response is not None and response.status_code < 500
        else:
            answered = not isinstance(cause, requests.exceptions.RequestException)
        if answered:
            line.transaction_id._set_error(str(error))
            line._follow_transactions()
        else:
            self._set_lost(line, str(error))

    @api.model
    def _set_lost(self, lines, message):
        """:param lines: dispute.settlement.line of which nobody knows whether they were refunded"""
        if lines:
            lines.write({"refund_state": "lost", "refund_message": message})
            lines._ask_about_refund()
