from collections import Counter, defaultdict

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ..tools import assignment

#: Weight of a case in its owner's load, by priority.
PRIORITY_WEIGHTS = {"0": 1, "1": 2, "2": 3}


class DisputeCaseOwnerMixin(models.AbstractModel):
    """Who owns a case, and why: chosen by hand, or by the method of its team."""

    _name = "dispute.case.owner.mixin"
    _description = "Dispute Owner"

    assignment_note = fields.Char(
        string="Why this owner", readonly=True, copy=False, help="How the owner was chosen."
    )

    def write(self, vals):
        if vals.get("user_id") and "assignment_note" not in vals:
            vals = {**vals, "assignment_note": self._get_choice_note(vals["user_id"])}
        res = super().write(vals)
        if "user_id" in vals and not vals["user_id"]:
            # An open case is never nobody's.
            self.filtered(lambda case: not (case.user_id or case.is_closed))._assign_fallback()
        return res

    @api.model
    def _get_choice_note(self, user_id):
        """:return: why an owner named by whoever acts has a case"""
        if self.env.uid == SUPERUSER_ID:
            return self.env._("Named with the case")
        if user_id == self.env.uid:
            return self.env._("Took it")
        return self.env._("Chosen by %s", self.env.user.name)

    @api.model
    def _prepare_owners(self, team, company, vals_list, given=None, without=None):
        """Choose owners of cases of one team and company, and say why.

        :param vals_list: values of the cases, `priority` among them; the owner is added, and why,
            after what `assignment_note` says already
        :param given: Counter of the weight of cases given in the same go, which is added to
        :param without: res.users who get none
        """
        given = Counter() if given is None else given
        members = team._get_available_members(company) - (without or self.env["res.users"])
        weights = [PRIORITY_WEIGHTS[vals.get("priority") or "0"] for vals in vals_list]
        owners, why = [], ""
        if team.assignment_method == "round_robin":
            everybody = list(team.member_ids)
            away = set(everybody) - set(members)
            owners = assignment.assign_round_robin(
                everybody, team.last_assigned_user_id, len(vals_list), away
            )
            why = self.env._("in turn in %s", team.name)
        elif team.assignment_method == "least_loaded":
            loads = {user: load + given[user] for user, load in self._get_loads(members).items()}
            owners = assignment.assign_least_loaded(loads, weights)
            why = self.env._("least to do in %s", team.name)
        if not owners:
            owner, why = self._get_fallback_owner(team, company, without)
            owners = [owner] * len(vals_list)
        elif team.assignment_method == "round_robin":
            team.last_assigned_user_id = owners[-1]
        for vals, owner, weight in zip(vals_list, owners, weights, strict=True):
            given[owner] += weight
            vals["user_id"] = owner.id
            parts = (vals.get("assignment_note"), owner and why)
            vals["assignment_note"] = ": ".join(filter(None, parts))

    @api.model
    def _get_fallback_owner(self, team, company, without=None):
        """The owner of a case where a team has no method, or nobody whose turn it could be.

        :param without: res.users who are not asked for
        :return: ``(owner, why)``: who leads the team, who stands in for them, whoever is in the team
            though away, else an administrator of disputes
        """
        without = without or self.env["res.users"]
        leader = team.user_id
        present = team._get_available_members(company, leader) - without
        workers = (leader | team.member_ids)._get_dispute_workers(company) - without
        owner = (present or workers)[:1]
        if owner and owner == leader:
            return owner, self.env._("leads %s", team.name)
        if owner and leader:
            return owner, self.env._(
                "stands in for %(leader)s in %(team)s", leader=leader.name, team=team.name
            )
        if owner:
            return owner, self.env._("works in %s", team.name)
        group = self.env.ref("dispute_management.group_dispute_administrator")
        domain = Domain("all_group_ids", "in", group.ids) & Domain("company_ids", "in", company.ids)
        people = self.env["res.users"].search(domain & Domain("share", "=", False)) - without
        people = people.sorted(lambda user: (user.company_id != company, user.id))
        return people[:1], self.env._("administers disputes, for want of anybody in a team")

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

    def _group_by_team(self):
        """:return: ``{(team, company): cases}``"""
        return self.grouped(lambda case: (case.team_id, case.company_id))

    def _assign_fallback(self):
        """Give cases without an owner to who leads their team, else to an administrator."""
        for (team, company), cases in self._group_by_team().items():
            # Who leads and administers is looked up, whoever let go of the case.
            owner, why = self.sudo()._get_fallback_owner(team.sudo(), company.sudo())
            if owner:
                cases.write({"user_id": owner.id})
                cases._write_facts({"assignment_note": why})

    def _get_owner_counts(self):
        """:return: who owns how many of these cases, in words"""
        owners = self.grouped("user_id").items()
        return ", ".join(f"{owner.name or self.env._('Nobody')}: {len(owned)}" for owner, owned in owners)

    def _assign(self, team=None, without=None):
        """Choose new owners of these cases by their teams' methods.

        :param team: dispute.team to move them to first; none keeps theirs
        :param without: res.users who get none of them
        """
        self.check_access("write")
        if team:
            self.write({"team_id": team.id})
        # After the check above: loads count the cases of all, and the team notes whose turn it is.
        this, given = self.sudo(), Counter()
        by_owner = defaultdict(list)
        for (case_team, company), cases in this._group_by_team().items():
            vals_list = [{"priority": case.priority} for case in cases]
            this._prepare_owners(case_team, company, vals_list, given, without)
            for case, vals in zip(cases, vals_list, strict=True):
                by_owner[vals["user_id"], vals["assignment_note"]].append(case.id)
        for (user_id, note), case_ids in by_owner.items():
            owned = self.browse(case_ids)
            owned.write({"user_id": user_id})
            owned._write_facts({"assignment_note": note})
