"""What a customer typed, kept for a moment while they log in again. Pure."""

#: Seconds a draft is kept.
MAX_AGE = 3600
#: Characters of all texts together, and fields: a session is no archive.
MAX_CHARS = 20_000
MAX_FIELDS = 200


def make_draft(url, form, now):
    """Return what a session keeps of a posted form; never files, tokens, keys or the reason.

    :param str url: the page that the form is on
    :param form: mapping of posted text
    """
    kept, left = {}, MAX_CHARS
    for name in list(form)[:MAX_FIELDS]:
        value = form[name]
        if name in ("csrf_token", "form_key", "reason_id") or not isinstance(value, str):
            continue
        left -= len(name) + len(value)
        if left < 0:
            break
        kept[name] = value
    return {"url": url, "at": now, "form": kept}


def read_draft(draft, url, now):
    """Return the form that was kept for a page, or None where there is none or it is too old."""
    if not isinstance(draft, dict) or draft.get("url") != url or now - draft.get("at", 0) > MAX_AGE:
        return None
    form = draft.get("form")
    return form if isinstance(form, dict) else None
