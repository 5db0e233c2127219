"""The guests that other hosts made of servers of this one, and their removal from this host.

The host that a server is evacuated to notes where the disks of the new guest are from: a file in
the folder of its instances. A host that finds the file in its own folder shares that folder, and
keeps the disks; another one removes its own.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from computeapi.domain.migrations import Migration, MigrationType
from computeapi.ports.database import Database
from computeapi.virt.driver import Driver, DriverError

LOG = logging.getLogger(__name__)

_SUFFIX = ".evacuated"
_SHARED, _IMAGE = "shared", "image"


class EvacuationMarks:
    """The files by which hosts tell each other where the disks of a guest are from.

    :param folder: where the disks of this host's guests are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def decide(self, server_id: str, uuid: str, has_disks: Callable[[], bool]) -> bool:
        """Return whether a guest is made of disks that there are; it is decided once.

        :param uuid: names the evacuation.
        :param has_disks: return whether there are disks.
        """
        path = self._path(server_id, uuid)
        if not path.exists():
            part = path.with_name(f"{path.name}.part")
            part.write_text(_SHARED if has_disks() else _IMAGE)
            part.replace(path)
        return path.read_text() == _SHARED

    def is_shared(self, server_id: str, uuid: str) -> bool:
        """Return whether another host made a guest in this folder."""
        return self._path(server_id, uuid).exists()

    def remove(self, server_id: str, uuid: str) -> None:
        """Remove the file of an evacuation. No such file is no error."""
        self._path(server_id, uuid).unlink(missing_ok=True)

    def all(self) -> list[tuple[str, str]]:
        """Return the server and the evacuation of each file."""
        names = [path.name.removesuffix(_SUFFIX) for path in self._folder.glob(f"*{_SUFFIX}")]
        return [(name[:36], name[37:]) for name in names]

    def _path(self, server_id: str, uuid: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{server_id}.{uuid}{_SUFFIX}"


class Evacuations:
    """Remove the old guests of servers that were evacuated or migrated alive from this host.

    :param host: this worker's host.
    :param may_look: return whether the host is still this worker's.
    """

    def __init__(
        self,
        db: Database,
        driver: Driver,
        marks: EvacuationMarks,
        host: str,
        may_look: Callable[[], bool],
    ) -> None:
        self._db = db
        self._driver = driver
        self._marks = marks
        self._host = host
        self._may_look = may_look

    def look(self) -> None:
        """Remove old guests, and the files of evacuations that are over."""
        if not self._may_look():
            return
        with self._db.read() as tx:
            remains = tx.migrations.remains_on(self._host)
        for migration in remains:
            try:
                self._clean(migration)
            except DriverError as error:
                LOG.warning("The old guest of %s stays for now: %s", migration.server_id, error)
        for server_id, uuid in self._marks.all():
            if not self._is_needed(server_id, uuid):
                self._marks.remove(server_id, uuid)

    def _clean(self, migration: Migration) -> None:
        server_id = migration.server_id
        if migration.type == MigrationType.LIVE_MIGRATION:
            self._driver.forget_parked(server_id)
        elif self._marks.is_shared(server_id, migration.uuid):
            self._driver.release(server_id)
        else:
            self._driver.destroy(server_id)
        with self._db.write() as tx:
            tx.migrations.complete(migration.uuid)
        LOG.info("Server %s moved away: removed its old guest", server_id)

    def _is_needed(self, server_id: str, uuid: str) -> bool:
        with self._db.read() as tx:
            unfinished = tx.operations.unfinished(server_id)
            remains = tx.migrations.remains(server_id)
        return any(o.migration_uuid == uuid for o in unfinished) or any(
            migration.uuid == uuid for migration in remains
        )
