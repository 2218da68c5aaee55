"""Plays the histories through the methods that people use, with the clock at that time."""

from datetime import datetime, time, timedelta

from freezegun.api import freeze_time

from odoo.fields import Command

from odoo.addons.dispute_management.demo import demo_texts as texts
from odoo.addons.dispute_management.demo.demo_ledger import DemoLedger
from odoo.addons.dispute_management.demo.demo_player import DemoPlayer
from odoo.addons.dispute_management.demo.demo_steps import DemoTake


class DataLedger(DemoLedger):
    """Invoices in the currency of their customer; some nobody disputes."""

    def make_quiet_invoices(self, plans):
        """Invoice what nobody disputes, and have most of it paid.

        :param plans: list of ``(working days ago, customer, goods, days until paid or None)``
        """
        moves = self._env["account.move"].create(
            [
                self._prepare_invoice(index, self._clock.get_day(ago), customer, goods)
                for index, (ago, customer, goods, _paid) in enumerate(plans)
            ]
        )
        moves.action_post()
        for move, (*_plan, paid) in zip(moves, plans, strict=True):
            if paid is not None:
                self.pay(move, move.invoice_date + timedelta(days=paid))

    def _plan_quiet_invoices(self, customers):
        return []

    def _prepare_invoice(self, index, day, customer, goods):
        currency = self._cast.foreign if self._cast.is_foreign(customer) else self._cast.company.currency_id
        values = super()._prepare_invoice(index, day, customer, goods)
        for _command, _id, line in values["invoice_line_ids"]:
            # The same number in every currency: of a price that was converted, a copy's multiple is
            # not the multiple of what it was rounded to.
            line["price_unit"] = self._env["product.product"].browse(line["product_id"]).list_price
        return values | {"currency_id": currency.id}


class DataPlayer(DemoPlayer):
    """Plays stories of :mod:`.stories`; settlements are proposed, approved and agreed to."""

    def play(self, invoices, progress):
        """Play the stories in the order of time.

        :param invoices: ``{story: account.move}``
        :param progress: callable that is told how many of how many steps are done
        """
        takes = [DemoTake(index, story, move) for index, (story, move) in enumerate(invoices.items())]
        scenes = sorted(
            (scene for take in takes for scene in self._get_scenes(take)), key=lambda scene: scene[:3]
        )
        env = self._cast.get_env()
        cr = env.cr
        with freeze_time(scenes[0][0], ignore=["scripts.data.maker"]) as clock:
            for number, (at, _index, _number, take, name, argument) in enumerate(scenes):
                take.at = cr._now = at
                clock.move_to(at)
                getattr(self, f"_play_{name}")(take, argument)
                env.flush_all()
                if not number % 100:
                    progress(number, len(scenes))
                    cr.precommit.run()
                    # All in one transaction, of which the server's own statistics know nothing.
                    cr.execute(
                        "ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment"
                    )
        cr._now = None
        for take in takes:
            take.case.message_subscribe((take.case.contact_id | take.case.user_id.partner_id).ids)

    # Steps that the demo doesn't have

    def _play_settle(self, take, argument):
        self._propose(take, *argument.split(","))

    def _play_share(self, take, argument):
        self._propose(take, *argument.split(","), share=0.6)

    def _play_refuse(self, take, argument):
        self._say(take, take.talk.refuse)
        self._propose(take, "rejection", argument)

    def _play_accept(self, take, _argument):
        offered = take.acting.settlement_ids.filtered(lambda item: item.state == "proposed")
        self._hear(take, texts.ACCEPTANCES)
        offered.action_record_acceptance()

    def _play_twin(self, take, _argument):
        """The customer writes again: another case of the same, with a claim of its own."""
        line = take.case.line_ids
        rest = take.move.amount_total - line.amount
        take.twin = take.acting.env["dispute.case"].create(
            {
                "reason_id": take.case.reason_id.id,
                "user_id": take.case.user_id.id,
                "team_id": take.case.team_id.id,
                "source": "mail",
                "partner_id": take.case.partner_id.id,
                "line_ids": [Command.create({"move_id": take.move.id, "amount": min(20, rest)})]
                if rest > 0
                else [],
            }
        )

    def _play_merge(self, take, _argument):
        take.twin._merge_into(take.acting)

    def _play_settle_rest(self, take, _argument):
        """The customer pays what is left of the invoice."""
        self._ledger.pay(take.move, self._clock.get_date(take.at))

    # How they settle

    def _propose(self, take, kind, resolution, share=1):
        case = take.acting
        case.cause_id = self._cast.get_record("cause", take.story.cause)
        lines = [
            Command.create(values)
            for line in case.line_ids
            if line.amount_open
            for values in self._prepare_settled(take, line, kind, share)
        ]
        settlement = case.env["dispute.settlement"].create(
            {
                "case_id": case.id,
                "reason_text": self._fill(take, take.talk.credit),
                "resolution_id": self._cast.get_record("resolution", resolution).id,
                "line_ids": lines,
            }
        )
        settlement.action_propose()
        while settlement.state == "to_approve":
            settlement.with_user(settlement.sudo().approver_ids[0]).action_approve()

    def _prepare_settled(self, take, line, kind, share):
        amount = line.amount_open
        if take.story.paid == "all":
            bank = take.case.partner_id.bank_ids[:1]
            kind, extra = "refund_payment", {"partner_bank_id": bank.id}
        else:
            extra = {}
        if kind == "replacement_invoice":
            # All lines anew, the first at a lower price.
            items = [
                Command.create(
                    {
                        "move_line_id": item.id,
                        "quantity": item.quantity,
                        "price_unit": item.price_unit * (0.9 if not index else 1),
                    }
                )
                for index, item in enumerate(take.move.invoice_line_ids)
            ]
            extra["item_ids"] = items
        if share == 1:
            return [{"dispute_line_id": line.id, "kind": kind, "amount": amount, **extra}]
        given = line.currency_id.round(amount * share)
        return [
            {"dispute_line_id": line.id, "kind": kind, "amount": given, **extra},
            {"dispute_line_id": line.id, "kind": "rejection", "amount": amount - given},
        ]


def get_morning(day):
    """:return: when an invoice of a day was written"""
    return datetime.combine(day, time(9))
