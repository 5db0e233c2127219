"""The folder that holds the files of a guest: disks, config drive, console log."""

import os
import shutil
import socket
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from computeapi.virt.driver import DriverError

#: Bytes of console output that a caller gets.
CONSOLE_TAIL = 100 * 1024
#: Bytes that a console log may have before its beginning is cut off.
CONSOLE_LIMIT = 4 * 1024 * 1024
_PARKED = ".parked"
_UNFINISHED = ".part"


class InstanceFolder:
    """``<state_path>/instances/<server id>``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.console_log = path / "console.log"
        self.serial_socket = path / "serial.sock"
        self.agent_socket = path / "agent.sock"
        #: Of a guest whose network is in a namespace: what QEMU holds open while it runs, and
        #: where its slirp4netns listens and logs.
        self.lifeline = path / "lifeline"
        self.network_socket = path / "network.sock"
        self.network_log = path / "network.log"
        self._ssh_port = path / "ssh_port"
        self._token = path / "move"
        self._rescue = path / "rescue"

    def create(self) -> None:
        """Make the folder; others may pass through it (QEMU may run as another user), not list."""
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)

    def create_lifeline(self) -> None:
        """Make the FIFO of a guest whose network is in a namespace, unless it is there.

        :raises DriverError: when that cannot be.
        """
        try:
            os.mkfifo(self.lifeline, 0o600)
        except FileExistsError:
            return
        except OSError as error:
            raise DriverError(f"cannot make {self.lifeline}: {error.strerror}") from error

    def token(self) -> str | None:
        """Return the token of the move or the rebuild that made the disks, or None."""
        return _read(self._token)

    def rescue_token(self) -> str | None:
        """Return the token of the rescue under way, or None."""
        return _read(self._rescue)

    def mark_rescue(self, token: str | None) -> None:
        """Note that a rescue is under way, or that none is.

        :raises DriverError: when it cannot be noted.
        """
        if token is None:
            _remove_file(self._rescue)
        else:
            _write(self._rescue, token)

    def mark(self, token: str) -> None:
        """Note that the disks are made under a token.

        :raises DriverError: when it cannot be noted.
        """
        _write(self._token, token)

    def remove_files(self, names: Iterable[str]) -> None:
        """Remove files, as far as they are there.

        :raises DriverError: when one cannot be removed.
        """
        for name in names:
            _remove_file(self.path / name)

    def empty(self, keep: frozenset[str]) -> None:
        """Remove the files in the folder, but for the port that leads to the guest.

        :param keep: names of files that stay as well.
        :raises DriverError: when a file cannot be removed.
        """
        for path in self.path.iterdir():
            if path.name not in keep | {self._ssh_port.name}:
                _remove_file(path)

    def make(self, token: str, fill: Callable[[Path], None]) -> None:
        """Make the folder whole, or not at all.

        :param token: of the move that makes it.
        :param fill: writes the files into the folder that it is given.
        :raises DriverError: when it cannot be made.
        """
        part = self.path.with_suffix(_UNFINISHED)
        try:
            self.remove_part()
            part.mkdir(mode=0o711)
            fill(part)
            (part / self._token.name).write_text(f"{token}\n")
            part.replace(self.path)
        except OSError as error:
            raise DriverError(f"cannot make {self.path}: {error.strerror}") from error

    def move_to(self, other: "InstanceFolder") -> None:
        """Rename the folder.

        :raises DriverError: when that cannot be.
        """
        try:
            self.path.replace(other.path)
        except OSError as error:
            raise DriverError(f"cannot rename {self.path}: {error.strerror}") from error

    def remove_part(self) -> None:
        """Remove a folder that was not made whole."""
        _remove(self.path.with_suffix(_UNFINISHED))

    def exists(self) -> bool:
        """Return whether a guest has, or had, a folder."""
        return self.path.is_dir()

    def remove(self) -> None:
        """Remove the folder and all in it, also one that was not made whole."""
        self.remove_part()
        if self.path.exists():
            # A folder that is half removed must not look like a whole one.
            self.move_to(InstanceFolder(self.path.with_suffix(_UNFINISHED)))
            self.remove_part()

    def console_output(self) -> bytes:
        """Return the end of the console log."""
        try:
            with self.console_log.open("rb") as log:
                log.seek(max(0, os.fstat(log.fileno()).st_size - CONSOLE_TAIL))
                return log.read(CONSOLE_TAIL)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise DriverError(f"cannot read {self.console_log}: {error.strerror}") from error

    def trim_console(self) -> None:
        """Cut off the beginning of a console log that grew too long.

        QEMU appends, so it goes on at the new end; what it writes between the two
        calls below may be lost, which beats a disk that a guest can fill.

        :raises DriverError: when the log is not ours to change.
        """
        try:
            if self.console_log.stat().st_size <= CONSOLE_LIMIT:
                return
            tail = self.console_output()
            os.truncate(self.console_log, 0)
            with self.console_log.open("ab") as log:
                log.write(tail)
        except FileNotFoundError:
            return
        except OSError as error:
            raise DriverError(f"cannot shorten {self.console_log}: {error.strerror}") from error

    def remember_ssh_port(self, port: int) -> None:
        """Note the port that leads to the guest's port 22, for its next start."""
        part = self._ssh_port.with_suffix(".part")
        part.write_text(f"{port}\n")
        part.replace(self._ssh_port)

    def ssh_port(self) -> int | None:
        """Return the port noted last, or None."""
        try:
            return int(self._ssh_port.read_text())
        except FileNotFoundError:
            return None

    def ssh_ports(self, attempts: int = 10) -> Iterator[int]:
        """Propose ports: the one noted last, then free ones."""
        noted = self.ssh_port()
        if noted is not None:
            yield noted
        for _ in range(attempts):
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = probe.getsockname()[1]
            yield port


class Instances:
    """The folders of all guests of a host.

    :param state_path: made absolute, as a hypervisor keeps the paths.
    """

    def __init__(self, state_path: str) -> None:
        self.path = Path(state_path).absolute() / "instances"

    def create(self) -> None:
        """Make the folder of the folders.

        :raises DriverError: when it cannot be.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DriverError(f"cannot make {self.path}: {error.strerror}") from error

    def folder(self, server_id: str) -> InstanceFolder:
        """Return the folder of a server, which need not exist.

        :raises DriverError: when the id is none; nothing else becomes a path.
        """
        if not _is_uuid(server_id):
            raise DriverError(f"{server_id!r} is not the id of a server")
        return InstanceFolder(self.path / server_id)

    def parked(self, server_id: str) -> InstanceFolder:
        """Return the folder of a server's guest that is set aside, which need not exist.

        :raises DriverError: when the id is none.
        """
        return InstanceFolder(self.folder(server_id).path.with_suffix(_PARKED))

    def parked_ids(self) -> list[str]:
        """Return the ids of the servers that have a guest that is set aside."""
        names = [path.stem for path in self.path.glob(f"*{_PARKED}")]
        return [name for name in names if _is_uuid(name)]

    def ids(self) -> list[str]:
        """Return the ids of the servers that have a folder."""
        try:
            return [name for name in os.listdir(self.path) if _is_uuid(name)]
        except FileNotFoundError:
            return []


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DriverError(f"cannot remove {error.filename}: {error.strerror}") from error


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return None


def _write(path: Path, token: str) -> None:
    part = path.with_suffix(_UNFINISHED)
    try:
        part.write_text(f"{token}\n")
        part.replace(path)
    except OSError as error:
        raise DriverError(f"cannot write {path}: {error.strerror}") from error


def _remove_file(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise DriverError(f"cannot remove {path}: {error.strerror}") from error


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
