"""Read what an incoming mail says: document numbers, automatic answers, failed checks. Pure."""

import re

MAX_TEXT = 20_000
MAX_NUMBERS = 3_000
MAX_NUMBER_LENGTH = 64
MAX_QUOTE_START = 500

_WORD = re.compile(r"[^\s,;:()<>\[\]{}\"'|*!?=#+&\u00ab\u00bb\u201c\u201d\u2018\u2019\u2026\uff1a]+")
_DIGIT = re.compile(r"\d")
_SEPARATORS = re.compile(r"[-_.\\ ]")
_FILE_ENDING = re.compile(r"\.(pdf|xml|docx?|xlsx?|png|jpe?g)$", re.IGNORECASE)
# Dashes that word processors put for a hyphen, and characters that nobody sees.
_LOOKALIKES = {
    **dict.fromkeys(range(0x2010, 0x2016), "-"),
    **dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF)),
}
_WROTE = (
    r"on .{1,200} wrote:|am .{1,200} schrieb.{0,200}:|le .{1,200} a écrit\s*:|el .{1,200} escribió:"
    r"|il .{1,200} ha scritto:|op .{1,200} schreef.{0,200}:|em .{1,200} escreveu:|den .{1,200} skrev.{0,200}:"
)
_QUOTE_STARTS = re.compile(
    r"^\s*(-{2,}\s*(original message|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine"
    r"|message transféré|forwarded message)\s*-{2,}"
    # In any other language too, as long as it is set off like this.
    r"|-{5,}\s*[^\W\d_][^-]{2,60}?\s*-{5,}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message transféré\s*:"
    rf"|{_WROTE}|.{{1,200}} (napisał\(a\)|napsal\(a\)|kirjoitti):|_{{20,}})\s*$",
    re.IGNORECASE,
)
_BROKEN_START = re.compile(rf"^\s*({_WROTE})\s*$", re.IGNORECASE)
# How Outlook starts a mail that it quotes.
_HEADER_FROM = re.compile(r"^[\s>*]*(from|von|de|van|da|fra|från|od|lähettäjä)\s*:", re.IGNORECASE)
_HEADER_DATE = re.compile(
    r"^[\s>*]*(sent|date|gesendet|datum|envoyé|enviado|enviada|fecha|verzonden|inviato|data|sendt|skickat"
    r"|wysłano|odesláno|lähetetty)\s*:",
    re.IGNORECASE,
)
# In a language that nobody thought of: some lines of a label and a value, one of them an address.
_HEADER_ANY = re.compile(r"^[\s>*]*[^\W\d_][^\W_]*( [^\W_]+)?\s*[*]?[:\uff1a]\s*[*]?\s*\S")
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\W\d_]{2,}")
_HEADER_LINES = 3
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(automatic reply|auto(matic)?[- ]?(reply|response)|autoreply|out of (the )?office|ooo"
    r"|away from (the |my )?office"
    r"|abwesenheits(notiz|meldung|nachricht)|automatische antwort|abwesend|réponse automatique"
    r"|absence du bureau|absent du bureau"
    r"|respuesta automática|fuera de la oficina|risposta automatica|fuori sede|automatisch antwoord"
    r"|afwezig(heid)?|autosvar|automatisk(t)? svar|resposta automática|automaattinen vastaus"
    r"|automatyczna odpowiedź|autoodpowiedź|automatická odpověď|automatikus válasz|otomatik yanıt"
    r"|автоматический ответ|自动回复|自動返信)(\b|[:\uff1a]|$)",
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
    if "fail" in results["dmarc"]:
        return True
    if "pass" in results["dmarc"]:
        return False
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
        length = _get_quote_start(lines[index : index + 2])
        if length:
            return lines[:index], lines[index + length :]
        following = lines[index + 1 : index + 4]
        if _HEADER_FROM.match(line) and any(map(_HEADER_DATE.match, following)):
            return lines[:index], lines[index:]
    for index in range(len(lines)):
        if _is_header(lines[index : index + 5]):
            return lines[:index], lines[index:]
    return lines, []


def _get_quote_start(lines):
    """Return how many of two lines say that a quoted mail follows: none, one, or both."""
    if _QUOTE_STARTS.match(lines[0][:MAX_QUOTE_START]):
        return 1
    # What is too long for one line is broken by the program that quotes.
    if len(lines) < 2 or _QUOTE_STARTS.match(lines[1][:MAX_QUOTE_START]):
        return 0
    return 2 if _BROKEN_START.match(" ".join(lines)[:MAX_QUOTE_START]) else 0


def _is_header(lines):
    """Whether these lines begin with the header of a mail, in whatever language."""
    found = []
    for line in lines:
        if not _HEADER_ANY.match(line[:MAX_QUOTE_START]):
            break
        found.append(line)
    return len(found) >= _HEADER_LINES and bool(_ADDRESS.search(found[0]))


def find_numbers(text):
    """Return what may be a document's number in a text, in several spellings.

    A number is one to three words with a digit: ``INV/2026/00042``, also written
    ``inv-2026-00042`` or ``INV 2026 00042``. Whether there is such a document, the caller knows.

    :return: list of str, no longer than ``MAX_NUMBERS``
    """
    found = {}
    for line in text[:MAX_TEXT].translate(_LOOKALIKES).splitlines():
        words = [_FILE_ENDING.sub("", word.strip("./-_\\")) for word in _WORD.findall(line)]
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
