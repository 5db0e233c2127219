"""A small Neutron for the unit tests of the adapters that ask it."""

from collections.abc import Iterator

import pytest
from oslo_config import cfg

from computeapi import conf as configuration
from tests.neutron import Neutron


@pytest.fixture(scope="session")
def running_neutron() -> Iterator[Neutron]:
    """A small Neutron that answers over HTTP."""
    found = Neutron()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def neutron(running_neutron: Neutron) -> Neutron:
    """The small Neutron, empty again."""
    running_neutron.reset()
    return running_neutron


@pytest.fixture
def neutron_conf(neutron: Neutron) -> cfg.ConfigOpts:
    """The configuration of a service that asks the small Neutron."""
    found = configuration.load()
    for name, value in neutron.options.items():
        found.set_override(name, value, "neutron")
    return found
