from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeCaseRelatedMixin(models.AbstractModel):
    """Cases that belong together without being one: a link that holds from both sides."""

    _name = "dispute.case.related.mixin"
    _description = "Related Disputes"

    related_case_ids = fields.Many2many(
        "dispute.case",
        "dispute_case_related_rel",
        "case_id",
        "related_case_id",
        string="Related Disputes",
        copy=False,
        domain="[('id', '!=', id)]",
        help="Linked from both sides.",
    )

    @api.constrains("related_case_ids")
    def _check_related_cases(self):
        for case in self:
            if case in case.related_case_ids:
                raise UserError(self.env._("%s can't be related to itself.", case.name))

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        if any(vals.get("related_case_ids") for vals in vals_list):
            cases._link_back(dict.fromkeys(cases, cases.browse()))
        return cases

    def write(self, vals):
        if "related_case_ids" not in vals:
            return super().write(vals)
        before = {case: case.related_case_ids for case in self}
        res = super().write(vals)
        self._link_back(before)
        return res

    def _link_back(self, before):
        """Make the links of these cases hold from the other side too, and say so there.

        :param before: ``{case: related cases before the change}``
        """
        for case, related in before.items():
            added, removed = case.related_case_ids - related, related - case.related_case_ids
            if not (added or removed):
                continue
            # A link shows the other case's number: only who may read it may make one.
            added.check_access("read")
            # The other side of a link is not a change of the other case.
            case._write_link(added.sudo(), removed.sudo())
            case._log_with_cases(self.env._("Linked as related: %s"), added)
            case._log_with_cases(self.env._("Not related any more: %s"), removed)
            for other in added:
                other.sudo()._log_with_cases(self.env._("Linked as related: %s"), case)
            for other in removed:
                other.sudo()._log_with_cases(self.env._("Not related any more: %s"), case)

    def _write_link(self, added, removed):
        # Past the `write` above, which would come back here: hence another method's super.
        # pylint: disable=super-method-mismatch
        super(DisputeCaseRelatedMixin, added).write({"related_case_ids": [fields.Command.link(self.id)]})
        super(DisputeCaseRelatedMixin, removed).write({"related_case_ids": [fields.Command.unlink(self.id)]})

    def _log_with_cases(self, text, cases):
        """Log a note naming other cases, each with a link to it.

        :param text: with one ``%s`` for the names
        """
        if cases:
            # The number of a case that this one was linked to is no secret to its readers.
            links = Markup(", ").join(case._get_html_link(title=case.name) for case in cases.sudo())
            self._message_log_batch(bodies={case.id: Markup.escape(text) % links for case in self})
