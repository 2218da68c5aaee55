"""Debian packages without touching the system: own lists, own cache, unpacked
into an own folder. apt checks the signatures with the machine's keyring."""

import os
import shutil
import tempfile
from pathlib import Path

from . import apt_sources, paths
from .console import Failure, run, warn

# The machine's hooks after an update act on the system's folders, not on ours.
CONF = """#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Sandbox::User "{user}";
Acquire::Languages "none";
Debug::NoLocking "true";
Dir::State "{root}/state";
Dir::State::Lists "{root}/state/lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "{root}/cache";
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "{root}/sources.list.d";
"""


class PrivateApt:
    """apt with a state of its own."""

    def __init__(self, name, stanzas):
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise Failure("apt is not on this machine")
        if not stanzas:
            raise Failure("apt has no usable source on this machine")
        self.root = paths.cache() / "apt" / name
        for folder in ("state/lists/partial", "cache/archives/partial", "sources.list.d"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        sources = self.root / "sources.list.d" / "own.sources"
        sources.write_text(apt_sources.write_deb822(stanzas), encoding="utf-8")
        self.conf = self.root / "apt.conf"
        user = "root" if os.geteuid() == 0 else "_apt"
        self.conf.write_text(CONF.format(root=self.root, user=user), encoding="utf-8")
        self.env = {**os.environ, "APT_CONFIG": str(self.conf), "LC_ALL": "C"}

    @classmethod
    def own_suite(cls):
        """The packages of the machine's own release."""
        return cls("own", apt_sources.machine_sources())

    @classmethod
    def sid(cls):
        """Debian's unstable suite, from the mirror the machine already uses."""
        release = apt_sources.os_release()
        if release.get("ID") != "debian":
            raise Failure("only Debian carries the package odoo-19")
        stanza = apt_sources.archive_stanza(
            apt_sources.machine_sources(), release.get("VERSION_CODENAME", "")
        )
        if not stanza:
            raise Failure("no Debian archive among the machine's apt sources")
        # A mirror may be older than the date its unstable suite vouches for.
        stanza |= {"suites": "sid", "components": "main", "check-valid-until": "no"}
        return cls("sid", [stanza])

    def update(self):
        """Fetch the package lists; what one source lacks, another may have."""
        try:
            run(["apt-get", "update", "-q"], env=self.env, failure="apt can't update every list")
        except Failure as failure:
            warn(str(failure))

    def show(self, package):
        """The fields of the newest version of a package."""
        text = run(
            ["apt-cache", "show", "--no-all-versions", package],
            env=self.env,
            failure=f"apt knows no package {package}",
        )
        pairs = (line.split(": ", 1) for line in text.splitlines() if ": " in line)
        return dict(pairs)

    def missing(self, *packages):
        """The packages and whatever they need that the machine lacks, as name=version."""
        text = run(
            ["apt-get", "-s", "-q", "--no-install-recommends", "install", *packages],
            env=self.env,
            failure=f"apt can't resolve {' '.join(packages)}",
        )
        lines = (line.split() for line in text.splitlines() if line.startswith("Inst "))
        # "Inst name [installed] (version suite [arch])"
        return [f"{words[1]}={next(word for word in words if word.startswith('('))[1:]}" for words in lines]

    def unpack(self, packages, root):
        """Download exactly these packages and unpack them into ``root``."""
        if not packages:
            return
        with tempfile.TemporaryDirectory(dir=self.root) as folder:
            run(
                ["apt-get", "download", "-q", *packages],
                env=self.env,
                cwd=folder,
                failure=f"apt can't download {packages[0]}",
            )
            for deb in sorted(Path(folder).glob("*.deb")):
                run(["dpkg-deb", "-x", deb, root], failure=f"can't unpack {deb.name}")

    def unpack_into_cache(self, name, packages):
        """Unpack packages into a folder of the cache, whole or not at all."""
        final = paths.cache() / f"{name}-{paths.digest(*packages)}"
        partial = paths.cache() / f"partial-{name}-{os.getpid()}"
        try:
            self.unpack(packages, partial)
            os.replace(partial, final)
        except OSError as error:
            raise Failure(f"can't write {final} ({error.strerror})") from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return final


def library_folders(root):
    """Where unpacked programs find the libraries that were unpacked with them."""
    patterns = ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/pulseaudio")
    return [str(path) for pattern in patterns for path in sorted(root.glob(pattern))]


def repoint_absolute_links(root):
    """Make links that mean a file of this tree lead there instead of to the system."""
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = Path(folder, name)
            if not path.is_symlink():
                continue
            target = os.readlink(path)
            inside = root / target.lstrip("/")
            if os.path.isabs(target) and os.path.lexists(inside):
                path.unlink()
                path.symlink_to(os.path.relpath(inside, path.parent))
