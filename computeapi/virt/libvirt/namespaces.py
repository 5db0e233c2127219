"""Network namespaces for guests: whether this host has them, and QEMU's way into one."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from computeapi.virt.driver import DriverError
from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt import emulator, slirp

RESOLV_CONF = f"nameserver {emulator.RESOLVER}\n"
#: Stands in for QEMU. Its output shows that it runs, and so that it is in the namespaces.
_STAND_IN = ("/bin/sh", "-c", "echo; exec sleep 60")


def unavailable_reason(root: Path | None) -> str | None:
    """Return in a sentence why guests cannot have network namespaces here, or None if they can.

    A namespace is made and connected to see it.
    """
    if root is None:
        return "Only the embedded driver (qemu:///embed) starts QEMU in a network namespace."
    if not shutil.which(slirp.PROGRAM):
        return f"{slirp.PROGRAM} is not installed (Debian: slirp4netns)."
    with tempfile.TemporaryDirectory(prefix="net") as trial:
        folder = InstanceFolder(Path(trial))
        folder.create_lifeline()
        resolv_conf = Path(trial) / "resolv.conf"
        resolv_conf.write_text(RESOLV_CONF)
        return _try(folder, command(resolv_conf, *_STAND_IN))


def _try(folder: InstanceFolder, command: list[str]) -> str | None:
    log = folder.path / "stand-in.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=os.environ | {emulator.LIFELINE: str(folder.lifeline)},
        ) as process,
    ):
        try:
            if process.stdout is None or not process.stdout.read(1):
                return f"{log.read_text(errors='replace').strip()}."
            slirp.ensure(process.pid, folder)
            return None
        except DriverError as error:
            return f"{error}."
        finally:
            process.kill()
            slirp.end(folder)


def write_wrapper(root: Path, qemu: Path) -> Path:
    """Write the program that libvirt starts in QEMU's place, and return its path.

    :param root: of the embedded driver.
    :raises DriverError: when it cannot be written.
    """
    wrapper = root / "bin" / qemu.name
    resolv_conf = root / "etc" / "resolv.conf"
    become = " ".join(shlex.quote(part) for part in command(resolv_conf, str(qemu)))
    try:
        # libvirt asks an emulator anew for what it can do when its file has changed.
        version = qemu.stat().st_mtime_ns
        content = f'#!/bin/sh\n# QEMU of {version}\nexec {become} "$@"\n'
        for path, text in ((resolv_conf, RESOLV_CONF), (wrapper, content)):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text() != text:
                part = path.with_name(f"{path.name}.part")
                part.write_text(text)
                part.chmod(0o755)
                part.replace(path)
    except OSError as error:
        raise DriverError(f"cannot write below {root}: {error}") from error
    return wrapper


def command(resolv_conf: Path, *program: str) -> list[str]:
    """Return the command that runs a program in namespaces of its own.

    It does so with :data:`computeapi.virt.libvirt.emulator.LIFELINE` in its environment.

    :param resolv_conf: a file with :data:`RESOLV_CONF`.
    """
    return [sys.executable, "-I", str(Path(emulator.__file__)), str(resolv_conf), *program]
