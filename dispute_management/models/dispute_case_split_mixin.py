from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class DisputeCaseSplitMixin(models.AbstractModel):
    """Some lines of a case get a case of their own, with the same past.

    While one is made, the context holds the case it is split off. An object, since what a
    client puts into its context is text and numbers.
    """

    _name = "dispute.case.split.mixin"
    _description = "Dispute Split"

    def _get_cannot_split_reason(self, lines):
        """:return: why these lines can't leave this case, or False"""
        self.ensure_one()
        if self.is_closed:
            return self.env._("%s is closed: reopen it to split it.", self.name)
        if not lines or lines - self.line_ids:
            return self.env._("Choose the lines of %s that get a case of their own.", self.name)
        if not self.line_ids - lines:
            return self.env._("Leave at least one line in %s.", self.name)
        for line in lines:
            states = set(line.settlement_line_ids.settlement_id.mapped("state"))
            if states - {"declined", "expired", "cancelled"}:
                return self.env._(
                    "%s is part of a settlement: it stays where it is settled.", line.display_name
                )
        return False

    def _split(self, lines, vals=None):
        """Give lines of this case a case of their own, with the same past.

        :param lines: dispute.line of this case
        :param vals: values of the new case that differ, as reason or owner
        :return: the new dispute.case
        :raise UserError: when they can't leave, with the reason; nothing is written then
        """
        self.ensure_one()
        self.check_access("write")
        reason = self._get_cannot_split_reason(lines)
        if reason:
            raise UserError(reason)
        splitting = self.with_context(dispute_split_from=self)
        new = splitting.create({**self._prepare_split_values(), **(vals or {})})
        new = new.with_context(dispute_split_from=None)
        # After the access check above: people can't rewrite what they move.
        lines.sudo()._move_to_case(new.sudo())
        new._collect_evidence()
        new._take_over_promises(self)
        new.related_case_ids = self
        new._log_with_cases(self.env._("Split off %s."), self)
        self._log_with_cases(self.env._("Split into %s."), new)
        return new

    def _take_over_promises(self, origin):
        """Let promises met before the split be met on this case too."""
        # Written by the clock, never by hand: users may only read promises.
        statuses, facts = self.sudo().sla_status_ids, origin.sudo()
        if facts.date_first_response:
            self._write_facts({"date_first_response": facts.date_first_response})
        met = {status.policy_id: status.date_reached for status in facts.sla_status_ids}
        for status in statuses.filtered(lambda status: met.get(status.policy_id)):
            status._reach(met[status.policy_id])

    @api.model
    def _check_start(self, stage):
        # What is split off stays where it was.
        if not self._get_split_origin():
            super()._check_start(stage)

    def _prepare_split_values(self):
        """:return: values of a case split off this one; override to add fields"""
        self.ensure_one()
        return {
            "reason_id": self.reason_id.id,
            "cause_id": self.cause_id.id,
            "contact_id": self.contact_id.id,
            "pipeline_id": self.pipeline_id.id,
            "stage_id": self.stage_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "coordinator_id": self.coordinator_id.id,
            "priority": self.priority,
            "tag_ids": [Command.set(self.tag_ids.ids)],
            "source": self.source,
            "date_opened": self.date_opened,
            "customer_reference": self.customer_reference,
            "customer_wish": self.customer_wish,
            "description": self.description,
        }

    @api.model
    def _prepare_case_from_documents(self, vals, documents):
        origin = self._get_split_origin()
        if not origin:
            return super()._prepare_case_from_documents(vals, documents)
        return {
            "partner_id": origin.partner_id.id,
            "contact_id": vals.get("contact_id") or origin.contact_id.id,
            "company_id": origin.company_id.id,
            "currency_id": origin.currency_id.id,
        }

    def _send_to_customer(self, template):
        # Splitting is our filing: the customer's matter goes on as it was.
        return None if self._get_split_origin() else super()._send_to_customer(template)

    @api.model
    def _get_split_origin(self):
        """:return: the case that one is being split off, or None"""
        origin = self.env.context.get("dispute_split_from")
        return origin if isinstance(origin, models.BaseModel) else None

    def _log_stage(self, instants):
        origin = self._get_split_origin()
        if not origin:
            return super()._log_stage(instants)
        # Its past is that of the case it was part of: turns, pauses and time per stage.
        self._write_facts({"waiting_since": origin.waiting_since})
        # History is evidence that users can't write themselves.
        rows = origin.sudo().stage_history_ids
        rows.create([vals for case in self for vals in rows.copy_data({"case_id": case.id})])
        return None
