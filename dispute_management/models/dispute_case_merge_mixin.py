from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: States of settlements that neither run nor bind: they may move with their lines.
IDLE_SETTLEMENTS = ("draft", "declined", "expired", "cancelled")


class DisputeCaseMergeMixin(models.AbstractModel):
    """Cases about the same thing merged into one that goes on with them."""

    _name = "dispute.case.merge.mixin"
    _description = "Dispute Merge"

    merged_into_id = fields.Many2one(
        "dispute.case",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The case that goes on with this one.",
    )

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
        target_sudo._take_over_requests(sources)
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
        """Put the evidence of cases merged into this one on its list; theirs stays as it was.

        What Odoo holds is found again, by the lines that have moved.
        """
        self._collect_evidence()
        own = self.evidence_ids.grouped("type_id")
        supplied = sources.evidence_ids.filtered(lambda item: item.is_there and not item.source)
        missing = []
        for evidence_type, items in supplied.grouped("type_id").items():
            files = [fields.Command.link(file.id) for file in items.attachment_ids]
            notes = [item.note for item in items if item.note]
            if item := own.get(evidence_type):
                notes = [*filter(None, [item.note]), *notes]
                item.write({"attachment_ids": files, "note": "; ".join(notes)})
            elif files or notes:
                missing.append(
                    {
                        "case_id": self.id,
                        "type_id": evidence_type.id,
                        "attachment_ids": files,
                        "note": "; ".join(notes),
                        "is_required": False,
                    }
                )
        self.env["dispute.evidence"].create(missing)

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
        planned = sources.activity_ids - sources.activity_ids._get_dispute_next_steps()
        planned.write({"res_id": self.id})
        planned._replace_dispute_next_steps()
        messages = self.env["mail.message"].search(on_sources & Domain("model", "=", self._name))
        kept = messages.filtered(sources._is_on_record)
        (messages - kept).write({"res_id": self.id})

    def _is_on_record(self, message):
        """Whether a message on one of these cases stays with it when it is merged: what was
        tracked there, that it was opened, and what was sent to people about it.
        """
        if message.tracking_value_ids or message.message_type == "user_notification":
            return True
        created = message.create_date == self.browse(message.res_id).create_date
        return message.message_type == "notification" and created and not message.attachment_ids

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
        # Merging is our filing: the customer's matter goes on as it was.
        going_on = self.filtered(lambda case: not case.merged_into_id)
        return super(DisputeCaseMergeMixin, going_on)._send_to_customer(template)
