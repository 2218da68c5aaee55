from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class DisputeCase(models.Model):
    """What a customer sees of a case: words, steps and files, never more than that."""

    _inherit = "dispute.case"

    portal_form_key = fields.Char(
        string="Portal Form",
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="One-time key of the form this case was filed with: sent twice, it makes one case.",
    )

    _portal_form_key_uniq = models.UniqueIndex(
        "(portal_form_key) WHERE portal_form_key IS NOT NULL",
        "This form was sent already.",
    )

    def _compute_access_url(self):
        super()._compute_access_url()
        for case in self:
            case.access_url = f"/my/disputes/{case.id}"

    @api.model
    def _search_readable_on_invoice(self, invoice):
        """:return: the cases on ``invoice`` that the current user may read, sudoed to be shown"""
        if not self.has_access("read"):
            return self.sudo().browse()
        # sudo: found under the user's own rules; stage names are in a model a customer can't read.
        return self.search([("line_ids.move_id", "=", invoice.id)], order="date_opened desc, id desc").sudo()

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

    def _get_portal_reason_name(self):
        """:return: the customer's word for the reason; a reason of our own goes by a neutral one"""
        self.ensure_one()
        reason = self.reason_id
        return reason.public_name or (not reason.is_internal and reason.name) or self.env._("Invoice dispute")

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
        stages = list(self._get_timeline_stages() | self.stage_id)
        visited = self.stage_history_ids.stage_id
        current = stages.index(self.stage_id)
        waiting_kinds = ("waiting_customer", "waiting_third_party")
        shown = [
            *(stage for stage in stages[:current] if stage in visited),
            self.stage_id,
            *(stage for stage in stages[current + 1 :] if stage.kind not in waiting_kinds),
        ]
        names = list(dict.fromkeys(map(self._get_portal_stage_name, shown)))
        current = names.index(self._get_portal_stage_name(self.stage_id))
        states = ["done"] * current + ["current"] + ["next"] * (len(names) - current - 1)
        return [{"name": name, "state": state} for name, state in zip(names, states, strict=True)]

    def _get_portal_turn(self):
        """:return: whose turn it is as far as the customer is concerned: ``customer``, ``third_party``, ``us``, or
        False once closed; which of our people works on it is ours to know
        """
        self.ensure_one()
        if self.is_closed:
            return False
        return self.waiting_on if self.waiting_on in ("customer", "third_party") else "us"

    def _get_portal_amounts(self):
        """:return: (label, amount) of what the customer should read, the claim first; zero parts are left out"""
        self.ensure_one()
        # Where an amount went inside our books (applied, written off) is one thing to a customer: settled.
        parts = [
            (self.env._("Credited"), self.amount_credited),
            (self.env._("Refunded"), self.amount_refunded),
            (self.env._("Invoiced anew"), self.amount_rebilled),
            (self.env._("Settled otherwise"), self.amount_applied + self.amount_written_off),
            (self.env._("Paid"), self.amount_paid_after),
            (self.env._("Not accepted"), self.amount_rejected),
            (self.env._("Still open"), self.amount_open),
        ]
        return [(self.env._("You dispute"), self.amount_disputed)] + [
            (label, amount) for label, amount in parts if not self.currency_id.is_zero(amount)
        ]

    def _get_portal_documents(self):
        """:return: the invoices in dispute, and the posted credit notes made for it"""
        self.ensure_one()
        credit_notes = self.env["account.move"].search(
            self._get_credit_note_domain() & Domain("state", "=", "posted"), order="date, id"
        )
        return self.move_ids | credit_notes

    def _get_portal_messages(self):
        """:return: the messages a customer may read: what Odoo's portal conversation shows, and nothing else"""
        self.ensure_one()
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
                ("is_internal", "=", False),
                ("message_type", "in", ("comment", "email", "email_outgoing", "auto_comment")),
            ]
        )

    def _get_portal_attachments(self):
        """:return: the files a customer may read: those of the conversation; a file kept on the case is internal"""
        self.ensure_one()
        return self._get_portal_messages().attachment_ids.sorted("id")
