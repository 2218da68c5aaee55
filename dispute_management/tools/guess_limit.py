"""How often somebody may try links that open nothing. Pure: time is an argument.

What is remembered is a dict of ``{network: (attempts, since)}`` that the caller keeps.
"""

from ipaddress import ip_address, ip_network

#: Links that open nothing, from one network, until it has to wait, and how long the count lives.
MAX_GUESSES = 30
GUESS_SECONDS = 600
#: Networks that are remembered; more are a flood, not people.
MAX_NETWORKS = 10_000
#: Whoever has one address of IPv6 has as many as they like in this network.
IPV6_PREFIX = 64


def get_network(address):
    """Return whom an address stands for: itself, or its network where addresses cost nothing."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped or parsed.version == 4:
        return str(mapped or parsed)
    return str(ip_network((parsed, IPV6_PREFIX), strict=False))


def is_guessing(guesses, address, now):
    """Whether too many attempts came from there lately.

    :param float now: seconds of a clock that only goes on
    """
    count, since = guesses.get(get_network(address), (0, now))
    return count >= MAX_GUESSES and now - since < GUESS_SECONDS


def count_guess(guesses, address, now):
    """Count one more attempt from there; the others' counts stay theirs."""
    network = get_network(address)
    if network not in guesses and len(guesses) >= MAX_NETWORKS:
        # The oldest are over first.
        for old in sorted(guesses, key=lambda name: guesses[name][1])[: MAX_NETWORKS // 2]:
            del guesses[old]
    count, since = guesses.get(network, (0, now))
    guesses[network] = (count + 1, since) if now - since < GUESS_SECONDS else (1, now)
