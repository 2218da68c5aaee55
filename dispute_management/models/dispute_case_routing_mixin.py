from collections import defaultdict, namedtuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

from ..tools import assignment

#: Weight of a case in its owner's load, by priority.
PRIORITY_WEIGHTS = {"0": 1, "1": 2, "2": 3}

RoutingFacts = namedtuple("RoutingFacts", "company reason partner amount")


class DisputeCaseRoutingMixin(models.AbstractModel):
    """Which pipeline, team and owner a case gets, and why."""

    _name = "dispute.case.routing.mixin"
    _description = "Dispute Routing"

    assignment_note = fields.Char(
        string="Why this owner", readonly=True, copy=False, help="How the owner was chosen."
    )

    @api.model
    def _prepare_assignment(self, vals_list):
        """Give new cases their pipeline, first stage, team and owner; given values stay.

        Override to route differently.
        """
        # Routing reads what an administrator set up; portal users may open cases too.
        this = self.sudo()
        pipelines = this.env["dispute.pipeline"].search(Domain.TRUE)
        teams = this.env["dispute.team"].search(Domain.TRUE)
        rules = this.env["dispute.routing.rule"].search(Domain.TRUE)
        reasons = this.env["dispute.reason"].browse({vals["reason_id"] for vals in vals_list})
        waiting = {}
        for vals in vals_list:
            facts = this._get_routing_facts(vals, reasons)
            this._prepare_stage(vals, facts, pipelines)
            rule = next((rule for rule in rules if rule._fits(facts)), rules.browse())
            team = teams.browse(vals.get("team_id") or ()) or (
                rule.team_id or facts.reason.team_id or teams._get_first_of(facts.company)
            )
            vals["team_id"] = team.id
            if vals.get("user_id"):
                vals["assignment_note"] = self._get_choice_note(vals["user_id"])
            elif rule.user_id:
                vals["user_id"] = rule.user_id.id
                vals["assignment_note"] = self.env._("Rule %s", rule.name)
            elif self._is_logged_by_clerk(vals):
                vals["user_id"] = self.env.uid
                vals["assignment_note"] = self.env._("Logged it")
            else:
                waiting.setdefault((team, rule), []).append(vals)
        for (team, rule), team_vals in waiting.items():
            this._prepare_owners(team, rule, team_vals)

    @api.model
    def _get_choice_note(self, user_id):
        """:return: why an owner named by whoever acts has a case"""
        if self.env.uid == SUPERUSER_ID:
            return self.env._("Named with the case")
        if user_id == self.env.uid:
            return self.env._("Took it")
        return self.env._("Chosen by %s", self.env.user.name)

    def write(self, vals):
        if vals.get("user_id") and "assignment_note" not in vals:
            vals = {**vals, "assignment_note": self._get_choice_note(vals["user_id"])}
        res = super().write(vals)
        if "user_id" in vals and not vals["user_id"]:
            # An open case is never nobody's.
            self.filtered(lambda case: not (case.user_id or case.is_closed))._assign_fallback()
        return res

    @api.model
    def _get_routing_facts(self, vals, reasons):
        """Say what routing asks of a case to be made.

        :param reasons: dispute.reason of all that are made with it, to be read at once
        :return: `RoutingFacts`; the amount in company currency
        """
        company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
        claims = [command[2] for command in vals.get("line_ids") or () if command[0] == Command.CREATE]
        amount = 0
        for claim in claims:
            document = self.env["dispute.line"]._get_document(claim)
            rate = document.invoice_currency_rate if claim.get("move_id") else 1
            amount += (claim.get("amount") or 0) / (rate or 1)
        return RoutingFacts(
            company,
            reasons.browse(vals["reason_id"]).with_prefetch(reasons._prefetch_ids),
            self.env["res.partner"].browse(vals.get("partner_id") or ()),
            amount,
        )

    @api.model
    def _prepare_stage(self, vals, facts, pipelines):
        pipeline = pipelines.browse(vals.get("pipeline_id") or ()) or (
            facts.reason.pipeline_id or pipelines._get_first_of(facts.company)
        )
        stage = pipeline.stage_ids.filtered(lambda stage: stage.id == vals.get("stage_id"))
        stage = stage or pipeline._get_first_stage()
        if not stage or stage._is_closed():
            raise ValidationError(self.env._("A dispute starts in an open stage of its pipeline."))
        vals.update(
            {
                "pipeline_id": pipeline.id,
                "stage_id": stage.id,
                # Follows from the stage; told at once, it is not written again.
                "stage_kind": stage.kind,
                "waiting_on": stage.waiting_on,
                "waiting_since": vals["date_opened"],
            }
        )

    @api.model
    def _is_logged_by_clerk(self, vals):
        return vals.get("source") in (None, "internal") and self.env.user.has_group(
            "dispute_management.group_dispute_user"
        )

    @api.model
    def _prepare_owners(self, team, rule, vals_list):
        """Choose owners of new cases by the team's method, and say why."""
        note = self.env._("Rule %s", rule.name) if rule else ""
        people = team._get_available_members() if team else team.member_ids
        if team.assignment_method == "round_robin":
            owners = assignment.assign_round_robin(list(people), team.last_assigned_user_id, len(vals_list))
            why = self.env._("in turn in %s", team.name)
        elif team.assignment_method == "least_loaded":
            weights = [PRIORITY_WEIGHTS[vals.get("priority") or "0"] for vals in vals_list]
            owners = assignment.assign_least_loaded(self._get_loads(people), weights)
            why = self.env._("least to do in %s", team.name)
        else:
            owners, why = [], ""
        if not owners:
            owners, why = self._get_fallback_owners(team, vals_list)
        elif team.assignment_method == "round_robin":
            team.last_assigned_user_id = owners[-1]
        for vals, owner in zip(vals_list, owners, strict=True):
            vals["user_id"] = owner.id
            vals["assignment_note"] = ": ".join(part for part in (note, why) if part) if owner else note

    @api.model
    def _get_fallback_owners(self, team, vals_list):
        """Owners where a team has no method, or nobody who can take a case.

        :return: ``(owners, why)``: who leads the team, else an administrator of disputes
        """
        if leader := team and team._get_default_owner():
            return [leader] * len(vals_list), self.env._("leads %s", team.name)
        group = self.env.ref("dispute_management.group_dispute_administrator")
        people = self.env["res.users"].search(
            Domain("all_group_ids", "in", group.ids) & Domain("share", "=", False)
        )
        owners = []
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            able = [user for user in people if company_id in user.company_ids.ids]
            able.sort(key=lambda user, at=company_id: (user.company_id.id != at, user.id))
            owners.append(able[0] if able else people.browse())
        return owners, self.env._("administers disputes, for want of anybody in a team")

    @api.model
    def _get_loads(self, people):
        """Open cases of people, weighted by priority.

        :param people: res.users
        :return: ``{user: weight}``, in the order of people
        """
        groups = self._read_group(
            Domain("user_id", "in", people.ids) & Domain("is_closed", "=", False),
            ["user_id", "priority"],
            ["__count"],
        )
        loads = dict.fromkeys(people, 0)
        for user, priority, count in groups:
            loads[user] += PRIORITY_WEIGHTS[priority or "0"] * count
        return loads

    def _assign_fallback(self):
        """Give cases without an owner to who leads their team, else to an administrator."""
        for team, cases in self.grouped("team_id").items():
            vals_list = [{"company_id": case.company_id.id} for case in cases]
            # Who leads and administers is looked up, whoever let go of the case.
            owners, why = self.sudo()._get_fallback_owners(team.sudo(), vals_list)
            for owner, owned in cases._group_by_value(owners):
                if owner:
                    owned.write({"user_id": owner.id})
                    owned._write_facts({"assignment_note": why})

    def _get_owner_counts(self):
        """:return: who owns how many of these cases, in words"""
        owners = self.grouped("user_id").items()
        return ", ".join(f"{owner.name or self.env._('Nobody')}: {len(owned)}" for owner, owned in owners)

    def _assign(self, team=None):
        """Choose new owners of these cases by their teams' methods.

        :param team: dispute.team to move them to first; none keeps theirs
        """
        self.check_access("write")
        if team:
            self.write({"team_id": team.id})
        for case_team, cases in self.grouped("team_id").items():
            # After the check above: loads count the cases of all, and the team notes whose turn it is.
            vals_list = [{"priority": case.priority, "company_id": case.company_id.id} for case in cases]
            self.sudo()._prepare_owners(case_team.sudo(), self.env["dispute.routing.rule"], vals_list)
            by_owner = defaultdict(list)
            for case, vals in zip(cases, vals_list, strict=True):
                by_owner[vals["user_id"], vals["assignment_note"]].append(case.id)
            for (user_id, note), case_ids in by_owner.items():
                owned = self.browse(case_ids)
                owned.write({"user_id": user_id})
                owned._write_facts({"assignment_note": note})
