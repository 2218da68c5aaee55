from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class DisputeRightMixin(models.AbstractModel):
    """Records of Odoo that administrators of disputes set up without its Settings rights.

    They change only those that serve disputes. Not a record rule: that would also bind those
    who may change them by the right of another app.
    """

    _name = "dispute.right.mixin"
    _description = "Right of Administrators of Disputes"

    def _filter_not_for_disputes(self):
        """:return: those of these records, as superuser, that serve others too; override it"""
        return self.browse()

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or operation == "read" or self.env.su:
            return result
        # Whom a record serves besides is looked up to be refused, whoever may see it.
        foreign = self.sudo()._filter_not_for_disputes()
        if not foreign or self._is_granted_elsewhere(operation):
            return result
        return self.browse(foreign.ids), lambda: AccessError(
            self.env._(
                "%s serves others too: who administers disputes changes only what is for disputes.",
                foreign[0].display_name,
            )
        )

    @api.model
    def _is_granted_elsewhere(self, operation):
        """:return: whether a group other than administrators of disputes lets the user do so"""
        administrators = self.env.ref("dispute_management.group_dispute_administrator")
        groups = self.env.user.all_group_ids - administrators
        # Rights are read to be checked.
        return bool(
            self.env["ir.model.access"]
            .sudo()
            .search_count(
                Domain("model_id.model", "=", self._name)
                & Domain(f"perm_{operation}", "=", True)
                & (Domain("group_id", "in", groups.ids) | Domain("group_id", "=", False)),
                limit=1,
            )
        )
