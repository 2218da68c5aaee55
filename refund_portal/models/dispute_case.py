from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class DisputeCase(models.Model):
    """What a customer sees of a case: words, steps and files, never more than that."""

    _name = "dispute.case"
    # The mixins first: they extend what a case does.
    _inherit = [
        "dispute.case.contact.mixin",
        "dispute.portal.list.mixin",
        "dispute.portal.page.mixin",
        "dispute.portal.timeline.mixin",
        "dispute.portal.act.mixin",
        "dispute.portal.rating.mixin",
        "dispute.portal.mail.mixin",
        "dispute.case",
    ]

    portal_form_key = fields.Char(
        string="Portal Form",
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="One-time key of the form this case was filed with: sent twice, it makes one case.",
    )

    portal_link_id = fields.Many2one(
        "dispute.link",
        string="Filed by link",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=fields.NO_ACCESS,
    )

    _portal_form_key_uniq = models.UniqueIndex(
        "(portal_form_key) WHERE portal_form_key IS NOT NULL",
        "This form was sent already.",
    )

    def _compute_access_url(self):
        super()._compute_access_url()
        for case in self:
            case.access_url = f"/my/disputes/{case.id}"

    def action_preview_portal_page(self):
        """:return: action that shows the page of this dispute as its customer reads it"""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "new"}

    def _get_portal_successor(self):
        """:return: the case on which a customer goes on: this one, what it was merged into, or none when archived"""
        self.ensure_one()
        case, seen = self, self
        while case.merged_into_id and case.merged_into_id not in seen:
            case = case.merged_into_id
            seen |= case
        return case if case.active else case.browse()

    @api.model
    def _search_readable_on_invoice(self, invoice):
        """:return: the cases on ``invoice`` that the current user may read, sudoed to be shown"""
        if not self.has_access("read"):
            return self.sudo().browse()
        # sudo: found under the user's own rules; stage names are in a model a customer can't read.
        return self.search([("line_ids.move_id", "=", invoice.id)], order="date_opened desc, id desc").sudo()

    @api.model
    def _search_readable_on_documents(self, documents):
        """:return: the cases on `FiledDocuments` that the current user may read, sudoed to be shown"""
        if not self.has_access("read"):
            return self.sudo().browse()
        domain = Domain("line_ids.move_id", "in", documents.moves.ids)
        domain |= Domain("line_ids.payment_id", "in", documents.payments.ids)
        # sudo: see above.
        return self.search(domain, order="date_opened desc, id desc", limit=10).sudo()

    def _get_portal_stage_name(self, stage):
        """:return: the customer's word for ``stage``; never our own name of it"""
        generic = {
            "new": self.env._("Received"),
            "waiting_customer": self.env._("Waiting for you"),
            "proposed": self.env._("Offer made"),
            "resolved": self.env._("Resolved"),
            "rejected": self.env._("Refused"),
            "withdrawn": self.env._("Withdrawn"),
        }
        if stage.is_hidden:
            # The pipeline is the admin's; of a hidden stage customers read the one before it.
            stages = list(stage.pipeline_id.stage_ids)
            before = [other for other in stages[: stages.index(stage)] if not other.is_hidden]
            stage = before[-1] if before else stage
        return stage.public_name or generic.get(stage.kind) or self.env._("In progress")

    def _get_portal_stage(self, stage, waiting_on):
        """The stage that customers read a case to be in: what waits for them waits no more when they have answered.

        :param stage: dispute.stage it is in
        :param waiting_on: whose turn it is there
        """
        if stage.waiting_on != "customer" or waiting_on == "customer":
            return stage
        working = stage.pipeline_id.stage_ids.filtered(
            lambda item: item.kind == "assessing" and not item.is_hidden
        )
        return working[:1] or stage

    def _get_portal_reason_name(self):
        """:return: the customer's word for the reason; a reason of our own goes by a neutral one"""
        self.ensure_one()
        return self.reason_id._get_customer_name()

    def _get_portal_extra(self):
        """:return: (label, text) of the extra fields that the customer was asked for and that are filled in"""
        self.ensure_one()
        filled = []
        for definition in self.reason_id._get_portal_fields():
            value = self.reason_properties.get(definition["name"])
            if definition["type"] == "boolean":
                value = self.env._("Yes") if value else False
            elif definition["type"] == "selection":
                # Odoo reads the option or its label, depending on who asks.
                value = dict(definition.get("selection") or ()).get(value, value)
            elif definition["type"] == "date" and value:
                value = format_date(self.env, value)
            if value:
                filled.append((definition.get("string") or definition["name"], str(value)))
        return filled

    def _get_portal_steps(self):
        """:return: the case's way in the customer's words, as dicts ``name`` and ``state`` (``done``, ``current``
        or ``next``); stages that read the same are one step

        Done is where the case has been. Waiting for someone is no step ahead: it need not happen.
        """
        self.ensure_one()
        here = self._get_portal_stage(self.stage_id, self.waiting_on)
        stages = list((self._get_timeline_stages() | here).sorted())
        visited = self.stage_history_ids.stage_id
        current = stages.index(here)
        waiting_kinds = ("waiting_customer", "waiting_third_party")
        shown = [
            *(stage for stage in stages[:current] if stage in visited),
            here,
            *(stage for stage in stages[current + 1 :] if stage.kind not in waiting_kinds),
        ]
        names = list(dict.fromkeys(map(self._get_portal_stage_name, shown)))
        current = names.index(self._get_portal_stage_name(here))
        states = ["done"] * current + ["current"] + ["next"] * (len(names) - current - 1)
        return [{"name": name, "state": state} for name, state in zip(names, states, strict=True)]
