from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.sla_match import Facts, first_matches

#: Fields of a case by which a policy may choose it.
MATCHED_FIELDS = frozenset("company_id reason_id team_id pipeline_id priority partner_id".split())
#: So many cases are computed anew at once; more wait for the background.
AT_ONCE = 100


class DisputeSlaRenewalMixin(models.AbstractModel):
    """Promises follow what they were made of: facts of the case, policies, calendars.

    Time that ran is in the history, so that nothing is lost when another policy applies.
    Promises that were kept or missed stay as they were.
    """

    _name = "dispute.sla.renewal.mixin"
    _description = "Dispute SLA Renewal"

    is_clock_stale = fields.Boolean(
        string="Deadlines being computed",
        readonly=True,
        copy=False,
        help="Policies or working hours have changed: the deadlines follow in the background.",
    )

    _clock_stale_idx = models.Index("(id) WHERE is_clock_stale")

    def write(self, vals):
        res = super().write(vals)
        names = set(vals)
        if names & MATCHED_FIELDS or (names & self._get_date_fields()):
            self._renew_promises()
        return res

    @api.model
    def _get_date_fields(self):
        """:return: names of the fields of a case that some policy counts its days from"""
        criteria = self.env["dispute.sla.policy"]._get_criteria()
        return criteria | {"reason_properties"} if "property" in criteria else criteria

    def _start_promises(self):
        """Make the promises that the policies give these new cases."""
        self._renew_promises()

    def _renew_promises(self):
        """Let the promises of these cases follow their facts, policies and calendars."""
        # Policies are no one's secret, and the clock writes promises whoever changes a case.
        cases = self.sudo().filtered(lambda case: not case.is_closed)
        scopes = cases.env["dispute.sla.policy"]._get_scopes()
        vals_list, changed, dropped = [], defaultdict(list), []
        for case in cases:
            promised = first_matches(scopes, case._get_sla_facts())
            for status in case.sla_status_ids:
                scope = promised.pop(status._get_lane(), None)
                if status.date_reached:
                    continue
                if not scope:
                    dropped.append(status.id)
                    continue
                values = (scope.policy, case._get_match_note(scope), False)
                if values != (status.policy_id.id, status.match_note, status.is_cancelled):
                    changed[values].append(status.id)
            vals_list += [case._prepare_promise(scope) for scope in promised.values()]
        statuses = cases.env["dispute.sla.status"]
        statuses.browse(dropped).write({"is_cancelled": True})
        for values, ids in changed.items():
            statuses.browse(ids).write(
                dict(zip(("policy_id", "match_note", "is_cancelled"), values, strict=True))
            )
        statuses._prepare_deadlines(vals_list)
        made = statuses.create(vals_list)
        settled = made.filtered(lambda status: not (status.is_fixed or status.date_reached))
        ((cases.sla_status_ids.filtered("is_open") | made) - settled)._refresh_deadlines()
        # Days without progress are counted by working hours too, whatever was promised.
        cases._after_clock_change()
        made.filtered("date_reached")._note_outcome()
        self.filtered("is_clock_stale")._write_facts({"is_clock_stale": False})

    def _get_sla_facts(self):
        """:return: `Facts` of this case that policies ask for"""
        self.ensure_one()
        return Facts(
            companies=frozenset(self.company_id.parent_ids.ids),
            reason=self.reason_id.id,
            team=self.team_id.id,
            pipeline=self.pipeline_id.id,
            priority=self.priority or "0",
            country=self.partner_id.country_id.id,
            tags=frozenset(self.partner_id.category_id.ids),
            amount=self.amount_disputed_company,
        )

    def _get_match_note(self, scope):
        """:return: why a policy fits this case: its facts that the policy asks for"""
        self.ensure_one()
        priorities = self._fields["priority"]._description_selection(self.env)
        facts = [
            scope.pipelines and self.pipeline_id.name,
            scope.reasons and self.reason_id.name,
            scope.teams and self.team_id.name,
            scope.priority and dict(priorities)[scope.priority],
            scope.countries and self.partner_id.country_id.name,
            scope.tags and ", ".join(tag.name for tag in self.partner_id.category_id if tag.id in scope.tags),
            (scope.amount_min or scope.amount_max)
            and self.company_currency_id.format(self.amount_disputed_company),
            scope.company and self.env["res.company"].browse(scope.company).name,
        ]
        return " · ".join(filter(None, facts)) or self.env._("For every case")

    def _prepare_promise(self, scope):
        """:return: values of a promise; one that history has kept already is made as reached"""
        self.ensure_one()
        target, stage_kind, is_fixed = scope.lane
        reached = False
        if target == "first_response":
            reached = self.date_first_response
        elif target == "stage_kind":
            entries = self.stage_history_ids.filtered(lambda row: row.stage_id.kind == stage_kind)
            reached = entries[:1].date_entered
        return {
            "case_id": self.id,
            "company_id": self.company_id.id,
            "policy_id": scope.policy,
            "match_note": self._get_match_note(scope),
            "target": target,
            "stage_kind": stage_kind,
            "is_fixed": is_fixed,
            "date_started": self.date_opened,
            "date_reached": reached,
        }

    # Many at once

    @api.model
    def _renew_promises_where(self, domain):
        """Let the promises of open cases follow: at once when they are few, else in the background.

        :param domain: which cases
        """
        # Whoever changes working hours or policies changes them for all cases.
        Case = self.env["dispute.case"].sudo().with_context(active_test=False)
        domain = Domain(domain) & Domain("is_closed", "=", False)
        cases = Case.search(domain, limit=AT_ONCE + 1, order="id")
        if len(cases) <= AT_ONCE:
            cases._renew_promises()
            return
        query = Case._search(domain & Domain("is_clock_stale", "=", False))
        self.env.execute_query(
            SQL(
                "UPDATE dispute_case SET is_clock_stale = TRUE WHERE id IN %s RETURNING id", query.subselect()
            )
        )
        Case.invalidate_model(["is_clock_stale"])
        # Waking up the job is no right of its own.
        self.env.ref("dispute_management.ir_cron_renew_promises").sudo()._trigger()

    @api.model
    def _cron_renew_promises(self, batch=500):
        """Compute promises anew that wait for it, in committed batches.

        What was done is noted with the case: stopping anywhere and running twice is harmless.

        :param batch: cases a commit
        """
        domain = Domain("is_clock_stale", "=", True)
        Case = self.env["dispute.case"].with_context(active_test=False)
        self.env["ir.cron"]._commit_progress(remaining=Case.search_count(domain))
        while cases := Case.search(domain, limit=batch, order="id"):
            cases = cases.try_lock_for_update().filtered_domain(domain)
            if not cases:
                break
            cases._renew_promises()
            count = len(cases)
            if not self.env["ir.cron"]._commit_progress(count):
                break
            # Memory stays what one batch needs.
            self.env.invalidate_all()
