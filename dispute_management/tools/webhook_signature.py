"""Tell whether a message from another system is theirs and fresh. Pure: time is an argument.

The scheme is the one that payment providers use: ``t=<unix time>,v1=<hex of HMAC-SHA256(secret, "<t>.<body>")>``;
several ``v1`` let a secret be changed without losing messages.
"""

import hashlib
import hmac

#: How far the clocks of two systems may differ, and how long a message may be on its way.
TOLERANCE_SECONDS = 300


def sign(secret, timestamp, body):
    """Return the header that signs a body.

    :param str secret: shared by both systems
    :param int timestamp: Unix time
    :param bytes body: as it is sent
    """
    return f"t={timestamp},v1={_digest(secret, str(timestamp), body)}"


def is_signed(header, secret, body, now):
    """Whether the header signs the body with the secret, not too long ago.

    :param header: whatever came over the wire
    :param float now: Unix time
    """
    if not isinstance(header, str) or not header.isascii() or not secret:
        return False
    parts = [part.strip().partition("=") for part in header.split(",")[:10]]
    stamps = [value for name, _mark, value in parts if name == "t"]
    if len(stamps) != 1 or not stamps[0].isdigit() or len(stamps[0]) > 15:
        return False
    if abs(now - int(stamps[0])) > TOLERANCE_SECONDS:
        return False
    expected = _digest(secret, stamps[0], body)
    return any(hmac.compare_digest(expected, value) for name, _mark, value in parts if name == "v1")


def _digest(secret, timestamp, body):
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
