"""Starts the parts of a cloud, and sets each up."""

from collections.abc import Callable

from computeapi.standalone.identity import Administrator
from computeapi.standalone.parts import table
from computeapi.standalone.parts.part import Part
from computeapi.standalone.processes import Service, Supervisor
from computeapi.standalone.progress import Progress
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder


class Starter:
    """The parts of a cloud while it comes up."""

    def __init__(
        self, state: StateFolder, settings: Settings, progress: Progress, supervisor: Supervisor
    ) -> None:
        """:param supervisor: that runs the processes of the parts."""
        self._state = state
        self._settings = settings
        self._progress = progress
        self._supervisor = supervisor

    def start(self) -> None:
        """Start the processes of each part, or have them follow the ones before them."""
        for part in table.active(self._settings):
            is_ready = None
            for process in part.processes(self._state, self._settings):
                log = self._state.logs / f"{process.name}.log"
                service = Service(process.name, process.command, log)
                if is_ready and not process.starts_at_once:
                    self._supervisor.start_after(is_ready, service)
                else:
                    self._supervisor.start(service)
                is_ready = process.is_ready

    def wait(self, timeout: float) -> None:
        """Set each part up as soon as it answers, whichever is the first one.

        :raises CloudError: when one ended, was not set up, or when no further one answered within
            ``timeout`` seconds.
        """
        waiting = {part.name: part for part in table.active(self._settings)}
        while waiting:
            probes = {name: self._probes(part) for name, part in waiting.items()}
            with self._progress.step(", ".join(waiting)):
                ready = self._supervisor.wait_first(probes, timeout)
            self._set_up(waiting.pop(ready))

    def _probes(self, part: Part) -> dict[str, Callable[[], bool]]:
        return {p.name: p.is_ready for p in part.processes(self._state, self._settings)}

    def _set_up(self, part: Part) -> None:
        if self._settings.set_up.get(part.name, 0) == part.set_up_version:
            return
        with self._progress.step(f"what users find in {part.project}"):
            part.set_up(Administrator(self._settings), self._state, self._settings)
        self._settings.set_up[part.name] = part.set_up_version
        self._state.save(self._settings)
