from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from odoo.addons.rating.models.rating_data import RATING_LIMIT_OK


class DisputePortalRatingMixin(models.AbstractModel):
    """How the customer rates the handling, and what a low score starts."""

    _name = "dispute.portal.rating.mixin"
    _description = "Dispute Ratings"
    _inherit = ["rating.mixin"]

    def _can_rate(self):
        """:return: whether who acts may rate the handling: once, when the case is closed"""
        self.ensure_one()
        return self.is_closed and not self._get_own_rating()

    def _get_own_rating(self):
        """:return: rating.rating that who acts gave already, or none"""
        self.ensure_one()
        author = self._get_portal_author()
        return self.rating_ids.filtered(lambda rating: rating.consumed and rating.partner_id == author)[:1]

    def _portal_rate(self, rate, text):
        """Rate the handling.

        :param rate: 1 to 5
        :param text: what they say about it
        :raise UserError: when the case is open, or was rated already
        """
        self.ensure_one()
        self._portal_lock()
        if not self._can_rate():
            raise UserError(self.env._("You have rated this already, or it is not closed yet."))
        author = self._get_portal_author()
        self.rating_apply(
            rate,
            token=self._rating_get_access_token(author),
            feedback=text,
            subtype_xmlid="mail.mt_comment",
        )
        self._portal_confirm(self.env._("Thank you for rating how we handled this."))

    def rating_apply(self, rate, token=None, rating=None, feedback=None, **kwargs):
        """A low score, given here or by a link in a mail, is something to do for who leads the team."""
        rating = super().rating_apply(rate, token=token, rating=rating, feedback=feedback, **kwargs)
        for case in self:
            if rate < RATING_LIMIT_OK:
                case._tell_of_low_rating(rate, feedback)
        return rating

    def _tell_of_low_rating(self, rate, feedback):
        self.ensure_one()
        leader = self.team_id.user_id or self.user_id
        if not leader:
            return
        # In the name of the suite: customers plan nothing for our people.
        case = self.with_user(SUPERUSER_ID).with_context(lang=leader.lang)
        summary = case.env._("Low rating: %s of 5", round(rate))
        if summary not in case.activity_ids.mapped("summary"):
            case.activity_schedule(
                "mail.mail_activity_data_todo", user_id=leader.id, summary=summary, note=feedback or False
            )
