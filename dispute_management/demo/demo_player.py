import re

from .demo_steps import DemoSteps, DemoTake

_STEP = re.compile(r"(?P<name>\w+)(\+(?P<days>\d+))?(:(?P<argument>\S+))?")


class DemoPlayer(DemoSteps):
    """Plays the stories in the order of time."""

    def play(self, invoices):
        """Play the stories.

        :param invoices: ``{story: account.move}``
        :return: dispute.case, all that were opened
        """
        takes = [DemoTake(index, story, move) for index, (story, move) in enumerate(invoices.items())]
        scenes = [scene for take in takes for scene in self._get_scenes(take)]
        for at, _index, _number, take, name, argument in sorted(scenes, key=lambda scene: scene[:3]):
            take.at = at
            mark = self._get_last_message_id()
            getattr(self, f"_play_{name}")(take, argument)
            self._date_messages(take, mark)
        self._pay_settled()
        cases = self._cast.get_env()["dispute.case"].union(*(take.case for take in takes))
        for case in cases:
            case.message_subscribe((case.contact_id | case.user_id.partner_id).ids)
        return cases

    def _get_scenes(self, take):
        """:return: list of ``(at, index, number, take, name, argument)``"""
        story = take.story
        ago, at = story.opened, None
        plot = f"open {story.plot}"
        if story.paid:
            ago += story.invoiced // 2
            plot = f"pay:{story.paid} open+{story.invoiced // 2} {story.plot}"
        scenes = []
        for number, match in enumerate(_STEP.finditer(plot)):
            ago -= int(match["days"] or 0)
            minutes = 37 * take.index + 95 * number
            at = self._clock.get_moment(ago, minutes, after=at)
            scenes.append((at, take.index, number, take, match["name"], match["argument"] or ""))
        return scenes

    def _pay_settled(self):
        for payments in self._settling.values():
            moves = payments[0][1].union(*(move for _day, move in payments))
            self._ledger.pay(moves, max(day for day, _move in payments))

    # Messages are dated like what they tell of

    def _get_last_message_id(self):
        messages = self._cast.get_env()["mail.message"]
        return messages.search([], order="id desc", limit=1).id

    def _date_messages(self, take, mark):
        if not take.case:
            return
        env = self._cast.get_env()
        # Tracking is written when a transaction ends: here, at the end of the step.
        env.flush_all()
        env.cr.precommit.run()
        env["mail.message"].search(
            [
                ("id", ">", mark),
                ("model", "=", "dispute.case"),
                ("res_id", "=", take.case.id),
            ]
        ).date = take.at
