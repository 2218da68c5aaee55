from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.dispute_management.controllers.dispute_attachment import DisputeAttachment
from odoo.addons.mail.controllers.thread import ThreadController

from .dispute_answer import DisputeAnswer
from .request_limit import get_flood_message, is_flood


class DisputeSafeguard(DisputeAnswer):
    """The pages of a case: where a merged or archived one is found now, and how much may be sent."""

    @http.route()
    def portal_my_dispute(self, case_id, access_token=None, **kwargs):
        case_sudo = self._dispute_check_access(case_id, access_token)
        target_sudo = case_sudo and case_sudo._get_portal_successor()
        if case_sudo and not target_sudo:
            return request.redirect("/my/disputes")
        if target_sudo != case_sudo:
            return request.redirect(self._get_successor_url(case_sudo, target_sudo, access_token))
        return super().portal_my_dispute(case_id, access_token=access_token, **kwargs)

    def _get_successor_url(self, case_sudo, target_sudo, access_token):
        """:return: address of the case that goes on, for who came to one merged into it"""
        if self._dispute_check_access(target_sudo.id) or not self._get_own_token(case_sudo, access_token):
            return f"/my/disputes/{target_sudo.id}"
        # Who had the token of a case has that of the one that goes on with it: it is the same matter.
        return f"/my/disputes/{target_sudo.id}?access_token={target_sudo._portal_ensure_token()}"

    def _finish(self, case_sudo, access_token, do, post, act):
        if not is_flood("message"):
            return super()._finish(case_sudo, access_token, do, post, act)
        values = self._dispute_get_page_view_values(
            case_sudo, access_token, post, {"text": get_flood_message(), do: get_flood_message()}
        )
        return request.render("refund_portal.portal_my_dispute", values, status=429)


class DisputeUploadLimit(DisputeAttachment):
    """How many files customers may upload to the conversation of a case."""

    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        if thread_model == "dispute.case" and not request.env.user._is_internal() and is_flood("upload"):
            return request.make_json_response({"error": get_flood_message()})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)


class DisputeMessageLimit(ThreadController):
    """How many messages customers may write in the conversation of a case."""

    @http.route()
    def mail_message_post(self, thread_model, thread_id, post_data, context=None, **kwargs):
        if thread_model == "dispute.case" and not request.env.user._is_internal() and is_flood("message"):
            raise UserError(get_flood_message())
        return super().mail_message_post(thread_model, thread_id, post_data, context=context, **kwargs)
