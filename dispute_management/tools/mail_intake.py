"""Read what an incoming mail says: document numbers, automatic answers, failed checks. Pure."""

import re

MAX_TEXT = 20_000
MAX_NUMBERS = 3_000
MAX_NUMBER_LENGTH = 64

_WORD = re.compile(r"[^\s,;:()<>\[\]{}\"'|*!?=\u00ab\u00bb\u201c\u201d\u2018\u2019]+")
_DIGIT = re.compile(r"\d")
_SEPARATORS = re.compile(r"[-_.\\ ]")
_QUOTE_STARTS = re.compile(
    r"^\s*(-{2,}\s*(original message|urspr\u00fcngliche nachricht|weitergeleitete nachricht|message d'origine"
    r"|message transf\u00e9r\u00e9|forwarded message)\s*-{2,}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:|d\u00e9but du message transf\u00e9r\u00e9\s*:"
    r"|on .{1,200} wrote:|am .{1,200} schrieb.{0,200}:|le .{1,200} a \u00e9crit\s*:|_{20,})\s*$",
    re.IGNORECASE,
)
# How Outlook starts a mail that it quotes.
_HEADER_FROM = re.compile(r"^[\s>*]*(from|von|de|van|da)\s*:\W", re.IGNORECASE)
_HEADER_DATE = re.compile(
    r"^[\s>*]*(sent|date|gesendet|datum|envoy\u00e9|enviado|fecha|verzonden|inviato|data)\s*:", re.IGNORECASE
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(automatic reply|auto(matic)?[- ]?(reply|response)|autoreply|out of (the )?office"
    r"|abwesenheits(notiz|meldung|nachricht)|automatische antwort|r\u00e9ponse automatique|absence du bureau"
    r"|respuesta autom\u00e1tica|fuera de la oficina|risposta automatica|fuori sede|automatisch antwoord"
    r"|autosvar|automatisk svar|resposta autom\u00e1tica)\b",
    re.IGNORECASE,
)
_AUTOMATIC_HEADERS = frozenset(
    "x-autoreply x-autorespond x-autoresponse x-auto-reply-from x-mail-autoreply x-autoresponder".split()
)
_AUTOMATIC_PRECEDENCE = frozenset("auto_reply bulk junk list".split())
_CHECK = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*([a-z]+)", re.IGNORECASE)


def is_automatic(headers, subject=""):
    """Whether a machine sent this: an out-of-office note, an autoresponder, a mailing list.

    :param headers: list of ``(name, value)`` of the mail
    :param str subject: its decoded subject
    """
    for name, value in headers:
        name, value = name.lower(), str(value).strip().lower()
        if name in _AUTOMATIC_HEADERS and value not in ("", "no", "false"):
            return True
        if name == "auto-submitted" and value.partition(";")[0].strip() not in ("", "no"):
            return True
        if name == "precedence" and value in _AUTOMATIC_PRECEDENCE:
            return True
        if name == "return-path" and value == "<>":
            return True
    return bool(_AUTOMATIC_SUBJECT.match(subject or ""))


def is_forged(headers):
    """Whether a mail server on the way noted that the sender is not who they say.

    Only failures are believed, since a forger could write a success as well.

    :param headers: list of ``(name, value)`` of the mail
    """
    results = {"dmarc": set(), "spf": set(), "dkim": set()}
    for name, value in headers:
        name, value = name.lower(), str(value)
        if name == "authentication-results":
            for check, result in _CHECK.findall(value):
                results[check.lower()].add(result.lower())
        elif name == "received-spf":
            results["spf"].add(value.strip().partition(" ")[0].lower())
    if results["dmarc"]:
        return "fail" in results["dmarc"]
    spf_failed = bool(results["spf"] & {"fail", "softfail"})
    dkim_failed = "fail" in results["dkim"]
    if spf_failed:
        return dkim_failed or "pass" not in results["dkim"]
    return dkim_failed and "pass" not in results["spf"]


def drop_quotes(text):
    """Return what the sender wrote themselves, without the mails quoted below or within it."""
    own, _forwarded = _part(text)
    return "\n".join(line for line in own if not line.lstrip().startswith(">"))


def get_forwarded(text):
    """Return the mail that the sender forwarded, with its own header, or nothing."""
    _own, forwarded = _part(text)
    return "\n".join(forwarded).strip()


def _part(text):
    """Return the lines above the first quoted mail, and those of it."""
    lines = text.splitlines()
    for index, line in enumerate(lines):
        if _QUOTE_STARTS.match(line):
            return lines[:index], lines[index + 1 :]
        following = lines[index + 1 : index + 4]
        if _HEADER_FROM.match(line) and any(map(_HEADER_DATE.match, following)):
            return lines[:index], lines[index:]
    return lines, []


def find_numbers(text):
    """Return what may be a document's number in a text, in several spellings.

    A number is one to three words with a digit: ``INV/2026/00042``, also written
    ``inv-2026-00042`` or ``INV 2026 00042``. Whether there is such a document, the caller knows.

    :return: list of str, no longer than ``MAX_NUMBERS``
    """
    found = {}
    for line in text[:MAX_TEXT].splitlines():
        words = [word.strip("./-_#\\") for word in _WORD.findall(line)]
        words = [word for word in words if word]
        for count in (1, 2, 3):
            for start in range(len(words) - count + 1):
                number = " ".join(words[start : start + count])
                if len(number) > MAX_NUMBER_LENGTH or not _DIGIT.search(number):
                    continue
                for spelling in (number, number.upper(), _SEPARATORS.sub("/", number.upper())):
                    found[spelling] = True
                if len(found) >= MAX_NUMBERS:
                    return list(found)[:MAX_NUMBERS]
    return list(found)
