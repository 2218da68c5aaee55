import time

from odoo.http import request

from odoo.addons.dispute_management.tools.guess_limit import get_network
from odoo.addons.dispute_management.tools.plain_text import parse_id

from ..tools.rate_limit import take

SECONDS = 600
#: What one user, and one address, may send within the time; system parameters change it.
LIMITS = {
    "filing": (30, 90),
    "upload": (60, 180),
    "message": (40, 120),
    "print": (20, 60),
}


def get_flood_message():
    return request.env._(
        "You have sent a lot in a short time. Please wait some minutes and send it again: what you typed is still"
        " here."
    )


def is_flood(kind):
    """Whether the current user or their address sends too much of a kind; counts this request, once.

    :param str kind: one of `LIMITS`
    """
    # Odoo plays a request again when another transaction was faster: that is nobody's second time.
    if not hasattr(request, "_dispute_floods"):
        request._dispute_floods = {}
    if kind not in request._dispute_floods:
        request._dispute_floods[kind] = _count(kind)
    return request._dispute_floods[kind]


def _count(kind):
    """Count one more request of a kind. :return: whether it is one too many"""
    registry = request.env.registry
    if not hasattr(registry, "_dispute_portal_counts"):
        # In this worker, forgotten on restart.
        registry._dispute_portal_counts = {}
    counts, now = registry._dispute_portal_counts, time.monotonic()
    # System parameters; whoever meets a limit reads it.
    parameters = request.env["ir.config_parameter"].sudo()
    user_limit, address_limit = (
        parse_id(str(parameters.get_param(f"refund_portal.{kind}_per_{whom}", ""))) or default
        for whom, default in zip(("user", "address"), LIMITS[kind], strict=True)
    )
    network = get_network(request.httprequest.remote_addr)
    allowed = take(counts, (kind, "address", network), address_limit, SECONDS, now)
    if allowed and not request.env.user._is_public():
        allowed = take(counts, (kind, "user", request.env.uid), user_limit, SECONDS, now)
    return not allowed
