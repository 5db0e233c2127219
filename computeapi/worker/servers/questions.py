"""The questions about guests that the API asks a worker."""

from collections.abc import Callable, Mapping

from computeapi.domain.console_tokens import RelayAddress
from computeapi.ports.messaging import Method
from computeapi.virt.driver import Driver
from computeapi.worker.servers.administration import Administration
from computeapi.worker.servers.console import Console


def questions(driver: Driver, relay: Callable[[], RelayAddress]) -> Mapping[str, Method]:
    """Return the methods that the API may ask, by name.

    :param relay: returns the address at which consoles of this host are reached.
    """
    return {**Console(driver, relay).questions, **Administration(driver).questions}
