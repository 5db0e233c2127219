"""The exchange of files between hosts that share no storage."""

from pathlib import Path
from typing import Protocol

from computeapi.ports.checkpoint import Checkpoint


class TransferStore(Protocol):
    """Files that one host leaves for another, by name.

    It is the service's own: the files belong to no project that uses the cloud, and no caller sees
    them. The image service keeps them, as every cloud has one that all hosts reach.
    """

    def put(self, name: str, source: Path, checkpoint: Checkpoint) -> None:
        """Keep a file, in the place of one of this name.

        :param checkpoint: called now and then; an error that it raises ends the work.
        :raises computeapi.domain.errors.ImageUnreachable: when the store does not answer now.
        :raises computeapi.domain.errors.Error: when it refuses the file.
        :raises OSError: when ``source`` cannot be read.
        """

    def take(self, name: str, target: Path, checkpoint: Checkpoint) -> None:
        """Write a file to ``target``, which appears whole or not at all. The store keeps it.

        :param checkpoint: called now and then; an error that it raises ends the work.
        :raises computeapi.domain.errors.NotFound: when there is no such file.
        :raises computeapi.domain.errors.ImageUnreachable: when the store does not answer now.
        :raises computeapi.domain.errors.Error: when it refuses, or the file is damaged.
        :raises OSError: when ``target`` cannot be written.
        """

    def remove(self, name: str) -> None:
        """Remove a file, also one that is not whole. No file is no error.

        :raises computeapi.domain.errors.Error: when it is not removed.
        """
