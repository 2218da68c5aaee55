from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.dispute_management.tools.refund_rules import judge

#: What customers read of the reasons for a verdict; what we know of them besides is ours.
_TOLD = ("late", "evidence", "share", "ceiling", "nothing_left", "window_unknown")


class DisputePortalVerdict(models.AbstractModel):
    """What a customer can expect of the refund terms, told before anything is filed."""

    _name = "dispute.portal.verdict"
    _description = "Verdict to Expect on the Customer Portal"

    @api.model
    def _foresee(self, documents, reason, amounts):
        """Judge a claim that is not made yet; nothing is written.

        Evidence that the form asks for counts as given: whether it is, shows when it is sent.

        :param documents: `FiledDocuments`, as superuser
        :param reason: dispute.reason
        :param amounts: ``{document: amount}`` that would be claimed
        :return: dict ``decision``, ``amount`` (in the documents' currency), ``sentences`` and ``policy``
        """
        case = self._make_unsaved_case(documents, reason, amounts)
        policies = self.env["dispute.refund.policy"]._get_for_cases(case)
        policy = policies[case]
        facts = case._gather_refund_facts({case: policy})[case]
        verdict = judge(case._prepare_terms(policy), facts)
        return {
            "decision": verdict.decision,
            "amount": documents.currency._dispute_from_units(verdict.amount),
            "sentences": self._get_sentences(case, verdict),
            "policy": policy,
        }

    @api.model
    def _make_unsaved_case(self, documents, reason, amounts):
        claimed = sum(amounts.values())
        return self.env["dispute.case"].new(
            {
                "reason_id": reason.id,
                "partner_id": documents.partner.id,
                "company_id": documents.company.id,
                "currency_id": documents.currency.id,
                "date_opened": fields.Datetime.now(),
                "amount_disputed": claimed,
                "amount_open": claimed,
                "line_ids": [
                    Command.create(
                        {
                            "move_id" if document._name == "account.move" else "payment_id": document.id,
                            "amount": amount,
                            "currency_id": documents.currency.id,
                            "company_id": documents.company.id,
                        }
                    )
                    for document, amount in amounts.items()
                ],
            }
        )

    @api.model
    def _get_sentences(self, case, verdict):
        """:return: list of sentences a customer reads: why, in plain words"""
        values = {"days": 0, "allowed": 0, "share": 0, "ceiling": 0}
        sentences = []
        for reason in verdict.reasons:
            if reason.code not in _TOLD:
                continue
            found = {**values, **reason.values}
            ceiling = case.currency_id.format(case.currency_id._dispute_from_units(found["ceiling"]))
            sentences.append(
                {
                    "late": self.env._(
                        "Our terms allow %(allowed)s days; it is %(days)s days now.",
                        allowed=found["allowed"],
                        days=found["days"],
                    ),
                    "evidence": self.env._("Evidence is missing."),
                    "share": self.env._("Our terms give %s %% of a claim.", f"{found['share']:g}"),
                    "ceiling": self.env._("Our terms give at most %s.", ceiling),
                    "nothing_left": self.env._("Nothing is left that our terms give."),
                    "window_unknown": self.env._(
                        "We have to look up the day from which the time in our terms counts."
                    ),
                }[reason.code]
            )
        return sentences
