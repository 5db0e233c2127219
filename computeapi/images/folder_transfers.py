"""Transfers through a folder that all hosts reach: ``transfers`` in the folder of the images."""

from pathlib import Path

from oslo_config import cfg

from computeapi.domain import errors
from computeapi.images.atomic import UNFINISHED, replacing
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.transfers import TransferStore

_CHUNK = 1 << 20


def load(conf: cfg.ConfigOpts) -> "FolderTransfers":
    """Return the store in ``[images] folder``."""
    return FolderTransfers(Path(conf.images.folder) / "transfers")


class FolderTransfers(TransferStore):
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, source: Path, checkpoint: Checkpoint) -> None:
        """See :meth:`computeapi.ports.transfers.TransferStore.put`."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self.remove(name)
        _copy(source, self._folder / name, checkpoint)

    def take(self, name: str, target: Path, checkpoint: Checkpoint) -> None:
        """See :meth:`computeapi.ports.transfers.TransferStore.take`."""
        path = self._folder / name
        if not path.is_file():
            raise errors.NotFound(f"There is no transfer {name}.")
        _copy(path, target, checkpoint)

    def remove(self, name: str) -> None:
        """See :meth:`computeapi.ports.transfers.TransferStore.remove`."""
        for path in self._folder.glob(f"{name}*"):
            # What a process left behind that died while it wrote bears a longer name.
            if path.name == name or path.name.endswith(UNFINISHED):
                path.unlink(missing_ok=True)


def _copy(source: Path, target: Path, checkpoint: Checkpoint) -> None:
    with source.open("rb") as data, replacing(target) as file:
        while chunk := data.read(_CHUNK):
            checkpoint()
            file.write(chunk)
