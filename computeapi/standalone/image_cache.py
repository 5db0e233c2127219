"""Keeps the test image for all clouds of a user.

``python -m computeapi.standalone.image_cache`` builds it unless it is there. That needs the
standard library only: it can be done while computeapi's own packages are being installed.
"""

import fcntl
import os
import sys
from pathlib import Path

from computeapi.standalone import image_build
from computeapi.standalone.errors import CloudError

NAME = "computeapi-test"


def path() -> Path:
    """Return where the image is, or will be, kept (XDG Base Directory Specification)."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "computeapi" / f"{NAME}-{image_build.fingerprint()}.qcow2"


def fill() -> None:
    """Build the image unless it is there; wait while another process builds it.

    :raises CloudError: when it cannot be built.
    """
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(target.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            image_build.build(target)
    finally:
        os.close(lock)


if __name__ == "__main__":
    os.umask(0o077)
    try:
        fill()
    except CloudError as refused:
        sys.exit(str(refused))
