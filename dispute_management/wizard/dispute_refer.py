from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.dispute_referral_channel import REFERRAL_KINDS


class DisputeRefer(models.TransientModel):
    """Refer a case to an outside body: to whom, for what, with which documents.

    With a referral given it makes another evidence pack for that one.
    """

    _name = "dispute.refer"
    _description = "Refer a Dispute"
    _inherit = ["dispute.wizard.mixin"]

    case_id = fields.Many2one("dispute.case", required=True, readonly=True)
    referral_id = fields.Many2one("dispute.referral", readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount_open = fields.Monetary(related="case_id.amount_open")
    suggested_channel_ids = fields.Many2many(
        "dispute.referral.channel", string="Suggested", compute="_compute_suggested_channel_ids"
    )
    channel_id = fields.Many2one(
        "dispute.referral.channel",
        compute="_compute_channel_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', company_id)]",
    )
    kind = fields.Selection(
        REFERRAL_KINDS,
        compute="_compute_from_channel",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Sent to",
        compute="_compute_from_channel",
        store=True,
        readonly=False,
        precompute=True,
    )
    country_id = fields.Many2one(
        "res.country", string="Jurisdiction", compute="_compute_jurisdiction", store=True, readonly=False
    )
    state_id = fields.Many2one(
        "res.country.state",
        compute="_compute_jurisdiction",
        store=True,
        readonly=False,
        domain="[('country_id', '=?', country_id)]",
    )
    reference = fields.Char(string="Their Reference")
    date_sent = fields.Date(string="Sent", required=True, default=fields.Date.context_today)
    date_due = fields.Date(string="Answer Due", compute="_compute_date_due", store=True, readonly=False)
    desired_outcome = fields.Text(
        compute="_compute_desired_outcome", store=True, readonly=False, precompute=True, required=True
    )
    letter = fields.Text(compute="_compute_from_channel", store=True, readonly=False, precompute=True)
    is_packing = fields.Boolean(string="Make the evidence pack", default=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language of the case file",
        compute="_compute_lang",
        store=True,
        readonly=False,
    )
    document_ids = fields.One2many(
        "dispute.refer.document",
        "refer_id",
        compute="_compute_document_ids",
        store=True,
        readonly=False,
    )
    can_print = fields.Boolean(compute="_compute_can_print")

    @api.depends("case_id")
    def _compute_suggested_channel_ids(self):
        for wizard in self:
            wizard.suggested_channel_ids = self.env["dispute.referral.channel"]._get_suggested(
                wizard.case_id._origin
            )

    @api.depends("case_id", "referral_id")
    def _compute_channel_id(self):
        for wizard in self:
            # Of the record, not of the wizard that is being made: that one is not saved.
            suggested = wizard.suggested_channel_ids._origin
            wizard.channel_id = wizard.referral_id.channel_id or suggested[:1]

    @api.depends("channel_id")
    def _compute_from_channel(self):
        for wizard in self:
            channel, case = wizard.channel_id._origin, wizard.case_id._origin
            wizard.kind = channel.kind or wizard.kind or "counsel"
            wizard.contact_id = channel.partner_id
            wizard.letter = channel._get_letter(case) if channel else False

    @api.depends("channel_id")
    def _compute_jurisdiction(self):
        for wizard in self:
            countries, partner = wizard.channel_id.country_ids, wizard.case_id.partner_id
            # The customer's, or the only one the channel is for.
            is_theirs = not countries or partner.country_id in countries
            own = countries if len(countries) == 1 else countries.browse()
            wizard.country_id = partner.country_id if is_theirs else own
            wizard.state_id = partner.state_id if is_theirs else False

    @api.depends("channel_id", "date_sent")
    def _compute_date_due(self):
        for wizard in self:
            days = wizard.channel_id.answer_days
            wizard.date_due = days and wizard.date_sent and wizard.date_sent + timedelta(days=days)

    @api.depends("referral_id")
    def _compute_desired_outcome(self):
        for wizard in self:
            wizard.desired_outcome = wizard.referral_id.desired_outcome or wizard.desired_outcome

    @api.depends("case_id")
    def _compute_lang(self):
        for wizard in self:
            wizard.lang = wizard.case_id.company_id.partner_id.lang or self.env.lang

    @api.depends("case_id")
    def _compute_document_ids(self):
        for wizard in self:
            case = wizard.case_id._origin
            documents = self._get_documents(case) if case else {}
            wizard.document_ids = [Command.clear()] + [
                Command.create(
                    {
                        "source": source,
                        "name": document.name,
                        "kind": document.kind,
                        "is_internal": document.is_internal,
                        "is_included": not document.is_internal,
                    }
                )
                for source, document in documents.items()
            ]

    def _compute_can_print(self):
        self.can_print = self.env["dispute.case.file"]._can_print()

    @api.onchange("country_id")
    def _onchange_country_id(self):
        for wizard in self:
            if wizard.state_id.country_id != wizard.country_id:
                wizard.state_id = False

    @api.model
    def _get_documents(self, case):
        """:return: ``{source: PackDocument}`` of the documents that may be sent with a case"""
        documents = self.env["dispute.case.file"]._get_documents(case)
        return {
            f"invoice-{document.move.id}" if document.move else f"file-{document.attachment.id}": document
            for document in documents
        }

    # Actions

    def action_refer(self):
        """Send the case out, and make the evidence pack when wanted.

        :return: action on the referral
        :raise UserError: when the case can't be referred, with the reason
        """
        self.ensure_one()
        referral = self.env["dispute.referral"].create(self._prepare_referral_values())
        if self.is_packing:
            self._make_pack(referral)
        return referral._get_records_action(name=self.env._("Referral"))

    def action_make_pack(self):
        """Make another evidence pack for a referral.

        :return: action on the referral
        """
        self.ensure_one()
        if self.referral_id.case_id != self.case_id:
            raise UserError(self.env._("Open the wizard from the referral that the pack is for."))
        self._make_pack(self.referral_id)
        return self.referral_id._get_records_action(name=self.env._("Referral"))

    def _prepare_referral_values(self):
        """:return: values of the `dispute.referral`; override to add fields"""
        return {
            "case_id": self.case_id.id,
            "channel_id": self.channel_id.id,
            "kind": self.kind,
            "contact_id": self.contact_id.id,
            "country_id": self.country_id.id,
            "state_id": self.state_id.id,
            "reference": self.reference,
            "date_sent": self.date_sent,
            "date_due": self.date_due,
            "desired_outcome": self.desired_outcome,
            "letter": self.letter,
        }

    def _make_pack(self, referral):
        """:return: the evidence pack with the documents chosen"""
        # The lines came over the wire: they only choose among what the case has.
        documents = self.with_context(lang=self.lang or self.env.lang)._get_documents(self.case_id)
        chosen = set(self.document_ids.filtered("is_included").mapped("source"))
        return self.env["dispute.evidence.pack"]._make(
            referral, [item for source, item in documents.items() if source in chosen], self.lang
        )
