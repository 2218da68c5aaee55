from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .dispute_amount_mixin import AMOUNT_PARTS

#: What customers may read of what they dispute.
PORTAL_READABLE_FIELDS = frozenset(
    {
        "id",
        "display_name",
        "case_id",
        "company_id",
        "partner_id",
        "currency_id",
        "move_id",
        "move_line_id",
        "payment_id",
        "quantity",
        "amount",
        *AMOUNT_PARTS,
    }
)

#: Facts that only the line's own methods write.
LINE_FACTS = frozenset(
    {
        "company_id",
        "partner_id",
        "currency_id",
        "amount_owed_at_opening",
        "amount_credited_at_refusal",
        "amount_credited_before",
        "date_undisputed_told",
        *AMOUNT_PARTS,
        *(f"{name}_company" for name in AMOUNT_PARTS),
    }
)


class DisputeLine(models.Model):
    """What is disputed, an invoice, one invoice line or a payment, and how much."""

    _name = "dispute.line"
    _description = "Dispute Line"
    _inherit = [
        # Completes a case before what is claimed is checked.
        "dispute.line.case.mixin",
        "dispute.facts.mixin",
        "dispute.portal.mixin",
        "dispute.claim.mixin",
        "dispute.document.amount.mixin",
        "dispute.line.undisputed.mixin",
        "dispute.line.amount.mixin",
    ]
    _order = "id"

    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", index=True, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", index="btree_not_null", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'),"
        " ('commercial_partner_id', '=?', parent.partner_id)]",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('move_id', '=', move_id), ('display_type', '=', 'product')]",
    )
    payment_id = fields.Many2one(
        "account.payment",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id.commercial_partner_id', '=?', parent.partner_id)]",
    )
    quantity = fields.Float(digits="Product Unit", help="Disputed quantity of the invoice line.")
    amount = fields.Monetary(
        string="Claim", help="Disputed amount, taxes included, in the document's currency."
    )
    amount_owed_at_opening = fields.Monetary(
        string="Owed at Opening",
        readonly=True,
        help="How much of the claim the document still owed when it was claimed.",
    )
    amount_credited_before = fields.Monetary(
        readonly=True,
        help="Credit notes that the document already had when it was claimed.",
    )
    amount_credited_at_refusal = fields.Monetary(
        readonly=True,
        copy=False,
        help="Credit notes that the document had when the claim was refused or withdrawn.",
    )
    settlement_line_ids = fields.One2many(
        "dispute.settlement.line", "dispute_line_id", groups="dispute_management.group_dispute_viewer"
    )
    claim_change_ids = fields.One2many(
        "dispute.claim.change", "line_id", groups="dispute_management.group_dispute_viewer"
    )

    _one_document = models.Constraint(
        "CHECK((move_id IS NULL) != (payment_id IS NULL))",
        "A disputed line names one invoice or one payment.",
    )

    @api.depends("move_id.name", "move_line_id.name", "payment_id.name")
    def _compute_display_name(self):
        # The number of a disputed document is no secret to who reads the claim.
        for line in self.sudo():
            document = line.move_id.name or line.payment_id.name or ""
            detail = line.move_line_id.name
            line.display_name = f"{document}: {detail}" if detail else document

    @api.onchange("move_id", "payment_id")
    def _onchange_document(self):
        for line in self:
            if line.move_id:
                disputable = line.move_id._dispute_get_disputable_amounts()
                line.currency_id = line.move_id.currency_id
                line.amount = disputable[line.move_id]
            elif line.payment_id:
                line.currency_id = line.payment_id.currency_id
                line.amount = line.payment_id.amount

    @api.constrains("case_id", "move_id", "payment_id", "move_line_id")
    def _check_documents(self):
        for line in self:
            case = line.case_id
            document = line.move_id or line.payment_id
            partner = document.partner_id.commercial_partner_id
            wrong = None
            if partner != case.partner_id:
                wrong = self.env._("belongs to %s", partner.display_name)
            elif document.company_id != case.company_id:
                wrong = self.env._("belongs to %s", document.company_id.name)
            elif document.currency_id != case.currency_id:
                wrong = self.env._("is in %s", document.currency_id.name)
            elif line.move_line_id and line.move_line_id.move_id != line.move_id:
                wrong = self.env._("does not have the chosen invoice line")
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(document)s %(wrong)s. A case holds documents of one customer,"
                        " one company and one currency: open another case for it.",
                        document=document.display_name,
                        wrong=wrong,
                    )
                )

    def write(self, vals):
        if {"move_id", "payment_id", "case_id"} & set(vals) and not self.env.su:
            raise UserError(self.env._("The document of a disputed line can't change: add a line."))
        if "amount" not in vals:
            return super().write(vals)
        self._check_new_amount(vals["amount"])
        before = {line: line.amount for line in self}
        # sudo: other people's claims on the invoices count too. Taken now: a raised claim waits for more.
        beyond = self.sudo()._get_owed_amounts(self.sudo().move_id)
        res = super().write(vals)
        self._follow_owed_amount(before, beyond)
        self._log_claims(before)
        self._refresh_amounts()
        self.move_id._dispute_follow_share()
        return res

    @api.model
    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | LINE_FACTS

    @api.model
    def _get_portal_readable_fields(self):
        return super()._get_portal_readable_fields() | PORTAL_READABLE_FIELDS

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Disputed lines are kept as evidence: set the claim to what is left."))

    def _log_claims(self, before=None):
        """Write the claim history of lines that were made or changed.

        :param before: ``{line: amount}`` before the change, none for new lines
        """
        before = before or {}
        now = fields.Datetime.now()
        # Append-only evidence: users have no right to write it themselves.
        self.env["dispute.claim.change"].sudo().create(
            [
                {
                    "line_id": line.id,
                    "case_id": line.case_id.id,
                    "company_id": line.company_id.id,
                    "currency_id": line.currency_id.id,
                    "date": now if before else line.case_id.date_opened,
                    "user_id": self.env.uid,
                    "amount_before": before.get(line, 0),
                    "amount_after": line.amount,
                }
                for line in self
                if before.get(line, 0) != line.amount
            ]
        )

    def _get_own_open_amount(self):
        return 0 if self.case_id.is_closed else self.amount_open

    def _get_siblings(self):
        """:return: all lines on the documents of these, this set included"""
        # Claims of others share the invoice, whoever may read them.
        domain = Domain("move_id", "in", self.move_id.ids)
        return self | (self.sudo().search(domain) if self.move_id else self.browse())

    def _get_receivable_lines(self):
        """:return: account.move.line of the invoice that still owe something"""
        self.ensure_one()
        return self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
