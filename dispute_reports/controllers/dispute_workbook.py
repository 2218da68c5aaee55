import tempfile

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

XLSX_MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _is_on_replica(controller, rule, args):
    """Whether a replica, where there is one, has come as far as what was asked for a moment ago."""
    # As superuser: whose it is, the route itself checks.
    workbook = request.env["dispute.workbook"].sudo().browse(args["workbook_id"]).exists()
    return workbook._get_version() == request.httprequest.args.get("version")


class DisputeWorkbookController(http.Controller):
    @http.route(
        "/dispute_reports/workbook/<int:workbook_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=_is_on_replica,
    )
    def workbook(self, workbook_id, **_kwargs):
        """Send the workbook that its asker set up, with the rights they have now."""
        workbook = request.env["dispute.workbook"].browse(workbook_id).exists()
        try:
            request.env["dispute.report"].check_access("read")
            workbook.check_access("read")
        except AccessError:
            raise request.not_found() from None
        if not workbook:
            raise request.not_found()
        if workbook.state == "done":
            # Made for them by the job, with their rights.
            content = workbook.attachment_id.raw
        elif workbook.state == "asked":
            with tempfile.TemporaryFile() as stream:
                workbook._write_workbook(stream)
                stream.seek(0)
                content = stream.read()
        else:
            raise request.not_found()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX_MIMETYPE),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(workbook._get_file_name())),
                ("Cache-Control", "no-store"),
            ],
        )
