"""Snapshots of attached volumes, which are chains of files, each on top of the one before."""

from dataclasses import dataclass

from computeapi.domain.errors import Invalid

#: The format of the files: each names the one that it is on top of.
FORMAT = "qcow2"


@dataclass(frozen=True, slots=True)
class AssistedSnapshot:
    """A snapshot to take (API reference, "Create Assisted Volume Snapshots").

    :ivar new_file: beside the file of the volume. It is on top of that one already; the guest
        writes to it from now on.
    :ivar id: that the caller gives the request, or None.
    """

    volume_id: str
    snapshot_id: str
    new_file: str
    id: str | None = None

    def __post_init__(self) -> None:
        require_name("new_file", self.new_file)


@dataclass(frozen=True, slots=True)
class AssistedDeletion:
    """A snapshot to delete (API reference, "Delete Assisted Volume Snapshot").

    Files of the chain become one: ``top`` is written into ``base``. Without a base, the file that
    the guest writes to takes in all files between it and ``top``; and all files below it, when
    there is no ``top``.
    """

    volume_id: str
    snapshot_id: str
    top: str | None = None
    base: str | None = None

    def __post_init__(self) -> None:
        require_name("file_to_merge", self.top)
        require_name("merge_target_file", self.base)
        if self.base is not None and self.top is None:
            raise Invalid("delete_info with a merge_target_file needs a file_to_merge.")


def require_name(field: str, name: str | None) -> None:
    """Raise Invalid when a name leads out of the folder of the volumes.

    :param name: of a file; None for no file.
    :raises Invalid: naming the field.
    """
    if name is not None and (name in ("", ".", "..") or "/" in name or "\0" in name):
        raise Invalid(f"{field} needs to be the name of a file, without a folder.")
