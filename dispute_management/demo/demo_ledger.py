import random
from datetime import timedelta

from odoo.fields import Command

#: Invoices a customer gets besides the disputed ones.
_QUIET_INVOICES = 3


class DemoLedger:
    """Customers' invoices and payments of the demo, made the way an accountant does.

    :param cast: `DemoCast`
    :param clock: `DemoTime`
    """

    def __init__(self, cast, clock):
        self._cast = cast
        self._clock = clock
        self._env = cast.get_env("clerk")

    def make_invoices(self, stories):
        """Invoice what the stories dispute, and some more that nobody disputes.

        :return: ``{story: posted account.move}``
        """
        plans = [
            (
                self._clock.get_day(story.opened + story.invoiced),
                story.customer,
                story.goods,
                story,
            )
            for story in stories
        ]
        plans += self._plan_quiet_invoices({story.customer: None for story in stories})
        plans.sort(key=lambda plan: plan[0])
        moves = self._env["account.move"].create(
            [self._prepare_invoice(index, *plan[:3]) for index, plan in enumerate(plans)]
        )
        moves.action_post()
        disputed = {story: move for move, (*_plan, story) in zip(moves, plans, strict=True) if story}
        self._pay_quiet_invoices(moves - moves.union(*disputed.values()))
        return disputed

    def pay(self, moves, day, amount=None):
        """Register the payments of customers.

        :param moves: invoices; those that owe nothing are left out
        :param day: date of the payments
        :param amount: all that they owe when not given
        """
        owing = moves.filtered("amount_residual")
        if not owing:
            return
        values = {"payment_date": min(day, self._clock.today)}
        if amount:
            values["amount"] = amount
        self._env["account.payment.register"].with_context(
            active_model="account.move", active_ids=owing.ids
        ).create(values)._create_payments()

    def _pay_quiet_invoices(self, moves):
        """What nobody disputed and is long due was paid, all of a month on one day."""
        due = moves.filtered(lambda move: move.invoice_date < self._clock.get_day(40))
        for paid in due.grouped(lambda move: (move.invoice_date.year, move.invoice_date.month)).values():
            self.pay(paid, max(paid.mapped("invoice_date")) + timedelta(days=26))

    def _plan_quiet_invoices(self, customers):
        rng = random.Random(19)
        baskets = (
            "chair*12 assembly*4",
            "paper*80",
            "lamp*24 maintenance*1",
            "worktop*6 freight*1",
            "panel*36 assembly*6",
            "locker*10 freight*1",
        )
        return [
            (
                self._clock.get_day(rng.randrange(1, 60) + index * 60),
                customer,
                rng.choice(baskets),
                None,
            )
            for customer in customers
            for index in range(_QUIET_INVOICES)
        ]

    def _prepare_invoice(self, index, day, customer, goods):
        partner = self._cast.get_customer(customer)
        return {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_date_due": day + timedelta(days=30),
            "invoice_payment_term_id": False,
            "invoice_user_id": self._env.uid,
            "ref": f"PO-{4100 + index * 7}",
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": self._cast.get_product(product).id,
                        "quantity": int(quantity),
                    }
                )
                for product, quantity in (item.split("*") for item in goods.split())
            ],
        }
