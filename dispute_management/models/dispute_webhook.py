import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ..tools.plain_text import clean_text

MAX_KEY = 200
#: More than any invoice, and few enough digits for a float to hold them all.
MAX_AMOUNT = 10**13


class DisputeWebhook(models.Model):
    """Another system that tells of disputes: a dispute platform, a payment provider, a shop."""

    _name = "dispute.webhook"
    _description = "Dispute Webhook"
    _inherit = ["mail.thread", "dispute.configuration.mixin"]
    _check_company_auto = True

    name = fields.Char(translate=False, tracking=True)
    company_id = fields.Many2one(required=True, default=lambda self: self.env.company, help="")
    user_id = fields.Many2one(
        "res.users",
        string="Works as",
        required=True,
        tracking=True,
        domain="[('share', '=', False)]",
        help="What this user may do, the other system may: give it a user of its own with Disputes: User.",
    )
    secret = fields.Char(
        required=True,
        default=lambda self: secrets.token_urlsafe(32),
        copy=False,
        groups="dispute_management.group_dispute_administrator",
        help="Both systems know it; it signs every message.",
    )
    url = fields.Char(string="Address", compute="_compute_url", help="Where the other system posts to.")
    event_ids = fields.One2many("dispute.webhook.event", "webhook_id")
    event_count = fields.Integer(compute="_compute_event_count")

    @api.depends("name")
    def _compute_url(self):
        for webhook in self:
            webhook.url = f"{webhook.get_base_url()}/dispute/webhook/{webhook.id}" if webhook.id else False

    def _compute_event_count(self):
        groups = self.env["dispute.webhook.event"]._read_group(
            [("webhook_id", "in", self.ids)], ["webhook_id"], ["__count"]
        )
        counts = {webhook.id: count for webhook, count in groups}
        for webhook in self:
            webhook.event_count = counts.get(webhook.id, 0)

    # Actions

    def action_view_events(self):
        """:return: action on what these systems have told"""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dispute_management.dispute_webhook_event_action"
        )
        return {**action, "domain": [("webhook_id", "in", self.ids)]}

    def action_renew_secret(self):
        """Change the secret: messages signed with the old one are refused from now on."""
        self.check_access("write")
        for webhook in self:
            webhook.secret = secrets.token_urlsafe(32)
            webhook._message_log(body=self.env._("The secret was changed."))

    # Business

    def _receive(self, event):
        """Do what an event says, once for each event id.

        :param event: dict, see docs/api.md; signed by the other system
        :return: dispute.webhook.event
        :raise UserError: when the event says something that can't be done, with the reason
        """
        self.ensure_one()
        key = event.get("id")
        kind = event.get("type")
        handlers = self._get_event_handlers()
        # Never cut: two long ids that begin alike are two events.
        if (
            not isinstance(key, str)
            or not key
            or clean_text(key, MAX_KEY) != key
            or not isinstance(kind, str)
            or kind not in handlers
        ):
            raise UserError(
                self.env._(
                    "An event has an id of at most %(length)s characters, and a type out of: %(types)s",
                    length=MAX_KEY,
                    types=", ".join(handlers),
                )
            )
        events = self.env["dispute.webhook.event"]
        # Two deliveries at once wait for each other here; the second finds the first one's event.
        self.lock_for_update(allow_referencing=True)
        known = events.search(Domain("webhook_id", "=", self.id) & Domain("key", "=", key))
        if known:
            return known
        # Done as the user of the other system, with their rights and no more.
        env = self.with_user(self.user_id).with_context(allowed_company_ids=self.company_id.ids).env
        case = handlers[kind](env, event)
        return events.create({"webhook_id": self.id, "key": key, "type": kind, "case_id": case.id})

    def _get_event_handlers(self):
        """What can be told.

        :return: ``{type: function of the environment of the other system's user and of an event,
            that returns the case}``; override to understand more
        """
        return {
            "dispute.opened": self._open_case,
            "dispute.message": self._add_message,
            "dispute.closed": self._tell_outcome,
            "chargeback.opened": self._tell_chargeback,
            "chargeback.won": self._tell_chargeback,
            "chargeback.lost": self._tell_chargeback,
        }

    def _open_case(self, env, event):
        invoice = self._find_invoice(env, clean_text(event.get("invoice"), 100))
        amount = event.get("amount")
        self._check_amount(amount)
        reason = self._find_reason(env, clean_text(event.get("reason"), 20))
        return env["dispute.case"].create(
            {
                "reason_id": reason.id,
                "source": "import",
                "customer_reference": clean_text(event.get("reference"), 100) or False,
                "description": clean_text(event.get("text"), 5000, multiline=True) or False,
                "line_ids": [Command.create({"move_id": invoice.id, "amount": amount})],
            }
        )

    def _add_message(self, env, event):
        case = self._find_case(env, clean_text(event.get("case") or event.get("reference"), 100))
        text = clean_text(event.get("text"), 5000, multiline=True)
        if not text:
            raise UserError(self.env._("A message has a text."))
        case.message_post(body=text, subtype_xmlid="mail.mt_note")
        return case

    def _tell_outcome(self, env, event):
        case = self._find_case(env, clean_text(event.get("case") or event.get("reference"), 100))
        outcome = clean_text(event.get("outcome"), 100)
        if not outcome:
            raise UserError(self.env._("An outcome is told in words, such as won or lost."))
        case.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=case.user_id.id or env.uid,
            summary=self.env._("%(system)s closed it: %(outcome)s", system=self.name, outcome=outcome),
            note=clean_text(event.get("text"), 5000, multiline=True),
        )
        return case

    def _tell_chargeback(self, env, event):
        name = clean_text(event.get("transaction"), 100)
        amount = event.get("amount")
        if amount is not None:
            self._check_amount(amount)
        try:
            due = fields.Datetime.to_datetime(clean_text(event.get("evidence_due"), 30) or False)
        except ValueError as error:
            raise UserError(self.env._("A date is written as 2026-12-31 18:00:00, in UTC.")) from error
        # Transactions are the provider's; the other system names one, it need not read them.
        transactions = (
            env["payment.transaction"]
            .sudo()
            .search(
                (Domain("reference", "=", name) | Domain("provider_reference", "=", name))
                & Domain("company_id", "child_of", self.company_id.ids),
                limit=2,
            )
        )
        if not name or len(transactions) != 1:
            raise UserError(self.env._("There is not one transaction %s.", name))
        return transactions.with_env(env)._dispute_record_chargeback(
            clean_text(event.get("reference"), 100),
            status=event["type"].removeprefix("chargeback."),
            amount=amount,
            reason=clean_text(event.get("reason"), 50) or None,
            date_evidence_due=due or None,
            customer_owes=event.get("customer_owes") is True,
        )

    def _check_amount(self, amount):
        is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
        # Not a number and infinity compare as neither.
        if not is_number or not 0 < amount < MAX_AMOUNT:
            raise UserError(self.env._("The amount is a number above zero."))

    def _find_invoice(self, env, name):
        moves = env["account.move"].search(
            Domain("name", "=", name)
            & Domain("move_type", "=", "out_invoice")
            & Domain("company_id", "child_of", self.company_id.ids),
            limit=2,
        )
        if not name or len(moves) != 1:
            raise UserError(self.env._("There is no invoice %s.", name))
        return moves

    def _find_reason(self, env, code):
        reason = env["dispute.reason"].search(
            Domain("code", "=", code) & Domain("company_id", "in", [False, *self.company_id.parent_ids.ids]),
            limit=1,
        )
        if not reason:
            raise UserError(self.env._("There is no reason %s.", code))
        return reason

    def _find_case(self, env, name):
        cases = env["dispute.case"].search(
            (Domain("name", "=", name) | Domain("customer_reference", "=", name))
            & Domain("company_id", "child_of", self.company_id.ids),
            limit=2,
        )
        if not name or len(cases) != 1:
            raise UserError(self.env._("There is not one dispute %s.", name))
        return cases

    @api.constrains("user_id")
    def _check_user(self):
        for webhook in self:
            if not webhook.user_id._is_internal() or webhook.user_id.has_group("base.group_system"):
                raise ValidationError(
                    self.env._(
                        "%s: give the other system a user of its own, without rights to settings.",
                        webhook.name,
                    )
                )
