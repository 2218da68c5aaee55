from collections import Counter, defaultdict

from odoo.fields import Command
from odoo.tools import format_amount

from . import demo_texts as texts
from .demo_files import make_damage_photo, make_delivery_note

_LOGISTICS = ("QTY", "QUA", "WRG", "NDL", "LAT", "RET")


class DemoTake:
    """A story in the making: its invoice, its case, the instant it has come to."""

    def __init__(self, index, story, move):
        self.index = index
        self.story = story
        self.move = move
        self.talk = texts.TALKS[story.reason]
        self.case = None
        self.activity = None
        self.at = None
        self.words = {}

    @property
    def acting(self):
        """The case as its owner works on it."""
        return self.case.with_user(self.case.user_id)


class DemoSteps:
    """What can happen in a story, each step done as the person who takes it.

    Every method ``_play_<name>(take, argument)`` is a step that a story's plot may name.

    :param cast: `DemoCast`
    :param clock: `DemoTime`
    :param ledger: `DemoLedger`
    """

    def __init__(self, cast, clock, ledger):
        self._cast = cast
        self._clock = clock
        self._ledger = ledger
        self._told = Counter()
        self._settling = defaultdict(list)

    def _play_open(self, take, _argument):
        story, env = take.story, self._cast.get_env()
        talk = take.talk
        customer = self._cast.get_customer(story.customer)
        contact = self._cast.get_contact(story.customer)
        line = take.move.invoice_line_ids[0]
        amount, units = self._get_claim(take, line)
        take.words = {
            "product": line.product_id.name,
            "quantity": f"{line.quantity:g}",
            "units": f"{units:g}",
            "share": story.claim,
            "invoice": take.move.name,
            "po": take.move.ref,
            "claim": format_amount(env, amount, take.move.currency_id),
            "offer": format_amount(env, amount * 0.8, take.move.currency_id),
        }
        by_clerk = story.source == "internal"
        claim = {"move_id": take.move.id, "amount": amount}
        if story.claim:
            claim.update(move_line_id=line.id, quantity=units)
        team = "demo_team_logistics"
        if story.reason not in _LOGISTICS:
            team = "dispute_team_receivables"
        take.case = (
            self._cast.get_env(story.owner if by_clerk else None)["dispute.case"]
            .create(
                {
                    "reason_id": self._cast.get_record("reason", story.reason).id,
                    "date_opened": take.at,
                    "contact_id": contact.id,
                    "customer_reference": f"CL-{2300 + 13 * take.index}",
                    "customer_wish": story.wish,
                    "description": self._fill(take, talk.claims),
                    "priority": story.priority,
                    "source": story.source,
                    "tag_ids": [Command.set(self._cast.get_tags(story.tags))],
                    "team_id": self._cast.get_team(team).id,
                    "user_id": self._cast.get_user(story.owner).id,
                    "line_ids": [Command.create(claim)],
                }
            )
            .with_env(env)
        )
        take.case.message_unsubscribe(take.case.message_partner_ids.ids)
        if story.note:
            take.acting.message_post(
                body=story.note, subtype_xmlid="mail.mt_note", notify_skip_followers=True
            )
        if talk.file and story.source in ("mail", "portal"):
            self._hear(take, texts.PAPERS, attachments=self._get_files(take, customer))

    def _play_reply(self, take, _argument):
        self._say(take, texts.FIRST_REPLIES)

    def _play_check(self, take, _argument):
        self._move(take, "checking")

    def _play_ask(self, take, _argument):
        self._say(take, take.talk.ask)
        self._move(take, "waiting_customer")

    def _play_answer(self, take, _argument):
        customer = self._cast.get_customer(take.story.customer)
        is_new = take.story.source == "internal"
        files = self._get_files(take, customer) if is_new else []
        self._hear(take, take.talk.answer, attachments=files)
        self._move(take, "checking")

    def _play_chase(self, take, _argument):
        self._hear(take, texts.CHASERS)

    def _play_refer(self, take, due):
        self._move(take, "waiting_third_party")
        inquiry = self._fill(take, take.talk.inquiry)
        take.activity = self._schedule(take, "resolver", inquiry, due)

    def _play_finding(self, take, _argument):
        # Whoever holds the question answers it, without any right on disputes.
        answered = take.activity.with_user(take.activity.user_id)
        answered.action_feedback(feedback=self._fill(take, take.talk.finding))
        self._move(take, "checking")

    def _play_approval(self, take, due):
        self._move(take, "approval")
        take.acting.cause_id = self._cast.get_record("cause", take.story.cause)
        settlement = self._draft(take, "credit_note", take.talk.credit)
        settlement.resolution_id = self._cast.get_record("resolution", "CRF")
        settlement.action_propose()
        # The first tier answers at once: what is large waits for the approver.
        leader = self._cast.get_user("leader")
        if len(settlement.sudo().approval_ids) > 1:
            settlement.with_user(leader).action_approve()
        day = self._clock.get_date(take.at)
        settlement.sudo().write({"date_proposed": take.at})
        settlement.sudo().activity_ids.date_deadline = self._clock.shift(
            self._clock.today if due else day, int(due or 3)
        )

    def _play_todo(self, take, due):
        self._schedule(take, take.story.owner, self._fill(take, texts.ACTIVITIES_OWNER), due)

    def _play_offer(self, take, _argument):
        self._say(take, texts.OFFER)
        self._move(take, "offer")

    def _play_propose(self, take, _argument):
        """An offer that waits for the customer: most of the claim, and the reasons."""
        self._move(take, "offer")
        take.acting.cause_id = self._cast.get_record("cause", take.story.cause)
        line = take.case.line_ids[:1]
        given = take.case.currency_id.round(line.amount_open * 0.8)
        shares = {"credit_note": given, "rejection": line.amount_open - given}
        settlement = take.acting.env["dispute.settlement"].create(
            {
                "case_id": take.case.id,
                "reason_text": self._fill(take, texts.OFFER),
                "line_ids": [
                    Command.create({"dispute_line_id": line.id, "kind": kind, "amount": amount})
                    for kind, amount in shares.items()
                ],
            }
        )
        settlement.resolution_id = self._cast.get_record("resolution", "CRP")
        # Approved in its time.
        settlement._set_state("approved")
        settlement._set_state("proposed")
        settlement.sudo().date_offered = take.at

    def _play_accept(self, take, _argument):
        self._hear(take, texts.ACCEPTANCES)

    def _play_withdraw(self, take, _argument):
        self._hear(take, texts.WITHDRAWAL)

    def _play_protest(self, take, _argument):
        customer = self._cast.get_customer(take.story.customer)
        files = [self._make_note(take, customer)]
        self._hear(take, texts.PROTEST, attachments=files)

    def _play_reopen(self, take, _argument):
        self._move(take, "checking")

    def _play_credit(self, take, share):
        amount = None
        if share:
            amount = take.case.currency_id.round(take.case.amount_open * float(share))
        self._settle(take, "credit_note", take.talk.credit, amount)

    def _play_decline(self, take, _argument):
        self._say(take, take.talk.refuse)

    def _play_refuse(self, take, _argument):
        self._say(take, take.talk.refuse)
        self._settle(take, "rejection", take.talk.refuse)

    def _play_writeoff(self, take, _argument):
        self._settle(take, "write_off", texts.SMALL_DIFFERENCE)

    def _play_close(self, take, code):
        take.acting._close(
            self._cast.get_record("resolution", code),
            self._cast.get_record("cause", take.story.cause),
            at=take.at,
        )

    def _play_pay(self, take, share):
        amount = None
        if share == "short":
            claim, _units = self._get_claim(take, take.move.invoice_line_ids[0])
            amount = take.move.amount_residual - claim
        self._ledger.pay(take.move, self._clock.get_date(take.at), amount)

    def _play_settle(self, take, _argument):
        """The customer pays what is left, with the next payment run."""
        day = self._clock.get_date(take.at)
        self._settling[day.year, day.month].append((day, take.move))

    def _play_rate(self, take, stars):
        contact = take.case.contact_id
        # An answer to the rating request goes to who follows: nobody, in the demo.
        take.case.message_unsubscribe(take.case.message_partner_ids.ids)
        take.case.rating_apply(
            int(stars),
            token=take.case._rating_get_access_token(contact),
            feedback=self._fill(take, texts.THANKS[int(stars)]),
        )

    # What the steps are made of

    def _move(self, take, stage):
        take.acting._move_to_stage(self._cast.get_record("stage", stage), at=take.at)

    def _say(self, take, words):
        """The owner writes to the customer."""
        take.acting.message_post(
            body=self._fill(take, words),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            date=take.at,
            notify_skip_followers=True,
        )

    def _hear(self, take, words, attachments=()):
        """The customer writes to us."""
        take.case.message_post(
            body=self._fill(take, words),
            author_id=take.case.contact_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            date=take.at,
            attachments=list(attachments),
            notify_skip_followers=True,
        )

    def _schedule(self, take, user, summary, due):
        day = self._clock.get_date(take.at)
        if due:
            day = self._clock.today
        return take.acting.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self._clock.shift(day, int(due or 3)),
            summary=summary,
            user_id=self._cast.get_user(user).id,
        )

    def _settle(self, take, kind, words, amount=None):
        settlement = self._draft(take, kind, words, amount)
        # What a story tells of the past was approved in its time.
        settlement._set_state("approved")
        settlement._execute(date=self._clock.get_date(take.at), at=take.at)

    def _draft(self, take, kind, words, amount=None):
        return take.acting.env["dispute.settlement"].create(
            {
                "case_id": take.case.id,
                "reason_text": self._fill(take, words),
                "line_ids": [
                    Command.create(
                        {
                            "dispute_line_id": line.id,
                            "kind": kind,
                            "amount": amount or line.amount_open,
                        }
                    )
                    for line in take.case.line_ids
                    if line.amount_open
                ],
            }
        )

    def _get_claim(self, take, line):
        """:return: ``(amount, units)`` that the story claims"""
        claim, currency = take.story.claim, take.move.currency_id
        if not claim:
            return take.move.amount_total, line.quantity
        if claim.endswith("%"):
            share, units = float(claim[:-1]) / 100, line.quantity
        else:
            units = float(claim)
            share = units / line.quantity
        return currency.round(line.price_total * share), units

    def _get_files(self, take, customer):
        """:return: list of ``(name, bytes)`` that the customer attaches to this reason"""
        if take.talk.file == "photo":
            return [(f"damage_{take.move.ref}.jpg", make_damage_photo(take.index))]
        if take.talk.file == "note":
            return [self._make_note(take, customer)]
        return []

    def _make_note(self, take, customer):
        number = f"DN-{10400 + 3 * take.index}"
        rows = [(line.product_id.name, line.quantity) for line in take.move.invoice_line_ids]
        remark = f"{take.words['units']} of {take.words['quantity']} not accepted"
        return f"{number}.pdf", make_delivery_note(number, customer.name, rows, remark)

    def _fill(self, take, words):
        """:param words: a text, or some of which cases take turns"""
        if isinstance(words, tuple):
            turn = self._told[words]
            self._told[words] += 1
            words = words[turn % len(words)]
        return words.format(**take.words)
