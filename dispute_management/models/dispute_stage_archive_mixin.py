from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .dispute_stage_kinds import CLOSED_KINDS


class DisputeStageArchiveMixin(models.AbstractModel):
    """A stage in use: what may no longer change about it, and how it is archived.

    Cases and settings point at stages; a stage that vanished would leave cases without a
    column, and an emptied list of next stages would allow all of them.
    """

    _name = "dispute.stage.archive.mixin"
    _description = "Dispute Stage in Use"

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            reason = self.filtered("active")._get_cannot_archive_reason()
            if reason:
                raise UserError(reason)
        self._check_change(vals)
        return super().write(vals)

    def action_archive(self):
        """Archive these stages; those in use ask where their cases and settings go.

        :return: the action that asks, or None
        """
        stages = self.filtered("active")
        if not stages._get_open_cases() and not any(stages._get_references().values()):
            return super().action_archive()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Archive Stage"),
            "res_model": "dispute.stage.archive",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_stage_ids": stages.ids},
        }

    def _check_change(self, vals):
        """:raise UserError: when a stage that cases stand in would open or close them, or leave their pipeline"""
        changing = self.filtered(
            lambda stage: (
                ("pipeline_id" in vals and stage.pipeline_id.id != vals["pipeline_id"])
                or (
                    "kind" in vals
                    and stage.kind != vals["kind"]
                    and {stage.kind, vals["kind"]} & set(CLOSED_KINDS)
                )
            )
        )
        # Cases of all companies count.
        cases = self.env["dispute.case"].sudo().with_context(active_test=False)
        used = cases.search(Domain("stage_id", "in", changing.ids), limit=1).stage_id
        if used:
            raise UserError(
                self.env._(
                    "Disputes stand in %s: add a stage of the other kind or pipeline instead of changing it.",
                    used.name,
                )
            )

    def _get_open_cases(self):
        """:return: the open dispute.case in these stages, of all companies, with all rights"""
        # Who may archive a stage decides for all its cases, whoever may see them.
        cases = self.env["dispute.case"].sudo().with_context(active_test=False)
        return cases.search(Domain("stage_id", "in", self.ids) & Domain("is_closed", "=", False))

    def _get_cannot_archive_reason(self):
        """:return: why these stages can't be archived just like that, or False"""
        counts = {stage: len(cases) for stage, cases in self._get_open_cases().grouped("stage_id").items()}
        for stage, count in counts.items():
            return self.env._(
                "%(count)s open disputes stand in %(stage)s:"
                " use Archive on the stage, which asks where they go.",
                count=count,
                stage=stage.name,
            )
        for (label, _model, _field), records in self._get_references().items():
            if records:
                return self.env._(
                    "%(stage)s is still used. %(label)s: %(names)s."
                    " Use Archive on the stage, which asks what to use instead.",
                    stage=", ".join(self.mapped("name")),
                    label=label,
                    names=", ".join(records.mapped("display_name")),
                )
        return self._get_needed_reason()

    def _get_needed_reason(self):
        """:return: why their pipelines can't do without these stages, or False"""
        for pipeline in self.pipeline_id.filtered("active"):
            kept = pipeline.stage_ids - self
            if all(stage._is_closed() for stage in kept):
                return self.env._(
                    "%s needs an open stage in which cases start: add another one first.", pipeline.name
                )
            if not any(stage._is_closed() for stage in kept) and any(stage._is_closed() for stage in self):
                return self.env._(
                    "%s needs a stage in which cases close: add another one first.", pipeline.name
                )
        return False

    # What points at a stage

    @api.model
    def _get_reference_fields(self):
        """Settings that name a stage; override to add some.

        :return: list of ``(label, model, field)``
        """
        return [
            (self.env._("Next stage of"), "dispute.stage", "next_stage_ids"),
            (self.env._("Cases move on to it from"), "dispute.stage", "timeout_stage_id"),
            (self.env._("Activities that lead to it"), "mail.activity.type", "dispute_stage_id"),
            (self.env._("Suggested steps to it"), "dispute.next.step", "stage_id"),
            (self.env._("Steps suggested in it"), "dispute.next.step", "stage_ids"),
        ]

    def _get_references(self):
        """:return: ``{(label, model, field): records}`` that point at these stages, themselves left out"""
        references = {}
        for label, model, name in self._get_reference_fields():
            # All that points here counts, also what this administrator may not see.
            records = self.env[model].sudo().search(Domain(name, "in", self.ids))
            references[label, model, name] = records - self if model == self._name else records
        return references

    def _replace_references(self, target):
        """Let what points at these stages point at another; without one, at nothing.

        For superuser code, after its checks.

        :param target: dispute.stage, may be empty
        """
        for (_label, _model, name), records in self._get_references().items():
            for record in records:
                # A stage leads to itself by standing still.
                following = target - record if record._name == self._name else target
                if record._fields[name].type == "many2many":
                    commands = [Command.unlink(stage.id) for stage in self & record[name]]
                    record[name] = commands + [Command.link(stage.id) for stage in following]
                elif name == "timeout_stage_id" and not following:
                    record.write({name: False, "timeout_days": 0})
                else:
                    record[name] = following
