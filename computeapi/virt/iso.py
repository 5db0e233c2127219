"""Write a config drive as an ISO 9660 file system."""

import io
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pycdlib

#: By this label a guest finds its config drive.
LABEL = "config-2"


def write(path: Path, files: Mapping[str, bytes]) -> None:
    """Write an ISO 9660 file, with Rock Ridge for Unix guests and Joliet for Windows.

    :param files: contents by path, the folders parted by ``/``.
    """
    iso = pycdlib.PyCdlib()
    # Level 4 is what allows names such as meta_data.json in the plain tree too.
    iso.new(interchange_level=4, vol_ident=LABEL, rock_ridge="1.09", joliet=3)
    try:
        for folder in _folders(files):
            iso.add_directory(f"/{folder}", rr_name=folder.name, joliet_path=f"/{folder}")
        for name, data in files.items():
            file = PurePosixPath(name)
            iso.add_fp(
                io.BytesIO(data), len(data), f"/{file}", rr_name=file.name, joliet_path=f"/{file}"
            )
        iso.write(str(path))
    finally:
        iso.close()


def _folders(files: Mapping[str, bytes]) -> list[PurePosixPath]:
    """Return every folder of the files, parents first."""
    found = {parent for name in files for parent in PurePosixPath(name).parents if parent.name}
    return sorted(found)
