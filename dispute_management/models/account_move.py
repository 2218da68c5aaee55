from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import formatLang

from .dispute_block_mixin import BLOCK


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = [
        "dispute.move.credit.mixin",
        "account.move",
        "dispute.hold.mixin",
        "dispute.block.mixin",
        "dispute.move.claim.mixin",
        "dispute.move.amount.mixin",
        "dispute.move.live.mixin",
        "dispute.move.received.mixin",
        "dispute.move.follow.mixin",
        "dispute.move.short.mixin",
        "dispute.core.facts.mixin",
    ]

    _dispute_facts = frozenset(
        {
            "dispute_amount",
            "dispute_amount_owed",
            "dispute_block",
            "dispute_case_count",
            "dispute_case_id",
            "dispute_hold",
            "dispute_hold_found",
            "dispute_hold_overruled",
            "dispute_short_payment",
        }
    )

    dispute_line_ids = fields.One2many("dispute.line", "move_id", string="Disputed Lines", copy=False)
    dispute_case_count = fields.Integer(
        string="Disputes",
        compute="_compute_dispute_case_count",
        store=True,
        precompute=True,
        copy=False,
        export_string_translation=False,
    )
    dispute_amount = fields.Monetary(
        string="In Dispute",
        compute="_compute_dispute_amount",
        store=True,
        copy=False,
        help="Open amount of open disputes, in the invoice's currency.",
    )
    dispute_amount_owed = fields.Monetary(
        string="Owed, in dispute",
        compute="_compute_dispute_amount",
        store=True,
        copy=False,
        help="What the invoice still owes and is in dispute.",
    )
    dispute_amount_undisputed = fields.Monetary(
        string="Owed, undisputed",
        compute="_compute_dispute_amount_undisputed",
        search="_search_dispute_amount_undisputed",
        help="What the invoice still owes and nobody disputes.",
    )
    dispute_is_undisputed_overdue = fields.Boolean(
        string="Undisputed part overdue",
        compute="_compute_dispute_is_undisputed_overdue",
        search="_search_dispute_is_undisputed_overdue",
        export_string_translation=False,
    )
    dispute_short_payment = fields.Selection(
        [("offered", "Paid short"), ("dismissed", "Will be paid")],
        string="Short Payment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="A payment left a part of this invoice that is due and that nobody disputes.",
    )
    dispute_short_amount = fields.Monetary(
        string="Short by", compute="_compute_dispute_short_amount", help="Due, paid in part, undisputed."
    )
    dispute_case_id = fields.Many2one(
        "dispute.case",
        string="Settles Dispute",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The dispute that this credit note or entry was made for.",
    )

    _dispute_owed_idx = models.Index("(dispute_amount_owed) WHERE dispute_amount_owed > 0")
    # Matches of entries that are not booked pay nothing: to find the few there are takes no look at all.
    _dispute_unbooked_idx = models.Index("(id) WHERE state <> 'posted'")

    @api.depends("dispute_line_ids.case_id")
    def _compute_dispute_case_count(self):
        for move in self:
            move.dispute_case_count = len(move.dispute_line_ids.case_id)

    def write(self, vals):
        if vals.get("state") == "draft":
            # What is pending must be computed before the freeze of invoices in draft.
            disputed = self.filtered("dispute_case_count").sudo()
            disputed.dispute_line_ids.mapped("amount_open")
        again = self.filtered("posted_before") if "state" in vals else self.browse()
        res = super().write(vals)
        if "state" in vals:
            changed = self | again._dispute_get_paid_out()
            changed._dispute_accounting_changed(self._dispute_get_state_events(vals["state"]))
            self._dispute_reapply_hold()
        if {"invoice_date", "invoice_date_due"} & vals.keys():
            self._dispute_dates_changed()
        return res

    def _dispute_dates_changed(self):
        """Let the deadlines follow that are counted from the dates of these invoices."""
        disputed = self.filtered("dispute_case_count")
        if disputed and {"invoice", "due"} & self.env["dispute.sla.policy"]._get_criteria():
            self.env["dispute.case"]._renew_promises_where(Domain("line_ids.move_id", "in", disputed.ids))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_disputed(self):
        for move in self:
            if move.dispute_case_count:
                raise UserError(
                    self.env._(
                        "%s was disputed and is kept as evidence: cancel it instead.",
                        move.display_name,
                    )
                )

    # Actions

    def action_dispute_open(self):
        """Open the wizard that makes one case of these invoices.

        :raise UserError: when one of them can't be disputed, with the reason
        """
        reasons = self._get_cannot_dispute_reasons()
        if reasons:
            raise UserError("\n".join(reasons.values()))
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.dispute_open_action")
        action["context"] = {
            "default_move_ids": [fields.Command.set(self.ids)],
            "dialog_size": "extra-large",
        }
        return action

    def action_view_disputes(self):
        """:return: action on the disputes of these invoices"""
        return (self.dispute_line_ids.case_id | self.dispute_case_id)._get_records_action(
            name=self.env._("Disputes")
        )

    def action_toggle_block_payment(self):
        """A person who switches the block of a disputed invoice has the last word."""
        res = super().action_toggle_block_payment()
        if self.dispute_block and self.env.context.get("dispute_block") is not BLOCK:
            self._dispute_write_hold({"dispute_block": "overruled"})
        return res

    # Overrides

    def _get_online_payment_error(self):
        error = super()._get_online_payment_error()
        if self.payment_state == "blocked" and self.dispute_block == "blocked":
            blocked = self.env._("This invoice can't be paid while it is in dispute.")
            return "\n".join(text for text in (error, blocked) if text)
        return error

    def _get_invoice_portal_extra_values(self, custom_amount=None):
        values = super()._get_invoice_portal_extra_values(custom_amount=custom_amount)
        if not self.dispute_amount_owed:
            return values
        undisputed = self.dispute_amount_undisputed
        values |= {"dispute_amount_owed": self.dispute_amount_owed, "dispute_undisputed": undisputed}
        if custom_amount is None and self._dispute_is_less(undisputed, values["next_amount_to_pay"]):
            # A part, as if it were the next instalment: what is in dispute can be chosen too.
            values |= {
                "installment_state": "next",
                "next_amount_to_pay": undisputed,
                "next_payment_reference": self.name,
            }
        offered = values["next_amount_to_pay"]
        values["dispute_is_offered"] = not self.currency_id.compare_amounts(offered, undisputed)
        return values

    def _get_default_payment_link_values(self):
        values = super()._get_default_payment_link_values()
        if self.dispute_amount_owed:
            # The link's amount is the customer's to pay: of what is in dispute nothing is asked.
            values["amount"] = min(values["amount"], self.dispute_amount_undisputed)
        return values

    def _get_portal_payment_link(self):
        undisputed = self.dispute_amount_undisputed
        if not self.dispute_amount_owed or not self._dispute_is_less(undisputed, self.amount_residual):
            return super()._get_portal_payment_link()
        return (
            self.env["payment.link.wizard"]
            .create({"amount": undisputed, "res_model": self._name, "res_id": self.id})
            .link
        )

    def _dispute_is_less(self, undisputed, asked):
        """:return: whether something is undisputed, and less than what is asked for"""
        compare = self.currency_id.compare_amounts
        return compare(undisputed, 0) > 0 and compare(undisputed, asked) < 0

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.dispute_amount:
            amount = formatLang(self.env, self.dispute_amount, currency_obj=self.currency_id)
            message = self.env._("%s of this invoice is in dispute.", amount)
            if self.dispute_hold:
                message = self.env._("%s of this invoice is in dispute; it is left out of follow-up.", amount)
            alerts["dispute_open"] = {"level": "warning", "message": message}
            if self.env.user.has_group("dispute_management.group_dispute_viewer"):
                alerts["dispute_open"] |= {
                    "action_text": self.env._("View dispute"),
                    "action_call": ("account.move", "action_view_disputes", self.ids),
                }
        if self.dispute_short_payment == "offered" and self.dispute_short_amount:
            alerts["dispute_short"] = self._dispute_get_short_alert()
        return alerts
