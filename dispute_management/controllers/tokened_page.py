import time

from odoo.http import request

#: Links that open nothing, from one address, until it has to wait, and how long the count lives.
MAX_GUESSES = 30
GUESS_SECONDS = 600
#: Addresses that are remembered; more are a flood, not people.
MAX_ADDRESSES = 10_000


class TokenedPage:
    """What controllers of pages behind login-free links have in common.

    Opening a page changes nothing; mail scanners open links.
    """

    #: Template of the page that says that a link opens nothing.
    _gone_template = None

    def _find_record(self, purpose, token):
        """:return: ``(record, None)``, or ``(None, response)`` when the token opens nothing"""
        if self._is_guessing():
            return None, self._render_gone(429)
        link = request.env["dispute.link"]._find(purpose, token)
        record = link._get_record() if link else None
        if not link:
            self._count_guess()
        return (record, None) if record else (None, self._render_gone(404))

    def _get_guesses(self):
        """Failed attempts by address, in this worker: enough against guessing, forgotten on restart."""
        registry = request.env.registry
        if not hasattr(registry, "_dispute_link_guesses"):
            registry._dispute_link_guesses = {}
        return registry._dispute_link_guesses

    def _is_guessing(self):
        count, since = self._get_guesses().get(request.httprequest.remote_addr, (0, 0))
        return count >= MAX_GUESSES and time.monotonic() - since < GUESS_SECONDS

    def _count_guess(self):
        guesses = self._get_guesses()
        if len(guesses) >= MAX_ADDRESSES:
            guesses.clear()
        address = request.httprequest.remote_addr
        count, since = guesses.get(address, (0, 0))
        now = time.monotonic()
        guesses[address] = (count + 1, since) if now - since < GUESS_SECONDS else (1, now)

    def _respond(self, template, values, status=200):
        response = request.render(f"dispute_management.{template}", values, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Frame-Options"] = "DENY"
        return response

    def _render_gone(self, status):
        return self._respond(self._gone_template, {"status": status}, status)

    def _stream_file(self, attachment_sudo):
        """:return: response with a file that the caller checked to be shown here"""
        stream = request.env["ir.binary"].sudo()._get_stream_from(attachment_sudo)
        response = stream.get_response(as_attachment=True)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response
