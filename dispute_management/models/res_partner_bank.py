from odoo import api, fields, models
from odoo.fields import Domain

from .dispute_settlement_state_mixin import SENT_STATES

#: What makes another payee of an account.
PAYEE_FIELDS = frozenset(
    {
        "acc_holder_name",
        "acc_number",
        "active",
        "allow_out_payment",
        "bank_id",
        "clearing_number",
        "currency_id",
        "partner_id",
    }
)


class ResPartnerBank(models.Model):
    _name = "res.partner.bank"
    _inherit = ["res.partner.bank", "dispute.core.facts.mixin"]

    _dispute_facts = frozenset({"dispute_trust_uid", "dispute_date_changed"})

    dispute_trust_uid = fields.Many2one(
        "res.users",
        string="Trusted by",
        readonly=True,
        copy=False,
        help="Who allowed sending money to this account: somebody else proposes refunds to it.",
    )
    dispute_date_changed = fields.Datetime(string="Account changed", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        banks = super().create(vals_list)
        # Facts that users don't write themselves.
        facts = banks.sudo()
        facts.dispute_date_changed = fields.Datetime.now()
        facts.filtered("allow_out_payment").dispute_trust_uid = self.env.uid
        return banks

    def write(self, vals):
        names = PAYEE_FIELDS & vals.keys()
        if not names:
            return super().write(vals)
        before = {bank: [bank[name] for name in names] for bank in self}
        trusted = self.filtered("allow_out_payment")
        res = super().write(vals)
        changed = self.filtered(lambda bank: [bank[name] for name in names] != before[bank])
        if changed:
            # Facts that users don't write themselves.
            facts = changed.sudo()
            facts.dispute_date_changed = fields.Datetime.now()
            (facts.filtered("allow_out_payment") - trusted).dispute_trust_uid = self.env.uid
            (facts - facts.filtered("allow_out_payment")).dispute_trust_uid = False
            changed._dispute_void_approvals()
        return res

    def _dispute_void_approvals(self):
        """What was approved to be paid to these accounts has to be approved anew."""
        # Whoever changes an account need not see the disputes that pay to it.
        lines = (
            self.env["dispute.settlement.line"]
            .sudo()
            .search(Domain("partner_bank_id", "in", self.ids) & Domain("state", "in", SENT_STATES))
        )
        if lines:
            lines.settlement_id._void(self.env._("The bank account to pay to was changed"))

    def _dispute_get_trusted_by(self):
        """:return: res.users who allowed sending money to this account; of those before the
        addon was installed, Odoo's own tracking knows
        """
        self.ensure_one()
        # Who trusted an account is told to whoever wants to pay to it.
        bank = self.sudo()
        if bank.dispute_trust_uid or not bank.allow_out_payment:
            return bank.dispute_trust_uid
        field = self.env["ir.model.fields"]._get("res.partner.bank", "allow_out_payment")
        value = (
            self.env["mail.tracking.value"]
            .sudo()
            .search(
                Domain("field_id", "=", field.id)
                & Domain("mail_message_id.model", "=", "res.partner.bank")
                & Domain("mail_message_id.res_id", "=", bank.id)
                & Domain("new_value_integer", "=", 1),
                order="id desc",
                limit=1,
            )
        )
        return value.mail_message_id.author_id.user_ids[:1]
