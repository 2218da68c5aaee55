from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController


class DisputeAttachment(AttachmentController):
    """Files of the conversation on a case meet the limits of those on the form."""

    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        if thread_model == "dispute.case" and not request.env.user._is_internal():
            # sudo: reads the limits only; who may upload here is checked by super.
            error = request.env["dispute.portal.form"].sudo()._validate_uploads([ufile])
            ufile.seek(0)
            if error:
                return request.make_json_response({"error": error})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
