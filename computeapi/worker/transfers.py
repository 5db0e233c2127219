"""Bring the disks of a server from one host to another.

Where two hosts share the folder of the instances, one finds there what the other left. Where they
do not, the image service carries it. Each host removes its own leftovers, whatever became of the
move: see :meth:`Transfers.sweep`.
"""

import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from computeapi.domain.errors import Error
from computeapi.domain.operations import Operation
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.transfers import TransferStore

LOG = logging.getLogger(__name__)

_HERE, _PACKAGE, _SENT = ".here", ".package", ".sent"
#: Other suffixes than those above are of files that were not written to the end.
_NAME = re.compile(r"(?P<server_id>[0-9a-f-]+)\.(?P<operation_id>\d+)\..+")


class Transfers:
    """The packages that hosts hand to each other.

    :param folder: where the disks of this host's guests are. A file of a transfer is named after
        its server, its operation and what it is.
    :ivar folder: the same.
    """

    def __init__(self, folder: Path, store: TransferStore) -> None:
        self.folder = folder
        self._store = store

    def announce(self, operation: Operation) -> None:
        """Leave a file by which the other host knows whether it shares this host's storage."""
        self._path(operation, _HERE).touch()

    def send(
        self, operation: Operation, pack: Callable[[Path], None], checkpoint: Checkpoint
    ) -> None:
        """Hand a package to the other host.

        :param pack: writes it to a file, whole or not at all.
        :raises computeapi.domain.errors.Error: when the image service does not take it.
        """
        package = self._path(operation, _PACKAGE)
        pack(package)
        if self._path(operation, _HERE).exists():
            return
        self._path(operation, _SENT).touch()
        self._store.put(_name(package), package, checkpoint)
        package.unlink()

    def receive(self, operation: Operation, checkpoint: Checkpoint) -> Path:
        """Return the package that the other host handed over.

        :raises computeapi.domain.errors.Error: when it cannot be had.
        """
        package = self._path(operation, _PACKAGE)
        if not package.exists():
            self._store.take(_name(package), package, checkpoint)
        return package

    def clear(self, operation: Operation) -> None:
        """Remove this host's part of a transfer; the sender removes the rest."""
        self._path(operation, _PACKAGE).unlink(missing_ok=True)
        self._path(operation, _HERE).unlink(missing_ok=True)

    def sweep(self, is_under_way: Callable[[str, int], bool]) -> None:
        """Remove the remains of transfers that are over.

        :param is_under_way: return whether an operation of a server has not ended.
        """
        for path in list(self.folder.glob("*.*.*")):
            named = _NAME.fullmatch(path.name)
            if named and not is_under_way(named["server_id"], int(named["operation_id"])):
                self._remove(path)

    def _remove(self, path: Path) -> None:
        if path.suffix == _SENT:
            try:
                self._store.remove(_name(path))
            except Error as error:
                LOG.warning("The transfer %s stays for now: %s", path.stem, error)
                return
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def _path(self, operation: Operation, suffix: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{operation.server_id}.{operation.id}{suffix}"


def _name(path: Path) -> str:
    """Return the name that a transfer has in the store."""
    return f"computeapi-move-{path.stem}"
