from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: States of settlements that neither run nor bind: they may move with their lines.
IDLE_SETTLEMENTS = ("draft", "declined", "expired", "cancelled")

#: Types of messages that go with a merge. What was tracked stays with the case it
#: happened on.
MOVED_MESSAGES = ("comment", "email", "email_outgoing", "auto_comment", "out_of_office")


class DisputeCaseMergeMixin(models.AbstractModel):
    """Cases about the same thing: merged into one, split in two, or linked as related."""

    _name = "dispute.case.merge.mixin"
    _description = "Dispute Merge and Split"

    merged_into_id = fields.Many2one(
        "dispute.case",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The case that goes on with this one.",
    )
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
        # Past the `write` above, which would come back here.
        super(DisputeCaseMergeMixin, added).write({"related_case_ids": [fields.Command.link(self.id)]})
        super(DisputeCaseMergeMixin, removed).write({"related_case_ids": [fields.Command.unlink(self.id)]})

    def _log_with_cases(self, text, cases):
        """Log a note naming other cases, each with a link to it.

        :param text: with one ``%s`` for the names
        """
        if cases:
            links = Markup(", ").join(case._get_html_link(title=case.name) for case in cases.sudo())
            self._message_log_batch(bodies={case.id: Markup.escape(text) % links for case in self})

    # Merge

    def _get_cannot_merge_reason(self, target):
        """Tell why these cases can't be merged into another; the one answer for wizard and guard.

        :param target: the dispute.case that goes on
        :return: a sentence, or False
        """
        if not self or target in self:
            return self.env._("Choose at least two cases to merge.")
        for case in self | target:
            if case.is_closed:
                return self.env._("%s is closed: only open cases can be merged.", case.name)
        if not (target.partner_id and target.line_ids):
            return self.env._("%s lacks customer or document: merge it into the other case.", target.name)
        for case in self:
            reason = case._get_differs_reason(target) or case._get_settled_reason()
            if reason:
                return reason
        return False

    def _get_differs_reason(self, target):
        self.ensure_one()
        wrong = None
        if case_partner := self.partner_id - target.partner_id:
            wrong = self.env._("is of %s", case_partner.display_name)
        elif self.company_id != target.company_id:
            wrong = self.env._("belongs to %s", self.company_id.name)
        elif self.line_ids and self.currency_id != target.currency_id:
            wrong = self.env._("is in %s", self.currency_id.name)
        return wrong and self.env._(
            "%(case)s %(wrong)s: link it to %(target)s as related instead.",
            case=self.name,
            wrong=wrong,
            target=target.name,
        )

    def _get_settled_reason(self):
        """:return: why what is settled keeps this case from ending in another, or False"""
        self.ensure_one()
        for settlement in self.settlement_ids:
            if settlement.state == "executed":
                # Its documents name the case, and evidence can't change: the case must go on.
                return self.env._("%s has settled already: merge the other cases into it.", self.name)
            if settlement.state not in IDLE_SETTLEMENTS:
                return self.env._("%s has a settlement under way: finish or cancel it first.", self.name)
        return False

    def _merge_into(self, target):
        """Let one case go on with these, which close as merged.

        Their lines, followers, files, open activities, messages and idle settlements move.
        What was tracked, their stage history and promises stay with them as evidence.

        :param target: dispute.case
        :raise UserError: when they can't be merged, with the reason; nothing is written then
        """
        (self | target).check_access("write")
        reason = self._get_cannot_merge_reason(target)
        if reason:
            raise UserError(reason)
        resolution = self.env.ref("dispute_management.dispute_resolution_mrg", raise_if_not_found=False)
        if not resolution:
            raise UserError(self.env._("The resolution Merged was deleted: it is needed to merge."))
        summary = self._get_merge_summary()
        self._write_facts({"merged_into_id": target.id})
        # After the access check on all of them: people can't rewrite what they move.
        sources, target_sudo = self.sudo(), target.sudo()
        target_sudo._take_over_fields(sources)
        sources.settlement_ids.write({"case_id": target.id})
        sources.line_ids._move_to_case(target_sudo)
        target_sudo._take_over_evidence(sources)
        target_sudo._take_over_thread(sources)
        self._close(resolution)
        sources._cancel_promises()
        target._message_log(body=summary)
        self._log_with_cases(self.env._("Merged into %s, which goes on with it."), target)

    def _get_merge_summary(self):
        """:return: what the case that goes on tells of those merged into it"""
        rows = Markup().join(
            Markup("<li>%s: %s</li>")
            % (case._get_html_link(title=case.name), case.currency_id.format(case.amount_disputed))
            for case in self
        )
        return Markup("%s<ul>%s</ul>") % (self.env._("Merged into this case, with their claims:"), rows)

    def _take_over_fields(self, sources):
        """Fill what this case lacks from those merged into it. Override to add fields."""
        values = {
            name: next(filter(None, sources.mapped(name)))
            for name in ("customer_reference", "customer_wish", "description")
            if not self[name] and any(sources.mapped(name))
        }
        priority = max(case.priority or "0" for case in sources)
        if priority > (self.priority or "0"):
            values["priority"] = priority
        if sources.tag_ids - self.tag_ids:
            values["tag_ids"] = [fields.Command.link(tag.id) for tag in sources.tag_ids]
        if values:
            self.write(values)

    def _take_over_evidence(self, sources):
        """Put the evidence of cases merged into this one on its list; theirs stays as it was."""
        own = self.evidence_ids.grouped("type_id")
        for evidence_type, items in sources.evidence_ids.filtered("is_there").grouped("type_id").items():
            files = [fields.Command.link(file.id) for file in items.attachment_ids]
            notes = [item.note for item in items if item.note]
            if item := own.get(evidence_type):
                item.write({"attachment_ids": files, "note": item.note or "; ".join(notes)})
            elif files or notes:
                self.env["dispute.evidence"].create(
                    {
                        "case_id": self.id,
                        "type_id": evidence_type.id,
                        "attachment_ids": files,
                        "note": "; ".join(notes),
                        "is_required": False,
                    }
                )

    def _take_over_thread(self, sources):
        """Move followers, files, open activities and messages to this case."""
        followers = sources.message_partner_ids.filtered(
            lambda partner: not partner.partner_share or partner.commercial_partner_id == self.partner_id
        )
        self.message_subscribe(partner_ids=followers.ids)
        on_sources = Domain("res_id", "in", sources.ids)
        files = self.env["ir.attachment"].search(
            on_sources & Domain("res_model", "=", self._name) & Domain("res_field", "=", False)
        )
        files.write({"res_id": self.id})
        sources.activity_ids.write({"res_id": self.id})
        messages = self.env["mail.message"].search(
            on_sources & Domain("model", "=", self._name) & Domain("message_type", "in", MOVED_MESSAGES)
        )
        messages.filtered(lambda message: not message.tracking_value_ids).write({"res_id": self.id})

    def _cancel_promises(self):
        """The case that goes on keeps its own promises: those of merged cases were not kept."""
        ended = self.sla_status_ids.filtered(
            lambda status: not status.date_reached or status.date_reached == status.case_id.date_closed
        )
        ended.write({"date_reached": False, "is_cancelled": True})

    def _get_cannot_enter_reason(self, stage):
        if self.merged_into_id:
            if stage.kind == "withdrawn":
                return False
            return self.env._("It was merged into %s: work there.", self.merged_into_id.name)
        return super()._get_cannot_enter_reason(stage)

    def _send_to_customer(self, template):
        # Merging and splitting is our filing: the customer's matter goes on as it was.
        if isinstance(self.env.context.get("dispute_split_from"), models.BaseModel):
            return None
        going_on = self.filtered(lambda case: not case.merged_into_id)
        return super(DisputeCaseMergeMixin, going_on)._send_to_customer(template)

    # Split

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
        # An object, since what a client puts into its context is text and numbers.
        splitting = self.with_context(dispute_split_from=self)
        new = splitting.create({**self._prepare_split_values(), **(vals or {})})
        new = new.with_context(dispute_split_from=None)
        # After the access check above: people can't rewrite what they move.
        lines.sudo()._move_to_case(new.sudo())
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
            "tag_ids": [fields.Command.set(self.tag_ids.ids)],
            "source": self.source,
            "date_opened": self.date_opened,
            "customer_reference": self.customer_reference,
            "customer_wish": self.customer_wish,
            "description": self.description,
        }

    @api.model
    def _prepare_case_from_documents(self, vals):
        origin = self.env.context.get("dispute_split_from")
        if not isinstance(origin, models.BaseModel):
            return super()._prepare_case_from_documents(vals)
        return {
            "partner_id": origin.partner_id.id,
            "contact_id": vals.get("contact_id") or origin.contact_id.id,
            "company_id": origin.company_id.id,
            "currency_id": origin.currency_id.id,
        }

    def _log_stage(self, instants):
        origin = self.env.context.get("dispute_split_from")
        if not isinstance(origin, models.BaseModel):
            return super()._log_stage(instants)
        # Its past is that of the case it was part of: turns, pauses and time per stage.
        for case in self:
            case._write_facts({"waiting_since": origin.waiting_since})
            for row in origin.sudo().stage_history_ids:
                row.copy({"case_id": case.id})
        return None

