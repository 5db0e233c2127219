"""The questions about guests that the API asks a worker."""

from collections.abc import Callable, Mapping

from computeapi.domain.console_tokens import RelayAddress
from computeapi.ports.messaging import Method
from computeapi.virt.driver import Driver
from computeapi.worker.servers.administration import Administration
from computeapi.worker.servers.console import Console
from computeapi.worker.servers.devices import Devices
from computeapi.worker.servers.diagnostics import Diagnostics


def questions(driver: Driver, relay: Callable[[], RelayAddress]) -> Mapping[str, Method]:
    """Return the methods that the API may ask, by name.

    :param relay: returns the address at which consoles of this host are reached.
    """
    themes = (Console(driver, relay), Administration(driver), Diagnostics(driver), Devices(driver))
    return {name: method for theme in themes for name, method in theme.questions.items()}
