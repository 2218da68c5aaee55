import time

from odoo.http import request

from ..tools.guess_limit import count_guess, is_guessing


class TokenedPage:
    """What controllers of pages behind login-free links have in common.

    Opening a page changes nothing; mail scanners open links.
    """

    #: Module of the templates.
    _template_module = "dispute_management"
    #: Template of the page that says that a link opens nothing.
    _gone_template = None

    def _find_link(self, purpose, token):
        """:return: ``(link, None)``, or ``(None, response)`` when the token opens nothing"""
        guesses, address = self._get_guesses(), request.httprequest.remote_addr
        if is_guessing(guesses, address, time.monotonic()):
            return None, self._render_gone(429)
        links = request.env["dispute.link"]
        link = links._find(purpose, token)
        if link and link._get_record():
            return link, None
        spent = links._find_spent(purpose, token)
        if not spent:
            # A link that is over is no guess: scanners and people open old mails again and again.
            count_guess(guesses, address, time.monotonic())
        return None, self._render_gone(404, spent)

    def _find_record(self, purpose, token):
        """:return: ``(record, None)``, or ``(None, response)`` when the token opens nothing"""
        link, gone = self._find_link(purpose, token)
        return (None, gone) if gone else (link._get_record(), None)

    def _get_guesses(self):
        """Failed attempts by address, in this worker: enough against guessing, forgotten on restart."""
        registry = request.env.registry
        if not hasattr(registry, "_dispute_link_guesses"):
            registry._dispute_link_guesses = {}
        return registry._dispute_link_guesses

    def _respond(self, template, values, status=200):
        # What the page tells screen readers of its language.
        lang = request.env["res.lang"]._get_data(code=request.env.lang or "en_US")
        html_data = {"lang": (lang.code or "en_US").replace("_", "-"), "dir": lang.direction or "ltr"}
        values = {"html_data": html_data, **values}
        response = request.render(f"{self._template_module}.{template}", values, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Frame-Options"] = "DENY"
        return response

    def _render_gone(self, status, spent=None):
        """:param spent: dispute.link that opened something once"""
        return self._respond(
            self._gone_template, {"status": status, **self._prepare_gone_values(spent)}, status
        )

    def _prepare_gone_values(self, spent):
        """:return: what else the template of a link that opens nothing needs; override to add some"""
        return {}

    def _stream_file(self, attachment_sudo):
        """:return: response with a file that the caller checked to be shown here"""
        # Who follows a link has no rights of their own.
        stream = request.env["ir.binary"].sudo()._get_stream_from(attachment_sudo)
        response = stream.get_response(as_attachment=True)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
