"""The files of the fake driver: one a guest."""

import contextlib
import json
import os
import threading
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from computeapi.domain import addressing
from computeapi.domain.servers import PowerState
from computeapi.virt.driver import Guest, GuestNotFound, GuestSpec

META_DATA = "openstack/latest/meta_data.json"
CONSOLE_TAIL = 100 * 1024

Record = dict[str, Any]
#: What records of earlier versions lack.
DEFAULTS: Record = {
    "has_network": True,
    "vifs": None,
    "suspended": False,
    "token": None,
    "keeper": None,
    "vcpus": 0,
    "memory_mb": 0,
    "disk_gb": 0,
    "passwords": {},
    "image": None,
    "ephemeral": None,
    "local_disks": {"ephemerals_gb": [], "swap_mb": 0},
    "rescue": None,
    "volumes": [],
    # The bytes that the guest sees of volumes that have grown.
    "sizes": {},
    # The files that snapshots have added to volumes, the newest last.
    "files": {},
}


class Records:
    """Records in a folder.

    :param folder: is made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def all(self) -> Iterator[Record]:
        """Yield all records."""
        for path in self._folder.glob("*.json"):
            # A record may be removed between the list and this read.
            with contextlib.suppress(FileNotFoundError):
                yield DEFAULTS | json.loads(path.read_bytes())

    def read(self, server_id: str) -> Record:
        """Return a record.

        :raises GuestNotFound: when there is none.
        """
        try:
            return DEFAULTS | json.loads(self._path(server_id).read_bytes())
        except FileNotFoundError as error:
            raise GuestNotFound(f"there is no guest {server_id} on this host") from error

    def holds(self, server_id: str) -> bool:
        """Return whether there is a record of a guest."""
        return self._path(server_id).exists()

    def write(self, record: Record) -> None:
        """Write a record, in the place of one of the same guest."""
        with self._lock:
            self._write(record)

    def append(self, server_id: str, text: str) -> None:
        """Add to the console output of a guest; one that is gone stays so."""
        with self._lock:
            if self.holds(server_id):
                record = self.read(server_id)
                self._write(record | {"console": record["console"] + text})

    def _write(self, record: Record) -> None:
        record["console"] = record["console"][-CONSOLE_TAIL:]
        write_whole(self._path(record["server_id"]), record)

    def remove(self, server_id: str) -> None:
        """Remove a record, if there is one."""
        with self._lock:
            self._path(server_id).unlink(missing_ok=True)

    def _path(self, server_id: str) -> Path:
        return self._folder / f"{quote(server_id, safe='')}.json"


def new(spec: GuestSpec) -> Record:
    """Return the record of a guest that has not run yet."""
    hostname = spec.name
    if spec.config_drive and META_DATA in spec.config_drive:
        hostname = json.loads(spec.config_drive[META_DATA])["hostname"]
    return {
        "server_id": spec.server_id,
        "name": spec.name,
        "hostname": hostname,
        "power_state": PowerState.NOSTATE,
        "suspended": False,
        "token": None,
        "console": "",
        "has_network": spec.has_network,
        "vifs": None if spec.vifs is None else [asdict(vif) for vif in spec.vifs],
        "image": spec.image_path.stem if spec.image_path else None,
        # Stands for what the user writes to the disk: another disk has another one.
        "ephemeral": str(uuid.uuid4()) if spec.local_disks.ephemerals_gb else None,
    } | size_of(spec)


def size_of(spec: GuestSpec) -> Record:
    """Return the size and the volumes of a guest in a record."""
    sizes = {name: getattr(spec, name) for name in ("vcpus", "memory_mb", "disk_gb")}
    sizes["local_disks"] = asdict(spec.local_disks)
    return sizes | {"volumes": [volume.volume_id for volume in spec.volumes]}


def guest_of(record: Record) -> Guest:
    """Return a guest as its record has it."""
    has_own_network = record["has_network"] and record["vifs"] is None
    shows_addresses = has_own_network and record["power_state"] != PowerState.NOSTATE
    addresses = addressing.addresses(record["server_id"]) if shows_addresses else {}
    return Guest(record["server_id"], record["power_state"], addresses)


def boot_messages(hostname: str) -> str:
    """Return the output of a guest on its console when it boots."""
    return (
        "[    0.000000] Linux version 6.1.0 (fake)\n"
        f"[    0.931772] systemd[1]: Hostname set to <{hostname}>.\n"
        f"\n{hostname} login: "
    )


def write_whole(path: Path, data: object) -> None:
    """Write a file so that a reader sees all of it or nothing, also beside other writers."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    part.write_text(json.dumps(data))
    part.replace(path)


def read_whole(path: Path) -> Record:
    """Return a record that :func:`write_whole` wrote."""
    return DEFAULTS | json.loads(path.read_bytes())
