from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Working at a case means moving it, writing on it or doing something planned; after so many
#: days without, it is stale.
STALE_DAYS = 14


class DisputeCaseWatchMixin(models.AbstractModel):
    """Cases that fall through: nobody's, nothing planned, or nothing done for long."""

    _name = "dispute.case.watch.mixin"
    _description = "Dispute Watch"

    @api.model
    def _get_neglected_domains(self):
        """What a leader is told of; override to tell of more.

        :return: list of ``(sentence, domain)``
        """
        today = fields.Date.context_today(self)
        long_ago = fields.Datetime.now() - timedelta(days=STALE_DAYS)
        return [
            (self.env._("Nobody owns"), Domain("user_id", "=", False)),
            (self.env._("Nothing is planned for"), Domain("activity_ids", "=", False)),
            (
                self.env._("What was planned is overdue for"),
                Domain("activity_ids.date_deadline", "<", today),
            ),
            (
                self.env._("Nothing happened for %s days on", STALE_DAYS),
                Domain("waiting_since", "<", long_ago) & Domain("write_date", "<", long_ago),
            ),
        ]

    @api.model
    def _cron_watch(self):
        """Tell every leader once a day, in one message, which cases need a look.

        Each team is noted with the day it was told of, so that a second run says nothing.
        Cases that nobody owns or on which nothing is planned are then given both.
        """
        today = fields.Date.context_today(self)
        # A team that was archived may still have open cases.
        teams = (
            self.env["dispute.team"]
            .with_context(active_test=False)
            .search(
                Domain("user_id.active", "=", True)
                & (Domain("date_watched", "=", False) | Domain("date_watched", "<", today))
            )
        )
        in_teams = Domain("is_closed", "=", False) & Domain("team_id", "in", teams.ids)
        found = [
            self.search(domain & in_teams).grouped("team_id")
            for _sentence, domain in self._get_neglected_domains()
        ]
        for leader, led in teams.grouped("user_id").items():
            spoken = self.with_context(lang=leader.lang or self.env.lang)
            neglected = [
                (sentence, self.browse().union(*(by_team[team] for team in led if team in by_team)))
                for (sentence, _domain), by_team in zip(spoken._get_neglected_domains(), found, strict=True)
            ]
            if neglected := [(sentence, cases) for sentence, cases in neglected if cases]:
                led.with_context(lang=spoken.env.lang)._tell_leader(leader, neglected)
        teams.date_watched = today
        if self.env["ir.cron"]._commit_progress(len(teams)):
            self._give_back_to_work()

    @api.model
    def _give_back_to_work(self, batch=500):
        """Find owners and a next step for open cases that lost theirs, in committed batches."""
        lost = Domain("is_closed", "=", False) & (
            Domain("user_id", "=", False) | Domain("activity_ids", "=", False)
        )
        last_id = 0
        while cases := self.search(lost & Domain("id", ">", last_id), limit=batch, order="id"):
            last_id = cases[-1].id
            cases = cases.try_lock_for_update().filtered_domain(lost)
            cases.filtered(lambda case: not case.user_id)._assign_fallback()
            cases._plan_next_steps()
            if not self.env["ir.cron"]._commit_progress(len(cases)):
                return
