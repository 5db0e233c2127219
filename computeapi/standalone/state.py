"""The folder that holds a cloud, and the settings it keeps between two starts."""

import dataclasses
import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from computeapi.standalone.errors import CloudError
from computeapi.standalone.settings import Settings

MARKER = ".computeapi-cloud"
_TRIES = 20


def default_folder() -> Path:
    """Return the folder of a cloud that was given none.

    Not below ``.local/share``: libvirt wants a short path, see
    :func:`computeapi.standalone.hypervisor.choose`.
    """
    return Path.home() / ".computeapi"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    draft.replace(path)


def _try_lock(lock: TextIO, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(0.02)
        return False
    return True


class StateFolder:
    """A folder that holds a cloud. Making one of these touches nothing."""

    def __init__(self, path: Path) -> None:
        """:param path: of the folder, there or not.

        :raises CloudError: when no cloud could live at that path.
        """
        self.path = path.expanduser().absolute()
        text = str(self.path)
        if not re.fullmatch(r"[A-Za-z0-9._/+@-]+", text):
            raise CloudError(
                f"The state folder {text} cannot be used: configuration files and URLs hold "
                "its path, which may have letters, digits and . _ + @ - only."
            )

    def is_ours(self) -> bool:
        """Return whether the folder holds a cloud made by this program."""
        return (self.path / MARKER).is_file()

    def require(self) -> None:
        """:raises CloudError: when the folder holds no cloud."""
        if not self.is_ours():
            raise CloudError(f"There is no cloud in {self.path}: no file {MARKER} is in it.")

    def create(self) -> list[Path]:
        """Make the folder and all that belongs in it, where missing.

        :return: the folders and files that were missing, outer ones first.
        :raises CloudError: when the folder belongs to another user.
        """
        made = [path for path in (*reversed(self.path.parents), self.path) if not path.exists()]
        try:
            if self.path.exists() and not self.is_ours() and any(self.path.iterdir()):
                raise CloudError(
                    f"{self.path} is not empty and holds no cloud: choose another with --state-dir."
                )
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.chmod(0o700)
        except OSError as error:
            raise CloudError(
                f"The state folder {self.path} cannot be had ({error.strerror}): choose another "
                "with --state-dir."
            ) from error
        for folder in (self.etc, self.logs, self.images, self.keys):
            if not folder.exists():
                folder.mkdir(mode=0o700)
                made.append(folder)
        if not self.is_ours():
            write_private(self.path / MARKER, "This folder was made by computeapi up.\n")
            made += [self.path / MARKER, self._lock_file]
        return made

    def undo(self, made: Iterable[Path]) -> None:
        """Remove the empty folders, and the files, that :meth:`create` made; the lock is held."""
        for path in reversed(list(made)):
            if not path.is_dir():
                path.unlink(missing_ok=True)
            elif not any(path.iterdir()):
                path.rmdir()

    def remove(self) -> None:
        """Remove the folder and all that is in it.

        :raises CloudError: when the folder holds no cloud.
        """
        self.require()
        # The marker last, so that a removal that failed can be tried again.
        for path in self.path.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != MARKER:
                path.unlink()
        shutil.rmtree(self.path)

    def load(self) -> Settings:
        """Return the settings, fresh ones where there are none yet.

        :raises CloudError: when their file is damaged.
        """
        if not self.settings_file.exists():
            return Settings()
        fresh = dataclasses.asdict(Settings())
        try:
            values = json.loads(self.settings_file.read_text())
            loaded = Settings(**values)
        except (TypeError, ValueError) as error:
            raise CloudError(
                f"{self.settings_file} is damaged or of another version: {error}."
            ) from error
        for name, value in values.items():
            if type(value) is not type(fresh[name]):
                raise CloudError(f"{self.settings_file} is damaged: {name} cannot be {value!r}.")
        return loaded

    def save(self, settings: Settings) -> None:
        """Remember the settings."""
        text = json.dumps(dataclasses.asdict(settings), indent=2) + "\n"
        write_private(self.settings_file, text)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder, as an ``up`` does while it runs.

        :raises CloudError: when another process holds it.
        """
        with open(os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
            # Tried again: another process may be reading the holder's id just now.
            if not any(_try_lock(lock, fcntl.LOCK_EX) for _ in range(_TRIES)):
                raise CloudError(
                    f"The cloud in {self.path} is already up (process {self.holder()}): "
                    "computeapi status shows it, computeapi down stops it."
                )
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            yield
            lock.truncate(0)

    def holder(self) -> int | None:
        """Return the process that holds the folder, or None."""
        if not self._lock_file.exists():
            return None
        with self._lock_file.open("r+") as lock:
            for _ in range(_TRIES):
                if _try_lock(lock, fcntl.LOCK_SH):
                    return None
                lock.seek(0)
                if (number := lock.read().strip()).isdecimal():
                    return int(number)
        raise CloudError(f"{self.path} is held by a process that does not say which it is.")

    @property
    def _lock_file(self) -> Path:
        return self.path / "up.lock"

    @property
    def settings_file(self) -> Path:
        """Settings and passwords."""
        return self.path / "cloud.json"

    @property
    def etc(self) -> Path:
        """Configuration files of the services."""
        return self.path / "etc"

    @property
    def logs(self) -> Path:
        """Logs of the services."""
        return self.path / "log"

    @property
    def images(self) -> Path:
        """Images to be found; the first qcow2 file in it becomes the cloud's."""
        return self.path / "images"

    @property
    def keys(self) -> Path:
        """Private keys by the name of their keypair, for ``computeapi ssh``."""
        return self.path / "keys"

    @property
    def clouds_yaml(self) -> Path:
        """The file for OS_CLIENT_CONFIG_FILE."""
        return self.path / "clouds.yaml"

    @property
    def compute_conf(self) -> Path:
        """Configuration of the API and the worker."""
        return self.etc / "computeapi.conf"

    @property
    def keystone_database(self) -> Path:
        """Keystone's SQLite file."""
        return self.path / "keystone" / "keystone.sqlite"

    @property
    def glance_database(self) -> Path:
        """Glance's SQLite file."""
        return self.path / "glance" / "glance.sqlite"

    @property
    def known_hosts(self) -> Path:
        """Host keys of the guests."""
        return self.path / "known_hosts"
