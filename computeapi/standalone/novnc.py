"""noVNC, the page that shows screens in a browser: ``python -m computeapi.standalone.novnc``.

It comes from the distribution's package ``novnc``. Where that is not installed, its files are
unpacked into the user's cache: installing the package would install a Python of the distribution's
with it, and the files are all that the console proxy serves.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from computeapi.standalone import image_packages
from computeapi.standalone.errors import CloudError

#: Where the package puts the files, on Debian, Ubuntu and Fedora.
INSTALLED = Path("/usr/share/novnc")
#: The page that URLs of consoles name.
PAGE = "vnc_lite.html"


def folder() -> Path:
    """Return the folder that has the files, or that :func:`fetch` puts them into."""
    if (INSTALLED / PAGE).is_file():
        return INSTALLED
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "computeapi" / "novnc"


def is_there() -> bool:
    """Return whether the folder has the files."""
    return (folder() / PAGE).is_file()


def fetch() -> None:
    """Put the files into the folder unless they are there.

    :raises CloudError: when the package cannot be had.
    """
    if is_there():
        return
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise CloudError("Browsers show no screens without noVNC: install the package novnc.")
    target = folder()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="novnc-", dir=target.parent) as work:
        image_packages.unpack(["novnc"], Path(work), Path(work) / "unpacked")
        files = Path(work) / "unpacked" / INSTALLED.relative_to("/")
        if not (files / PAGE).is_file():
            raise CloudError(f"The package novnc holds no {PAGE}.")
        shutil.rmtree(target, ignore_errors=True)
        try:
            files.rename(target)
        except OSError:
            # Another process has put it there first.
            if not is_there():
                raise


if __name__ == "__main__":
    os.umask(0o077)
    try:
        fetch()
    except CloudError as refused:
        sys.exit(str(refused))
