"""Chains of qcow2 files, each on top of the one before, of disks that no guest has open."""

import json
from pathlib import Path

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import packages
from computeapi.virt.driver import DriverError
from computeapi.virt.driver_volumes import VolumeMerge

_FORMAT = "qcow2"


def merge(active: Path, wanted: VolumeMerge, checkpoint: Checkpoint) -> None:
    """Make files of a chain one. Another attempt goes on where one was ended.

    :param active: the file on top of all others.
    :raises DriverError: when it cannot be done.
    """
    chain = _chain(active, checkpoint)
    names = [path.name for path, _ in chain]
    if not is_needed(names, wanted):
        return
    if wanted.base is None:
        below = None if wanted.top is None else chain[names.index(wanted.top)]
        _rebase(active, below, checkpoint)
        return
    top, base = names.index(wanted.top or ""), chain[names.index(wanted.base)]
    options = ["-q", "-f", _FORMAT, "-d", "-b", str(base[0]), str(chain[top][0])]
    packages.run(["qemu-img", "commit", *options], checkpoint)
    _rebase(chain[top - 1][0], base, checkpoint, "-u")


def is_needed(names: list[str], wanted: VolumeMerge) -> bool:
    """Return whether files of a chain are to become one, and are not yet.

    :param names: of the files, the one on top of all others first.
    :raises DriverError: when the chain does not have them so.
    """
    _, *below = names
    if wanted.base is None:
        if wanted.top is None:
            return bool(below)
        _require(wanted.top in below, names, wanted)
        return below[0] != wanted.top
    if wanted.top not in names:
        return False
    is_below = wanted.base in below and names.index(wanted.top) < names.index(wanted.base)
    _require(wanted.top in below and is_below, names, wanted)
    return True


def _require(is_there: bool, names: list[str], wanted: VolumeMerge) -> None:
    if not is_there:
        raise DriverError(f"the files {names} cannot be merged as {wanted} says")


def _chain(active: Path, checkpoint: Checkpoint) -> list[tuple[Path, str]]:
    """Return the files of a chain and their formats, the one on top of all others first."""
    options = ["--output=json", "--backing-chain", "-f", _FORMAT, str(active)]
    found = json.loads(packages.run(["qemu-img", "info", *options], checkpoint))
    return [(Path(one["filename"]), one["format"]) for one in found]


def _rebase(
    path: Path, below: tuple[Path, str] | None, checkpoint: Checkpoint, *options: str
) -> None:
    """Put a file on top of another one of its folder, or of no other."""
    # Names without folders: the volume service may see the folder elsewhere.
    backing = ["-b", ""] if below is None else ["-b", below[0].name, "-F", below[1]]
    command = ["qemu-img", "rebase", "-q", *options, "-f", _FORMAT, *backing, str(path)]
    packages.run(command, checkpoint)
