from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .dispute_amount_mixin import AMOUNT_PARTS
from .dispute_case_chargeback_mixin import CHARGEBACK_FACTS
from .dispute_case_escalation_mixin import ESCALATION_FACTS

#: What customers may read of their cases.
PORTAL_READABLE_FIELDS = frozenset(
    {
        "id",
        "active",
        "display_name",
        "name",
        "company_id",
        "partner_id",
        "contact_id",
        "currency_id",
        "customer_reference",
        "customer_wish",
        "description",
        "is_closed",
        "line_ids",
        "move_ids",
        "date_opened",
        "date_closed",
        "date_pay_by",
        "waiting_on",
        "waiting_since",
        "amount_disputed",
        "amount_open",
        "amount_credited",
        "amount_refunded",
        "amount_rebilled",
        "amount_applied",
        "amount_written_off",
        "amount_rejected",
        "amount_paid_after",
        "access_url",
        "access_token",
        "access_warning",
        "create_date",
        "write_date",
    }
)

#: Facts that only the case's own methods write.
CASE_FACTS = frozenset(
    {
        "name",
        "company_id",
        "currency_id",
        "company_currency_id",
        "source",
        "is_valid",
        "date_opened",
        "date_closed",
        "date_first_response",
        "date_deadline",
        "date_pay_by",
        "date_warning",
        "deadline_policy_id",
        "deadline_paused",
        "is_clock_stale",
        "reopen_count",
        "closed_days",
        "assignment_note",
        "email_from",
        "merged_into_id",
        "done_step_ids",
        "date_reminder",
        "date_alert",
        "date_timeout",
        "stage_kind",
        "is_closed",
        "waiting_on",
        "waiting_since",
        "answered_by",
        "risk",
        "pipeline_id",
        "return_stage_id",
        "ledger_gap",
        "date_ledger_gap",
        "is_ledger_gap_told",
        "refund_policy_id",
        "refund_policy_version",
        "date_refund_stopped",
        "refund_stop_reason",
        "amount_disputed",
        "amount_disputed_company",
        *AMOUNT_PARTS,
        *(f"{name}_company" for name in AMOUNT_PARTS),
        *CHARGEBACK_FACTS,
        *ESCALATION_FACTS,
    }
)


class DisputeCase(models.Model):
    """The dispute: customer, reason, pipeline and stage, team, people, amounts, clock."""

    _name = "dispute.case"
    _description = "Dispute"
    _inherit = [
        # Ours first: their create and write wrap those of mail and portal.
        "dispute.facts.mixin",
        "dispute.portal.mixin",
        # These extend what those below do to a case.
        "dispute.case.archive.mixin",
        "dispute.case.pay.by.mixin",
        "dispute.case.block.mixin",
        "dispute.case.follow.mixin",
        "dispute.case.referral.mixin",
        "dispute.case.merge.mixin",
        "dispute.case.customer.mail.mixin",
        "dispute.case.split.mixin",
        "dispute.case.related.mixin",
        "dispute.case.todo.mixin",
        "dispute.case.triage.mixin",
        "dispute.case.overlap.mixin",
        "dispute.case.mail.mixin",
        "dispute.case.request.mixin",
        "dispute.case.escalation.mixin",
        "dispute.case.settlement.mixin",
        "dispute.case.offer.mixin",
        "dispute.case.chargeback.mixin",
        "dispute.case.approval.mixin",
        "dispute.case.refund.mixin",
        "dispute.case.judgement.mixin",
        "dispute.case.auto.refund.mixin",
        "dispute.case.refund.brake.mixin",
        "dispute.case.stage.entry.mixin",
        "dispute.case.evidence.mixin",
        "dispute.case.collect.mixin",
        "dispute.case.comparison.mixin",
        "dispute.case.quick.mixin",
        "dispute.case.intake.mixin",
        "dispute.case.routing.mixin",
        "dispute.case.pipeline.mixin",
        "dispute.case.stage.mixin",
        "dispute.case.next.step.mixin",
        "dispute.case.message.mixin",
        "dispute.case.tracking.mixin",
        "dispute.case.amount.mixin",
        "dispute.case.watch.mixin",
        "dispute.case.work.mixin",
        "dispute.case.ledger.mixin",
        "dispute.case.time.mixin",
        "dispute.sla.renewal.mixin",
        "dispute.sla.customer.mixin",
        "dispute.sla.mixin",
        "portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "rating.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "customer_reference", "partner_id"]
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char(string="Number", default="New", readonly=True, copy=False, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        tracking=True,
        domain="[('parent_id', '=', False)]",
    )
    contact_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        tracking=True,
        domain="[('id', 'child_of', partner_id)]",
        help="Who is written to at the customer.",
    )
    country_id = fields.Many2one(related="partner_id.country_id")
    reason_id = fields.Many2one(
        "dispute.reason",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env["dispute.reason"]._get_default_reason(),
        help="What the customer claims.",
    )
    cause_id = fields.Many2one(
        "dispute.cause",
        string="Root Cause",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="What it came from, as we found.",
    )
    resolution_id = fields.Many2one(
        "dispute.resolution",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="How it ended.",
    )
    is_valid = fields.Boolean(string="Customer was right", readonly=True, copy=False, tracking=True)
    team_id = fields.Many2one("dispute.team", index="btree_not_null", tracking=True, check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Answerable for the case until it is closed.",
    )
    coordinator_id = fields.Many2one(
        "res.users",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    priority = fields.Selection([("0", "Normal"), ("1", "High"), ("2", "Urgent")], default="0", tracking=True)
    tag_ids = fields.Many2many("dispute.tag", string="Tags")
    source = fields.Selection(
        [
            ("internal", "Invoice or payment"),
            ("portal", "Customer portal"),
            ("mail", "E-mail"),
            ("short_payment", "Short payment"),
            ("chargeback", "Chargeback"),
            ("import", "Import"),
        ],
        required=True,
        default="internal",
        readonly=True,
    )
    customer_reference = fields.Char(
        index="trigram",
        tracking=True,
        help="The customer's claim or debit-note number.",
    )
    reason_properties = fields.Properties(
        string="Extra fields", definition="reason_id.case_properties_definition", copy=False
    )
    customer_wish = fields.Selection(
        [
            ("refund", "Refund"),
            ("credit", "Credit note"),
            ("corrected_invoice", "Corrected invoice"),
            ("replacement", "Replacement"),
            ("explanation", "Explanation"),
        ],
        string="Desired Outcome",
    )
    description = fields.Text(help="What the customer says, in their words.")
    color = fields.Integer()
    line_ids = fields.One2many("dispute.line", "case_id", string="Disputed Documents")
    document_line_ids = fields.One2many(
        related="line_ids", string="Documents now", groups="dispute_management.group_dispute_viewer"
    )
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        compute="_compute_move_ids",
        compute_sudo=True,
        search="_search_move_ids",
        groups="dispute_management.group_dispute_viewer,base.group_portal",
    )
    claim_change_ids = fields.One2many(
        "dispute.claim.change", "case_id", readonly=True, groups="dispute_management.group_dispute_viewer"
    )
    document_count = fields.Integer(compute="_compute_document_count")

    _company_name_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "A dispute with this number exists already."
    )
    _open_idx = models.Index("(company_id, stage_id) WHERE is_closed IS NOT TRUE")
    _opened_idx = models.Index("(company_id, date_opened)")
    _closed_idx = models.Index("(company_id, date_closed) WHERE date_closed IS NOT NULL")

    @api.depends("name", "partner_id.display_name")
    @api.depends_context("dispute_number_only")
    def _compute_display_name(self):
        number_only = self.env.context.get("dispute_number_only") or not self.env.user._is_internal()
        for case in self:
            partner = "" if number_only else case.partner_id.name
            case.display_name = f"{case.name} · {partner}" if partner else case.name

    @api.depends("line_ids.move_id")
    def _compute_move_ids(self):
        for case in self:
            case.move_ids = case.line_ids.move_id

    def _search_move_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return Domain("line_ids.move_id", operator, value)

    @api.depends("line_ids")
    def _compute_document_count(self):
        for case in self:
            case.document_count = len(case.line_ids.move_id) + len(case.line_ids.payment_id)

    @api.constrains("contact_id", "partner_id")
    def _check_contact(self):
        for case in self:
            # Whose contact someone is, is checked also where the customer can't be read.
            contact = case.contact_id.sudo().commercial_partner_id
            if case.contact_id and contact != case.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is no contact of %(customer)s.",
                        contact=case.contact_id.display_name,
                        customer=case.partner_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Disputes are kept as evidence: close or archive them instead."))

    def copy_data(self, default=None):
        raise UserError(self.env._("A dispute can't be duplicated: open one from its invoice."))

    def write(self, vals):
        if "partner_id" in vals and self.line_ids and not self.env.su:
            raise UserError(self.env._("The customer of a dispute is that of its documents."))
        return super().write(vals)

    @api.model
    def _get_fact_fields(self, creating=False):
        facts = super()._get_fact_fields(creating) | CASE_FACTS
        return facts - {"date_opened", "source", "company_id", "pipeline_id"} if creating else facts

    @api.model
    def _get_portal_readable_fields(self):
        return super()._get_portal_readable_fields() | PORTAL_READABLE_FIELDS

    # Actions

    def action_view_documents(self):
        """:return: action on the invoices in dispute"""
        return self.line_ids.move_id._get_records_action(name=self.env._("Invoices"))
