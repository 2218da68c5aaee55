from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController


class DisputeAttachment(AttachmentController):
    """Files sent in messages on a case meet the limits of all its files."""

    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        if thread_model == "dispute.case":
            error = request.env["dispute.file.rules"]._get_uploads_error([ufile])
            if error:
                return request.make_json_response({"error": error})
            # Evidence stays as it was sent.
            request.update_context(image_no_postprocess=True)
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
