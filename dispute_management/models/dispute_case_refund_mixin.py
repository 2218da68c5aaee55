from odoo import fields, models


class DisputeCaseRefundMixin(models.AbstractModel):
    """The refund terms a case is judged by, as they were on the day of judgement."""

    _name = "dispute.case.refund.mixin"
    _description = "Dispute Refund Terms"

    refund_policy_id = fields.Many2one(
        "dispute.refund.policy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="dispute_management.group_dispute_viewer",
    )
    refund_policy_version = fields.Integer(
        string="Version of the terms",
        readonly=True,
        copy=False,
        aggregator=None,
        groups="dispute_management.group_dispute_viewer",
    )

    def _keep_refund_policy(self, policy):
        """Note by which terms cases are judged; what changes later changes nothing for them.

        :param policy: dispute.refund.policy, in the version that judges
        """
        # After the access check of whoever judges: terms of a case are its facts.
        self.sudo().write(
            {"refund_policy_id": (policy.current_id or policy).id, "refund_policy_version": policy.version}
        )

    def _get_refund_terms(self):
        """:return: dispute.refund.policy in the version this case was judged by; empty when it
        was not judged yet
        """
        self.ensure_one()
        return self.refund_policy_id and self.refund_policy_id._get_version(self.refund_policy_version)
