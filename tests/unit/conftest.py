"""A small Neutron for the unit tests of the adapters that ask it."""

import pytest
from oslo_config import cfg

from computeapi import conf as configuration
from tests.neutron import Neutron


@pytest.fixture
def neutron_conf(neutron: Neutron) -> cfg.ConfigOpts:
    """The configuration of a service that asks the small Neutron."""
    found = configuration.load()
    for name, value in neutron.options.items():
        found.set_override(name, value, "neutron")
    return found
