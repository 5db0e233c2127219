"""A cloud's own use of the hypervisor, without the worker: whether it is available, and its end.

One process at a time may open the hypervisor's state, so all but
:func:`unavailable_reason` is for when the worker does not run.
"""

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from oslo_config import cfg

from computeapi import conf, virt
from computeapi.domain.servers import PowerState
from computeapi.standalone.errors import CloudError
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder
from computeapi.virt import availability
from computeapi.virt.driver import Driver, DriverError
from computeapi.virt.libvirt import embed, namespaces

AT_ONCE = 8
_OFF = (PowerState.NOSTATE, PowerState.SHUTDOWN, PowerState.CRASHED)


def unavailable_reason(state: StateFolder) -> str | None:
    """Say in a sentence why libvirt cannot run guests here; None when it can."""
    options = conf.load()
    options.set_override("state_path", str(state.path))
    return availability.unavailable_reason(options)


def choose(state: StateFolder, settings: Settings, requested: str | None) -> tuple[str, str]:
    """Choose the driver of a cloud, which never changes after the first start.

    :param requested: "auto", "libvirt", "fake" or None for what was before.
    :return: the driver and a sentence, which is empty where all is as requested, and otherwise says
        what is not, and why.
    :raises CloudError: when the requested one cannot be had.
    """
    if settings.driver and requested not in (None, "auto", settings.driver):
        raise CloudError(
            f"The cloud in {state.path} was made with the driver {settings.driver}, which its "
            f"servers need: give another --state-dir to have one with {requested}."
        )
    driver = settings.driver or (requested if requested in ("libvirt", "fake") else "")
    if driver == "fake":
        return driver, ""
    longest = embed.LONGEST - len("/libvirt")
    if len(str(state.path)) > longest:
        raise CloudError(
            f"The state folder {state.path} cannot be used: the paths of QEMU's sockets in it "
            f"would be too long. Choose one of at most {longest} characters with --state-dir."
        )
    reason = unavailable_reason(state)
    if reason is None:
        return "libvirt", _network_sentence(state)
    if driver == "libvirt":
        raise CloudError(f"The driver libvirt cannot be used: {reason}")
    return "fake", f"Servers will be faked, with nothing behind them: {reason}"


def _network_sentence(state: StateFolder) -> str:
    """Return a sentence for a host whose guests get no network; else an empty one."""
    reason = namespaces.unavailable_reason(state.path)
    return (
        f"Servers can be reached by ssh, and reach nothing themselves: {reason}" if reason else ""
    )


def shut_down(state: StateFolder, say: Callable[[str], None]) -> int:
    """Shut all running guests down, their disks kept; return how many there were.

    :raises CloudError: when the hypervisor could not.
    """
    with _opened(state) as (driver, options):
        running = [g.server_id for g in driver.guests().values() if g.power_state not in _OFF]
        timeout = options.worker.shutdown_timeout
        if running:
            say(f"Shutting down guests ({len(running)}); this takes up to {timeout:g} s.")
        _all(running, lambda server: driver.power_off(server, timeout, lambda: None))
        return len(running)


def destroy(state: StateFolder) -> int:
    """End all guests and remove their files; return how many there were.

    :raises CloudError: when the hypervisor could not.
    """
    with _opened(state) as (driver, _):
        guests = list(driver.guests())
        _all(guests, driver.destroy)
        return len(guests)


def _all(servers: list[str], act: Callable[[str], None]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(partial(act, server)) for server in servers]:
            done.result()


@contextmanager
def _opened(state: StateFolder) -> Iterator[tuple[Driver, cfg.ConfigOpts]]:
    options = conf.load([str(state.compute_conf)])
    # The cloud's switch ended with the services; the taps of guests end with its namespace.
    options.set_override("ovsdb", None, group="neutron")
    # What libvirt and its driver tell administrators is not for the terminal.
    log = state.logs / "hypervisor.log"
    os.environ["LIBVIRT_LOG_OUTPUTS"] = f"3:file:{log}"
    line = "%(asctime)s %(levelname)s %(name)s %(message)s"
    # In place of the handler for standard error, which oslo.log adds with its options.
    logging.basicConfig(filename=log, format=line, force=True)
    driver = virt.load(options)
    try:
        driver.open(lambda _: None)
        try:
            yield driver, options
        finally:
            driver.close()
    except DriverError as error:
        raise CloudError(f"The guests of {state.path} cannot be reached: {error}") from error
