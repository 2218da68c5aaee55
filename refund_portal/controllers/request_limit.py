from odoo.http import request

from odoo.addons.dispute_management.tools.guess_limit import get_network
from odoo.addons.dispute_management.tools.plain_text import parse_id

#: What one user, and one address, may send within ten minutes; system parameters change it.
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
        request._dispute_floods[kind] = not request.env["dispute.portal.request"]._take(
            kind, _get_limits(kind)
        )
    return request._dispute_floods[kind]


def _get_limits(kind):
    """:return: ``{sender: how many}`` for who sends this request"""
    # System parameters; whoever meets a limit reads it.
    parameters = request.env["ir.config_parameter"].sudo()
    user_limit, address_limit = (
        parse_id(str(parameters.get_param(f"refund_portal.{kind}_per_{whom}", ""))) or default
        for whom, default in zip(("user", "address"), LIMITS[kind], strict=True)
    )
    limits = {f"address {get_network(request.httprequest.remote_addr)}": address_limit}
    if not request.env.user._is_public():
        limits[f"user {request.env.uid}"] = user_limit
    return limits
