from datetime import date

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..tools.amount import format_amount_input
from ..tools.answer_form import MAX_TEXT, AnswerError
from ..tools.plain_text import clean_text
from .tokened_page import TokenedPage

_LINK = "/dispute/answer/<string:token>"
_OWN = "/dispute/question/<int(max=2147483647):request_id>"


class InformationRequest(TokenedPage, http.Controller):
    """The page on which whom is asked answers: by link without login, or as a user by their to-do."""

    _gone_template = "information_request_gone"

    # Who may

    def _find_by_link(self, token):
        """:return: ``(link, request, None)``, or ``(None, None, response)`` when the token opens nothing"""
        link, gone = self._find_link("answer", token)
        question = link._get_record() if link else None
        if question and question.state != "open":
            gone = self._render_gone(404, link)
        return (None, None, gone) if gone else (link, question, None)

    def _find_own(self, request_id):
        """:return: the request as superuser, if the user is who is asked or works on the case; None otherwise"""
        # Read to see who may answer it, just below.
        question = request.env["dispute.information.request"].sudo().browse(request_id).exists()
        if question.state != "open" or not question._get_answerer(request.env.user):
            return None
        return question

    # What is shown

    def _prepare_gone_values(self, spent):
        question = spent._get_record() if spent else None
        return {"is_answered": bool(question and spent.date_used and question.state == "answered")}

    def _render_page(self, question, url, values=None, errors=None, status=200):
        is_noted = not url.startswith("/dispute/answer/") and question.user_id != request.env.user
        question = question._in_recipient_language()
        request.update_context(lang=question.env.context["lang"], tz=question.env.context["tz"])
        return self._respond(
            "information_request_page",
            {
                "question": question,
                "url": url,
                "values": values or {},
                "errors": errors or {},
                "limits": request.env["dispute.file.rules"]._get_limits(),
                "is_noted": is_noted,
                **question._get_extension_days(),
            },
            status,
        )

    def _render_done(self, question, what):
        question = question._in_recipient_language()
        request.update_context(lang=question.env.context["lang"], tz=question.env.context["tz"])
        return self._respond("information_request_done", {"question": question, "what": what})

    # By link

    @http.route(_LINK, type="http", auth="public", website=True, sitemap=False, methods=["GET"])
    def answer_page(self, token, **kwargs):
        _link, question, gone = self._find_by_link(token)
        return gone or self._render_page(question, f"/dispute/answer/{token}")

    @http.route(_LINK, type="http", auth="public", website=True, sitemap=False, methods=["POST"])
    def answer_submit(self, token, **kwargs):
        link, question, gone = self._find_by_link(token)
        return gone or self._act(question, f"/dispute/answer/{token}", kwargs, link)

    @http.route(
        f"{_LINK}/files/<int(max=2147483647):attachment_id>",
        type="http",
        auth="public",
        sitemap=False,
        methods=["GET"],
    )
    def answer_file(self, token, attachment_id, **kwargs):
        _link, question, gone = self._find_by_link(token)
        return gone or self._stream(question, attachment_id)

    # As a user

    @http.route(_OWN, type="http", auth="user", website=True, sitemap=False, methods=["GET"])
    def own_page(self, request_id, **kwargs):
        question = self._find_own(request_id)
        if not question:
            return self._render_gone(404)
        return self._render_page(question, f"/dispute/question/{request_id}")

    @http.route(_OWN, type="http", auth="user", website=True, sitemap=False, methods=["POST"])
    def own_submit(self, request_id, **kwargs):
        question = self._find_own(request_id)
        if not question:
            return self._render_gone(404)
        return self._act(question, f"/dispute/question/{request_id}", kwargs)

    @http.route(
        f"{_OWN}/files/<int(max=2147483647):attachment_id>",
        type="http",
        auth="user",
        sitemap=False,
        methods=["GET"],
    )
    def own_file(self, request_id, attachment_id, **kwargs):
        question = self._find_own(request_id)
        return self._stream(question, attachment_id) if question else self._render_gone(404)

    def _stream(self, question, attachment_id):
        document = question.document_ids.filtered(lambda attachment: attachment.id == attachment_id)
        if not document:
            return self._render_gone(404)
        return self._stream_file(document)

    # What is done

    def _act(self, question, url, post, link=None):
        """Do what the pressed button says; whatever is wrong is told, and nothing typed is lost."""
        acts = {"answer": self._do_answer, "forward": self._do_forward, "extend": self._do_extend}
        # Whoever holds the link is who was asked.
        by = question.recipient_name if link else question._get_answerer(request.env.user)
        act = acts.get(post.get("do"))
        if not act:
            return self._render_page(question, url)
        try:
            with request.env.cr.savepoint():
                errors = act(question, post, by)
        except UserError as error:
            errors = {post["do"]: str(error)}
        if errors:
            return self._render_page(question, url, post, errors, 422)
        if link:
            link._note_use()
        return self._render_done(question, post["do"])

    def _do_answer(self, question, post, by):
        """:param by: name of who answers
        :return: ``{field: message}`` of what is wrong"""
        values, errors = self._read_values(question, post)
        files = {
            item: self._get_files(f"item_{item.id}") for item in question.item_ids if item.kind == "file"
        }
        for item, uploads in files.items():
            if item.is_required and not uploads:
                errors[f"item_{item.id}"] = request.env._("Please choose a file.")
        extra = self._get_files("files")
        uploads = [*extra, *sum(files.values(), [])]
        problem = request.env["dispute.file.rules"]._get_uploads_error(uploads)
        if problem:
            errors["files"] = problem
        text = clean_text(post.get("comment"), multiline=True)
        if len(text) > MAX_TEXT:
            errors["comment"] = self._get_answer_message("long")
        if not errors and not (text or values or uploads):
            errors["comment"] = request.env._("Please answer in a few words.")
        if errors:
            return errors
        values |= {item: self._keep(question, chosen) for item, chosen in files.items() if chosen}
        kept = self._keep(question, extra)
        question._answer(by, text, values, kept)
        return {}

    def _read_values(self, question, post):
        """:return: ``({item: value}, {field: message})`` of what was typed"""
        lang = request.env["res.lang"]._get_data(code=question._in_recipient_language().env.lang)
        values, errors = {}, {}
        for item in question.item_ids.filtered(lambda item: item.kind != "file"):
            try:
                value = item._parse(post.get(f"item_{item.id}"), lang)
            except AnswerError as error:
                example = format_amount_input(120, lang.decimal_point, item.currency_id.decimal_places)
                errors[f"item_{item.id}"] = self._get_answer_message(error.code, example)
            else:
                if value is not None:
                    values[item] = value
        return values, errors

    def _get_files(self, name):
        return [upload for upload in request.httprequest.files.getlist(name) if upload.filename]

    def _keep(self, question, uploads):
        # Checked by the rules for files; they belong to the question and are shown to colleagues only.
        attachments = request.env["ir.attachment"].sudo()
        return attachments.create(
            [
                {
                    "name": request.env["dispute.file.rules"]._clean_name(upload.filename),
                    "raw": upload.read(),
                    "res_model": "dispute.information.request",
                    "res_id": question.id,
                }
                for upload in uploads
            ]
        )

    def _do_forward(self, question, post, by):
        question._forward(clean_text(post.get("email")), by)
        return {}

    def _do_extend(self, question, post, by):
        try:
            day = date.fromisoformat(clean_text(post.get("date")))
        except ValueError:
            return {"extend": request.env._("Please choose a day.")}
        question._extend(day, by)
        return {}

    def _get_answer_message(self, code, example=""):
        """:param example: an amount as their language writes it"""
        return {
            "missing": request.env._("Please fill this in."),
            "long": request.env._("Please write less than %s characters.", MAX_TEXT),
            "choice": request.env._("Please choose one of these."),
            "amount": request.env._("Please write an amount of zero or more, such as %s.", example),
            "date": request.env._("Please choose a day."),
        }[code]
