"""The interface of the parts: each runs another OpenStack project beside the core of the cloud."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import ClassVar

from computeapi.standalone import network
from computeapi.standalone.errors import CloudError
from computeapi.standalone.identity import Administrator, Endpoint, Grant
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a part, which the supervisor keeps running.

    :ivar name: of the process in ``status``, and of its log.
    :ivar where: its address, for ``status``.
    :ivar is_ready: returns whether the process does its work; it is called again and again.
    :ivar starts_at_once: whether it waits by itself for the process before it.
    """

    name: str
    command: Sequence[str]
    where: str
    is_ready: Callable[[], bool]
    starts_at_once: bool = False


class Part(ABC):
    """A part of a cloud. An object of it keeps nothing between two calls.

    :cvar name: the word after ``--with``, and the extra of this package that installs the part.
    :cvar project: the project, for messages, e.g. "Cinder".
    :cvar package: the Python package of the project.
    :cvar ports: the names of its ports, for :meth:`Settings.url`, each with its use.
    :cvar endpoints: its entries in the catalog.
    :cvar roles: the roles that Keystone has only with this part.
    :cvar grants: the roles of users; users that do not exist are made.
    :cvar api_app: the application of the API in the paste.deploy file, where it is not the default.
    :cvar secrets: names of more passwords to generate.
    :cvar open_up: commands that users type, with this part only, to reach their server ``demo``.
    :cvar set_up_version: to be raised when :meth:`set_up` changes, which then runs again; 0 of a
        part without one.
    """

    name: ClassVar[str]
    project: ClassVar[str]
    package: ClassVar[str]
    ports: ClassVar[Mapping[str, str]] = {}
    endpoints: ClassVar[Sequence[Endpoint]] = ()
    roles: ClassVar[Sequence[str]] = ()
    grants: ClassVar[Sequence[Grant]] = ()
    api_app: ClassVar[str | None] = None
    secrets: ClassVar[Sequence[str]] = ()
    open_up: ClassVar[Sequence[str]] = ()
    set_up_version: ClassVar[int] = 0

    def unavailable_reason(self, state: StateFolder, settings: Settings) -> str | None:
        """Return in one sentence why the part cannot run here and the remedy, or None."""
        try:
            metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return f"{self.project} is not installed: pip install 'computeapi[{self.name}]'."
        return None

    @abstractmethod
    def files(self, state: StateFolder, settings: Settings) -> Mapping[Path, str]:
        """Return the texts of the configuration files, by their paths.

        :raises CloudError: when the project is not installed as it should be.
        """

    @abstractmethod
    def processes(self, state: StateFolder, settings: Settings) -> Sequence[Process]:
        """Return the processes.

        Each starts once the one before it is ready, but those that start at once.
        """

    def compute_sections(self, state: StateFolder, settings: Settings) -> str:
        """Return the sections of computeapi.conf by which the core uses the part."""
        return ""

    def set_up(  # noqa: B027 - some parts set up nothing
        self, admin: Administrator, state: StateFolder, settings: Settings
    ) -> None:
        """Make the things that a user finds in a new cloud; those that exist are left as they are.

        It runs as soon as the part's own processes are ready, whichever other parts are, and again
        after it was interrupted.
        """

    def hints(self, state: StateFolder, settings: Settings) -> Sequence[str]:
        """Return sentences for the user of a cloud that came up."""
        return ()

    def down(self, state: StateFolder) -> None:  # noqa: B027 - most leave nothing
        """Remove the traces that outlive the processes, after they and all guests ended.

        It is called of every part, also of those that this cloud never had. ``destroy`` does so,
        too, before it removes the state folder.
        """


def python_process(
    name: str, module: str, state: StateFolder, where: str, url: str | None = None
) -> Process:
    """Return the process that runs a module of ours, given the state folder.

    :param url: that answers when the process is ready, by default ``where``.
    """
    command = [sys.executable, "-m", module, str(state.path)]
    return Process(name, command, where, lambda: network.answers(url or where))


def packaged_file(package: str, name: str) -> Path:
    """Return a file that a package brought.

    :param name: the end of its path, e.g. "etc/cinder/api-paste.ini".
    :raises CloudError: when the package is not installed, or without that file.
    """
    for file in metadata.files(package) or []:
        if file.as_posix().endswith(name):
            return Path(file.locate()).resolve()
    raise CloudError(f"The Python package {package} is installed without its file {name}.")
