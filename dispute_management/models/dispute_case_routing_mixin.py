from collections import Counter, defaultdict, namedtuple

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

RoutingFacts = namedtuple("RoutingFacts", "company reason partner amount")


class DisputeCaseRoutingMixin(models.AbstractModel):
    """Which pipeline, team and owner a new case gets."""

    _name = "dispute.case.routing.mixin"
    _description = "Dispute Routing"
    _inherit = ["dispute.case.owner.mixin"]

    @api.model
    def _prepare_assignment(self, vals_list):
        """Give new cases their pipeline, first stage, team and owner; given values stay.

        Override to route differently.
        """
        # Routing reads what an administrator set up; portal users may open cases too.
        this = self.sudo()
        pipelines = this.env["dispute.pipeline"].search(Domain.TRUE)
        reasons = this.env["dispute.reason"].browse({vals["reason_id"] for vals in vals_list})
        facts_list = [this._get_routing_facts(vals, reasons) for vals in vals_list]
        for vals, facts in zip(vals_list, facts_list, strict=True):
            this._prepare_stage(vals, facts, pipelines)
            self._check_start(this.env["dispute.stage"].browse(vals["stage_id"]))
        self._prepare_people(vals_list, facts_list)

    @api.model
    def _prepare_people(self, vals_list, facts_list):
        """Give cases their team and owner, and say why; given values stay.

        :param facts_list: `RoutingFacts` of each
        """
        # As above.
        this = self.sudo()
        teams = this.env["dispute.team"].search(Domain.TRUE)
        rules = this.env["dispute.routing.rule"].search(Domain.TRUE)
        waiting, able = defaultdict(list), {}
        for vals, facts in zip(vals_list, facts_list, strict=True):
            team = teams.browse(vals.get("team_id") or ())
            # A rule for another team than the one given says nothing of its people.
            fitting = (rule for rule in rules if rule.team_id == (team or rule.team_id) and rule._fits(facts))
            rule = next(fitting, rules.browse())
            team = team or rule.team_id or facts.reason.team_id or teams._get_first_of(facts.company)
            vals["team_id"] = team.id
            if vals.get("user_id"):
                vals["assignment_note"] = self._get_choice_note(vals["user_id"])
                continue
            key = (rule.user_id, facts.company)
            if key not in able:
                able[key] = rule.user_id._get_dispute_workers(facts.company)._get_present()
            vals["assignment_note"] = rule._get_note(able[key])
            if able[key]:
                vals["user_id"] = rule.user_id.id
            elif self._is_logged_by_clerk(vals, team, rule):
                vals["user_id"] = self.env.uid
                vals["assignment_note"] = self.env._("Logged it")
            else:
                waiting[team, facts.company].append(vals)
        given = Counter()
        for (team, company), team_vals in waiting.items():
            this._prepare_owners(team, company, team_vals, given)

    def _route(self):
        """Choose team and owner of these cases anew, by what is known of them now."""
        self.check_access("write")
        # After the check above: routing reads what an administrator set up.
        this = self.sudo()
        facts_list = [
            RoutingFacts(case.company_id, case.reason_id, case.partner_id, case.amount_disputed_company)
            for case in this
        ]
        # Nobody logs them now.
        vals_list = [{"priority": case.priority, "source": "import"} for case in this]
        self._prepare_people(vals_list, facts_list)
        people = [(vals["team_id"], vals["user_id"], vals["assignment_note"]) for vals in vals_list]
        for (team_id, user_id, note), cases in this._group_by_value(people):
            cases.write({"team_id": team_id, "user_id": user_id})
            cases._write_facts({"assignment_note": note})

    @api.model
    def _get_routing_facts(self, vals, reasons):
        """Say what routing asks of a case to be made.

        :param reasons: dispute.reason of all that are made with it, to be read at once
        :return: `RoutingFacts`; the amount in company currency
        """
        company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
        claims = [command[2] for command in vals.get("line_ids") or () if command[0] == Command.CREATE]
        lines, amount = self.env["dispute.line"], 0
        for claim in claims:
            document = lines._get_document(claim)
            if document and claim.get("amount"):
                amount += claim["amount"] * lines._get_document_rate(document)
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
    def _is_logged_by_clerk(self, vals, team, rule):
        """:return: whether a case stays with the clerk who logs it: where cases are not given out
        by a method, and no rule sends it to a team of others
        """
        user = self.env.user
        return (
            vals.get("source") in (None, "internal")
            and team.assignment_method not in ("round_robin", "least_loaded")
            and (not rule or user in team.user_id | team.member_ids)
            and user.id != SUPERUSER_ID
            and user.has_group("dispute_management.group_dispute_user")
        )
