"""Reads the machine's own apt sources, so that no mirror is named here."""

from pathlib import Path

APT = Path("/etc/apt")


def os_release():
    """The fields of /etc/os-release."""
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key: value.strip().strip('"') for key, value in pairs}


def machine_sources(apt=APT):
    """Every binary package source of the machine, as deb822 fields in lower case."""
    found = []
    folder = apt / "sources.list.d"
    for path in sorted(folder.glob("*.sources")) if folder.is_dir() else ():
        found += parse_deb822(path.read_text(encoding="utf-8"))
    lists = sorted(folder.glob("*.list")) if folder.is_dir() else []
    for path in [apt / "sources.list", *lists]:
        if path.is_file():
            found += parse_one_line(path.read_text(encoding="utf-8"))
    return found


def parse_deb822(text):
    """Stanzas of a ``.sources`` file, the disabled and source-only ones left out."""
    stanzas, fields, last = [], {}, None
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if fields:
                stanzas.append(fields)
            fields, last = {}, None
        elif line[0] in " \t" and last:
            fields[last] += "\n" + line
        elif ":" in line:
            last, value = line.split(":", 1)
            last = last.strip().lower()
            fields[last] = value.strip()
    return [
        stanza
        for stanza in stanzas
        if "deb" in stanza.get("types", "").split()
        and stanza.get("enabled", "yes").lower() not in ("no", "false", "0")
    ]


def parse_one_line(text):
    """The ``deb`` lines of a ``.list`` file as deb822 fields."""
    stanzas = []
    for line in text.splitlines():
        line = line.split("#", 1)[0].strip()
        if not line.startswith(("deb ", "deb\t")):
            continue
        rest, fields = line[4:].strip(), {}
        if rest.startswith("["):
            options, _, rest = rest[1:].partition("]")
            for option in options.split():
                key, _, value = option.partition("=")
                fields[key.lower()] = value.replace(",", " ")
        parts = rest.split()
        if len(parts) >= 2:
            fields |= {
                "types": "deb",
                "uris": parts[0],
                "suites": parts[1],
                "components": " ".join(parts[2:]),
            }
            stanzas.append(fields)
    return stanzas


def archive_stanza(stanzas, codename):
    """The stanza of the distribution's main archive, or None."""
    names = {codename, "stable", "testing", "unstable", "sid"} - {""}
    for stanza in stanzas:
        if "security" in stanza["uris"] or "main" not in stanza["components"].split():
            continue
        if names & set(stanza["suites"].split()):
            return stanza
    return None


def write_deb822(stanzas):
    """The text of a ``.sources`` file with these stanzas."""
    return "\n".join(
        "".join(f"{key.title()}: {value}\n" for key, value in stanza.items()) for stanza in stanzas
    )
