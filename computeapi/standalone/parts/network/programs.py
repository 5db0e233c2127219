"""The programs of Open vSwitch and OVN: those of the host, or unpacked for this user.

The packages of the four daemons start daemons of the whole host when they are installed, where
systemd runs. So, where the host lacks them, they are downloaded and unpacked into the user's
cache, and nothing is installed.
"""

import fcntl
import os
import re
import shlex
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from computeapi.standalone import image_packages
from computeapi.standalone.errors import CloudError

PROGRAMS = (
    *("ovsdb-server", "ovsdb-tool", "ovsdb-client", "ovs-vswitchd", "ovs-vsctl", "ovs-appctl"),
    *("ovs-ofctl", "ovn-northd", "ovn-controller", "ovn-nbctl", "ovn-sbctl"),
)
PACKAGES = ("openvswitch-common", "openvswitch-switch", "ovn-common", "ovn-central", "ovn-host")
#: Schema -> where it is below /usr/share.
SCHEMAS = {
    "conf": "openvswitch/vswitch.ovsschema",
    "ovnnb": "ovn/ovn-nb.ovsschema",
    "ovnsb": "ovn/ovn-sb.ovsschema",
}
#: Programs that come with the base system of most hosts, and the package of each.
TOOLS = {
    "ip": "iproute2",
    "nft": "nftables",
    "ethtool": "ethtool",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "unshare": "util-linux",
    "slirp4netns": "slirp4netns",
}
_SHARE = Path("/usr/share")
_READY = "ready"
_DRAFT = "draft-of-ovn-"


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of Open vSwitch and OVN.

    :ivar folder: that holds them; None for those of the host.
    :ivar share: the folder that holds the schemas of their databases.
    """

    folder: Path | None
    share: Path

    def path(self, name: str) -> str:
        """Return the absolute path of a program, which runs in any environment."""
        if self.folder:
            return str(self.folder / name)
        return shutil.which(name, path=image_packages.search_path()) or name

    def schema(self, database: str) -> Path:
        """Return the schema of "conf", "ovnnb" or "ovnsb"."""
        return self.share / SCHEMAS[database]


def cache() -> Path:
    """Return where unpacked programs are, or will be, kept (XDG Base Directory Specification)."""
    folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(folder) / "computeapi" / "ovn"


def expected() -> Programs:
    """Return the programs as :func:`provide` will, without providing them."""
    return find() or _unpacked()


def _unpacked() -> Programs:
    return Programs(cache() / "bin", cache() / "root" / "usr" / "share")


def find() -> Programs | None:
    """Return the programs that the host has or that are unpacked already, or None."""
    search = image_packages.search_path()
    on_host = all(shutil.which(program, path=search) for program in PROGRAMS)
    if on_host and all((_SHARE / schema).exists() for schema in SCHEMAS.values()):
        return Programs(None, _SHARE)
    if (cache() / _READY).exists():
        return _unpacked()
    return None


def unavailable_reason() -> str | None:
    """Return in a sentence why the programs are not available here, or None when they are."""
    search = image_packages.search_path()
    missing = sorted({p for t, p in TOOLS.items() if not shutil.which(t, path=search)})
    if missing:
        return f"The packages {', '.join(missing)} are missing: install them."
    if find() or all(shutil.which(t) for t in ("apt-get", "apt-cache", "dpkg-deb")):
        return None
    return (
        "Open vSwitch and OVN are not installed, and only the packages of Debian and Ubuntu can be "
        "unpacked without that: install them."
    )


def provide() -> Programs:
    """Return the programs; they are unpacked first where the host lacks them.

    :raises CloudError: when they are not available.
    """
    cache().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(cache().with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return find() or _unpack()
    finally:
        os.close(lock)


def _unpack() -> Programs:
    if reason := unavailable_reason():
        raise CloudError(reason)
    target = cache()
    # A process that was killed left its draft.
    for remains in (target, *target.parent.glob(f"{_DRAFT}*")):
        shutil.rmtree(remains, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=target.parent) as folder:
        draft = Path(folder) / "draft"
        (draft / "root").mkdir(parents=True)
        packages = [*PACKAGES, *_missing_libraries(PACKAGES)]
        image_packages.unpack(packages, Path(folder), draft / "root")
        _write_wrappers(draft, target)
        (draft / _READY).write_text(" ".join(packages) + "\n")
        draft.rename(target)
    return _unpacked()


def _write_wrappers(draft: Path, target: Path) -> None:
    """Write a script for each program that runs it with the libraries that were unpacked.

    :param draft: where the files are. :param target: where they will be.
    """
    (draft / "bin").mkdir()
    root = target / "root"
    libraries = ":".join(sorted({str(root / file.parent) for file in _libraries(draft / "root")}))
    for name in PROGRAMS:
        # Debian's ovs-vswitchd lies elsewhere, for its variant with DPDK to take its place.
        places = [f"usr/bin/{name}", f"usr/sbin/{name}", f"usr/lib/openvswitch-switch/{name}"]
        found = [place for place in places if (draft / "root" / place).is_file()]
        if not found:
            raise CloudError(f"The packages {', '.join(PACKAGES)} hold no program {name}.")
        script = draft / "bin" / name
        script.write_text(
            f"#!/bin/sh\nexport LD_LIBRARY_PATH={shlex.quote(libraries)}\n"
            f'exec {shlex.quote(str(root / found[0]))} "$@"\n'
        )
        script.chmod(0o755)


def _libraries(root: Path) -> list[Path]:
    """Return the shared libraries below a folder, relative to it."""
    return [file.relative_to(root) for file in root.glob("**/lib/*-linux-gnu/*.so.*")]


def _missing_libraries(packages: tuple[str, ...]) -> list[str]:
    """Return the packages of libraries that packages need and the host lacks."""
    missing: set[str] = set()
    todo = set(packages)
    while todo:
        shown = image_packages.run(["apt-cache", "depends", "--important", *sorted(todo)])
        needed = set(re.findall(r"^\s+\|?Depends: (lib[^<\s]+)$", shown, re.MULTILINE))
        todo = {name for name in needed - missing if not _is_installed(name)}
        missing |= todo
    return sorted(missing)


def _is_installed(package: str) -> bool:
    try:
        query = ["dpkg-query", "-W", "-f", "${Status}", package]
        return "ok installed" in image_packages.run(query)
    except CloudError:
        return False
