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

        A team's message is noted with the day it was sent, so that a second run says nothing.
        """
        today = fields.Date.context_today(self)
        teams = self.env["dispute.team"].search(
            Domain("user_id", "!=", False)
            & (Domain("date_watched", "=", False) | Domain("date_watched", "<", today))
        )
        found = {team: [] for team in teams}
        for sentence, domain in self._get_neglected_domains():
            cases = self.search(domain & Domain("is_closed", "=", False) & Domain("team_id", "in", teams.ids))
            for team, neglected in cases.grouped("team_id").items():
                found[team].append((sentence, neglected))
        for team, neglected in found.items():
            if neglected:
                team._tell_leader(neglected)
        teams.date_watched = today
