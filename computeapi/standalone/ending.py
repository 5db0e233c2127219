"""Takes a cloud down; removes it."""

import os
import signal
import time
from collections.abc import Callable

from computeapi.standalone import hypervisor
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts import table
from computeapi.standalone.state import StateFolder

_STOP_TIMEOUT = 90.0


def down(state: StateFolder, say: Callable[[str], None]) -> None:
    """Stop the services of a cloud and shut its guests down, disks kept.

    :raises CloudError: when there is no cloud, or it does not stop.
    """
    state.require()
    _end_up(state, say)
    with state.locked():
        if state.compute_conf.exists():
            hypervisor.shut_down(state, say)
            table.take_down(state)
            settings = state.load()
            settings.boot = ""
            state.save(settings)
    say(f"The cloud in {state.path} is down.")


def destroy(state: StateFolder, say: Callable[[str], None]) -> None:
    """End a cloud and its guests, and remove its folder.

    :raises CloudError: when there is no cloud, or it does not stop.
    """
    state.require()
    _end_up(state, say)
    with state.locked():
        if state.compute_conf.exists():
            hypervisor.destroy(state)
            table.take_down(state)
        state.remove()
    say(f"The cloud in {state.path} is gone.")


def _end_up(state: StateFolder, say: Callable[[str], None]) -> None:
    """End the ``up`` that holds the folder, if one does."""
    holder = state.holder()
    if holder is None:
        return
    say(f"Stopping the services (process {holder}).")
    os.kill(holder, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_TIMEOUT
    while state.holder() == holder:
        if time.monotonic() > deadline:
            raise CloudError(f"Process {holder} did not stop in {_STOP_TIMEOUT:g} s.")
        time.sleep(0.2)
