from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.scheme_reasons import get_reason_code

CHARGEBACK_STATUSES = ("opened", "won", "lost")


class DisputeTransactionChargebackMixin(models.AbstractModel):
    """Chargebacks: the customer had their bank or card scheme take a payment back."""

    _name = "dispute.transaction.chargeback.mixin"
    _description = "Chargebacks on Transactions"

    def action_dispute_chargeback(self):
        """:return: action that records a chargeback on this transaction"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.chargeback_record_action")
        action["context"] = {"default_transaction_id": self.id}
        return action

    def _dispute_record_chargeback(
        self,
        reference,
        status="opened",
        amount=None,
        reason=None,
        date_evidence_due=None,
        customer_owes=False,
    ):
        """Record what a scheme, bank or provider says of a chargeback on this transaction.

        The one hook that provider modules call, on a transaction that they found by their own
        reference, as superuser while they process a notification. Telling the same thing twice
        changes nothing the second time; an outcome may come without its opening. Another outcome than
        the one that closed the case is a to-do of its owner.

        :param reference: the scheme's or provider's number of the chargeback
        :param status: "opened", "won" or "lost"
        :param amount: positive, in the currency of the transaction; all of it when not given
        :param reason: the scheme's reason code, see `tools/scheme_reasons.py`
        :param date_evidence_due: until when evidence is taken, a naive UTC datetime
        :param customer_owes: for "lost": whether the customer is asked for the money again, instead
            of booking it as our loss
        :return: dispute.case
        :raise UserError: when it can't be recorded, with the reason
        """
        self.ensure_one()
        if not reference or status not in CHARGEBACK_STATUSES:
            raise UserError(
                self.env._("A chargeback has a number, and is one of: %s", ", ".join(CHARGEBACK_STATUSES))
            )
        # Two notifications at once wait for each other; the second finds the first one's case.
        self.sudo().lock_for_update(allow_referencing=True)
        cases = self.env["dispute.case"].with_context(active_test=False)
        case = cases.search(
            Domain("transaction_id", "=", self.id) & Domain("chargeback_reference", "=", reference)
        )
        if not case:
            case = self._dispute_open_chargeback(reference, amount, reason, date_evidence_due)
        elif date_evidence_due and date_evidence_due != case.date_evidence_due:
            case.check_access("write")
            case._write_facts({"date_evidence_due": date_evidence_due})
        if status in ("opened", case.chargeback_state):
            return case
        if case.is_closed:
            case._tell_other_outcome(status)
        else:
            case._decide_chargeback(status, customer_owes=customer_owes)
        return case

    def _dispute_open_chargeback(self, reference, amount, reason, date_evidence_due):
        cases = self.env["dispute.case"]
        cases.check_access("create")
        # The transaction is the provider's: who may open disputes need not read it.
        payment = self.sudo().payment_id
        if self.sudo().state != "done" or not payment:
            raise UserError(
                self.env._(
                    "%s has no payment: a chargeback takes back one that was received.", self.sudo().reference
                )
            )
        reasons = self.env["dispute.reason"].search(
            Domain("code", "in", (get_reason_code(reason), "OTH"))
            & Domain("company_id", "in", [False, *payment.company_id.parent_ids.ids])
        )
        wanted = reasons.filtered(lambda item: item.code == get_reason_code(reason))
        pipeline = self.env.ref("dispute_management.dispute_pipeline_chargeback", raise_if_not_found=False)
        vals = {
            "reason_id": ((wanted or reasons)[:1] or reasons._get_default_reason()).id,
            "source": "chargeback",
            "customer_reference": reference,
            "transaction_id": self.id,
            "chargeback_reference": reference,
            "chargeback_reason": reason,
            "chargeback_state": "open",
            "date_evidence_due": date_evidence_due,
            "line_ids": [
                Command.create({"payment_id": payment.id, "amount": amount or abs(self.sudo().amount)})
            ],
        }
        if pipeline and pipeline.active:
            vals["pipeline_id"] = pipeline.id
        # After the check above: the facts of a chargeback are the scheme's, people don't write them.
        return cases.sudo().create(vals).with_env(self.env)
