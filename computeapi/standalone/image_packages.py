"""Gets packages of a Debian or Ubuntu mirror without installing them."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from computeapi.standalone.errors import CloudError

#: Programs of the host that the build calls, and the package of each.
TOOLS = {
    "apt-get": "apt",
    "apt-cache": "apt",
    "dpkg-deb": "dpkg",
    "mke2fs": "e2fsprogs",
    "qemu-img": "qemu-utils",
}
#: Metapackages of a small kernel: Debian's, Ubuntu's.
KERNELS = ("linux-image-cloud-amd64", "linux-image-virtual")
GIVE_ONE = "give an image of your own with --image FILE"


def search_path() -> str:
    """Return PATH with the folders that ordinary users often lack (mke2fs lives there)."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def missing_tools() -> list[str]:
    """Return the packages to install before an image can be built."""
    return sorted({p for t, p in TOOLS.items() if not shutil.which(t, path=search_path())})


def unavailable_reason() -> str | None:
    """Say in a sentence why no image can be built here; None when one can."""
    if platform.machine() != "x86_64":
        return f"A test image can be built on x86_64 only, not on {platform.machine()}: {GIVE_ONE}."
    if not shutil.which("apt-get"):
        return f"A test image needs apt-get, of Debian or Ubuntu, to be built: {GIVE_ONE}."
    if missing := missing_tools():
        return (
            f"A test image cannot be built without the packages {', '.join(missing)}: "
            f"install them or {GIVE_ONE}."
        )
    return None


def run(command: Sequence[str], folder: Path | None = None, path: str | None = None) -> str:
    """Run a program and return its standard output.

    :param path: the PATH to find it, and what it calls itself, on.
    :raises CloudError: with the last of what it wrote, when it fails.
    """
    environment = os.environ | {"PATH": path or search_path(), "LC_ALL": "C"}
    done = subprocess.run(
        list(command), cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        output = (done.stderr or done.stdout).strip()[-600:]
        raise CloudError(f"{Path(command[0]).name} failed ({done.returncode}): {output}")
    return done.stdout


def _depends(package: str, *options: str) -> list[str]:
    shown = run(["apt-cache", "depends", "--important", *options, package])
    return re.findall(r"^\s+\|?(?:Pre)?Depends: ([^<\s]+)$", shown, re.MULTILINE)


def closure(package: str) -> list[str]:
    """Return a package and all that it needs to run, by name."""
    shown = run(["apt-cache", "depends", "--important", "--recurse", package])
    return re.findall(r"^([a-z0-9][a-z0-9+.-]*)$", shown, re.MULTILINE)


def libraries(package: str) -> list[str]:
    """Return the libraries that a package needs to run, and those that they need, by name."""
    return [n for need in _depends(package) if need.startswith("lib") for n in closure(need)]


def kernel_packages() -> list[str]:
    """Return the packages of the newest small kernel of this distribution.

    :raises CloudError: when the lists of packages hold none.
    """
    known = run(["apt-cache", "pkgnames", "linux-image-"]).split()
    for meta in KERNELS:
        if meta in known:
            needs = _depends(meta)
            kernels = [p for p in needs if p.startswith("linux-image-")]
            modules = [m for p in kernels for m in _depends(p) if m.startswith("linux-modules-")]
            if kernels:
                return [*kernels, *modules]
    raise CloudError(
        "apt-get knows no kernel package to build a test image from: "
        f"run apt-get update as root, or {GIVE_ONE}."
    )


def unpack(packages: Sequence[str], work: Path, root: Path) -> None:
    """Download packages into ``work`` and unpack them below ``root``.

    :raises CloudError: when one cannot be had.
    """
    # As root, apt would drop to a user that may not write into our folder.
    run(["apt-get", "-o", "APT::Sandbox::User=root", "download", *packages], folder=work)
    for package in sorted(work.glob("*.deb")):
        run(["dpkg-deb", "-x", str(package), str(root)])
        package.unlink()
