"""How often somebody may send something. Pure: time is an argument.

What is remembered is a dict of ``{key: (times, since)}`` that the caller keeps: counts are per process and
forgotten on restart, enough against floods.
"""

#: Keys that are remembered; more are a flood, not people.
MAX_KEYS = 10_000


def take(counts, key, limit, seconds, now):
    """Count one more time, unless there were too many lately.

    :param float now: seconds of a clock that only goes on
    :return: whether this time is allowed
    """
    if key not in counts and len(counts) >= MAX_KEYS:
        # The oldest are over first.
        for old in sorted(counts, key=lambda name: counts[name][1])[: MAX_KEYS // 2]:
            del counts[old]
    times, since = counts.get(key, (0, now))
    if now - since >= seconds:
        times, since = 0, now
    if times >= limit:
        return False
    counts[key] = (times + 1, since)
    return True
