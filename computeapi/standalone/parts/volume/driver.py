"""Cinder's driver for files of an NFS share, with a folder of this machine in its place."""

from pathlib import Path
from typing import Any

from cinder import interface
from cinder.image import image_utils
from cinder.volume.drivers import nfs
from oslo_concurrency import processutils


def execute(*command: str, **options: Any) -> tuple[str, str]:
    """Run a program as the user of this process, the owner of the folder; mount nothing."""
    if command[0] == "mount.nfs":
        return "", ""
    options.pop("run_as_root", None)
    options.pop("root_helper", None)
    return processutils.execute(*command, **options)


@interface.volumedriver
class FilesDriver(nfs.NfsDriver):
    """Keeps volumes as qcow2 files in a folder of this machine."""

    volume_backend_name = "files"
    CI_WIKI_NAME = "none"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take Cinder's options for a driver."""
        super().__init__(*arguments, **options)
        self.set_execute(execute)

    def extend_volume(self, volume: Any, new_size: int) -> None:
        """Extend a volume, also one that is attached.

        QEMU holds a lock on a file that a guest has. It extends the file itself then: Cinder tells
        Compute of the new size after this (the event ``volume-extended``).
        """
        if not self._is_volume_attached(volume):
            super().extend_volume(volume, new_size)
            return
        file = Path(self._local_volume_dir(volume)) / self.get_active_image_from_info(volume)
        try:
            image_utils.resize_image(str(file), new_size, file_format="qcow2")
        except processutils.ProcessExecutionError as error:
            if "lock" not in str(error.stderr):
                raise

    def copy_image_to_volume(
        self,
        context: Any,
        volume: Any,
        image_service: Any,
        image_id: str,
        disable_sparse: bool = False,
    ) -> None:
        """Write an image into a volume, also into one with snapshots, or that had some.

        Cinder writes the file that the volume was made with: it holds the data of the first
        snapshot, or nothing reads it any more. A rebuilt server would find its old disk.
        """
        first, folder = Path(self.local_path(volume)), Path(self._local_volume_dir(volume))
        active = folder / self.get_active_image_from_info(volume)
        if active.name == first.name:
            super().copy_image_to_volume(context, volume, image_service, image_id, disable_sparse)
            return
        draft = active.with_name(f"{active.name}.draft")
        try:
            block_size = self.configuration.volume_dd_blocksize
            image_utils.fetch_to_raw(
                context, image_service, image_id, str(draft), block_size, size=volume.size,
                run_as_root=False,
            )  # fmt: skip
            image_utils.resize_image(str(draft), volume.size, file_format="raw")
            # Into the file that is there, which goes on having those of the snapshots below it.
            into = ["qemu-img", "convert", "-n", "-f", "raw", "-O", "qcow2"]
            execute(*into, str(draft), str(active))
        finally:
            draft.unlink(missing_ok=True)

    def delete_volume(self, volume: Any) -> None:
        """Delete a volume, also one whose creation ended with the process that made its file."""
        if not volume.provider_location:
            # Cinder notes where the file is when it is made.
            self._ensure_shares_mounted()
            volume.provider_location = self._mounted_shares[0]
        super().delete_volume(volume)

    def set_execute(self, run: Any) -> None:
        """Keep to :func:`execute`, whichever function Cinder offers."""
        self._execute = execute

    def _ensure_share_mounted(self, nfs_share: str) -> None:
        point = Path(self._get_mount_point_for_share(nfs_share))
        point.parent.mkdir(parents=True, exist_ok=True)
        if not point.is_symlink():
            point.symlink_to(nfs_share.split(":", 1)[1])
