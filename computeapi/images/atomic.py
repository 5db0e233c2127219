"""Files that appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

#: How the name of an unfinished file ends; its beginning is that of the file it becomes.
UNFINISHED = ".part"


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write, which takes the place of ``target`` at the end of the block.

    An exception in the block leaves ``target`` as it was. A process that dies
    leaves an :data:`UNFINISHED` file behind.
    """
    descriptor, name = tempfile.mkstemp(UNFINISHED, f"{target.name}.", target.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in ``folder`` on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
