"""Read the e-mail address of one person. Pure."""

import re

from odoo.tools import email_normalize

#: Longest address that mail knows (RFC 5321).
MAX_LENGTH = 254
_LABEL = r"[\w](?:[\w-]*[\w])?"
#: An address with a name, which may hold anything: Outlook names people by their addresses.
_NAMED = re.compile(r'\s*(?:"[^"\r\n]*"\s*|[^"<>,;\r\n]*)<([^<>]*)>\s*')
_ADDRESS = re.compile(rf"[^\s@<>()\[\],;:\\\"]+@{_LABEL}(?:\.{_LABEL})*")


def read_address(text):
    """Return the one address in what somebody typed, in lower case, or an empty string.

    Of an address with a name the address is taken. Odoo's own reading makes ``@c`` of ``a@b@c``.

    :param text: whatever was typed, or nothing
    """
    named = _NAMED.fullmatch(text or "")
    written = named[1] if named else text or ""
    address = email_normalize(written) or ""
    known = len(address) <= MAX_LENGTH and written.count("@") == 1
    return address if known and _ADDRESS.fullmatch(address) else ""
