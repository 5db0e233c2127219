"""The clouds of the tests, one behind each front end, and the services that some of them use."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from computeapi.api.faults import WSGIApp
from tests.cinder import Cinder
from tests.contract.clouds import FRONT_ENDS, Cloud
from tests.neutron import Neutron


class Clouds:
    """A plugin that has the clouds of a test run, one a front end."""

    front_ends = (*FRONT_ENDS, "migrating")
    cloud = Cloud

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._clouds: dict[str, Cloud] = {}

    def of(self, front_end: str) -> Cloud:
        """Return the cloud behind a front end; a test that needs it empty resets it."""
        if front_end not in self._clouds:
            folder = self._config._tmp_path_factory.mktemp(front_end)
            self._clouds[front_end] = Cloud(front_end, folder / "state")
        return self._clouds[front_end]

    def behind(self, authenticate: Callable[[WSGIApp], WSGIApp], front_end: str) -> Cloud:
        """Return a new cloud behind a filter of one's own."""
        folder = self._config._tmp_path_factory.mktemp(front_end)
        found = Cloud(front_end, folder / "state", authenticate=authenticate)
        self._clouds[str(folder)] = found
        return found

    def pytest_unconfigure(self) -> None:
        """Close the databases."""
        for cloud in self._clouds.values():
            cloud.db.close()


@pytest.fixture(scope="session", params=FRONT_ENDS)
def _network_cloud(
    request: pytest.FixtureRequest,
    running_neutron: Neutron,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cloud]:
    lines = [f"{name} = {value}" for name, value in running_neutron.options.items()]
    folder = tmp_path_factory.mktemp("networks") / request.param
    cloud = Cloud(request.param, folder, "\n".join(["", "[neutron]", *lines]))
    yield cloud
    cloud.db.close()


@pytest.fixture
def network_cloud(_network_cloud: Cloud, neutron: Neutron) -> Cloud:
    """An empty cloud with a network service, behind each of the front ends."""
    _network_cloud.reset()
    return _network_cloud


@pytest.fixture(scope="session", params=FRONT_ENDS)
def _volume_cloud(
    request: pytest.FixtureRequest, running_cinder: Cinder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cloud]:
    lines = [f"{name} = {value}" for name, value in running_cinder.options().items()]
    folder = tmp_path_factory.mktemp("volumes") / request.param
    cloud = Cloud(request.param, folder, "\n".join(["", "[volumes]", *lines]))
    yield cloud
    cloud.db.close()


@pytest.fixture
def volume_cloud(_volume_cloud: Cloud, cinder: Cinder) -> Cloud:
    """An empty cloud with a volume service, behind each of the front ends."""
    _volume_cloud.reset()
    return _volume_cloud


def pytest_configure(config: pytest.Config) -> None:
    """Offer the clouds to the conftest that collects the YAML files, too."""
    config.pluginmanager.register(Clouds(config), "clouds")


@pytest.fixture(params=FRONT_ENDS)
def cloud(request: pytest.FixtureRequest) -> Cloud:
    """An empty cloud behind each of the front ends."""
    found = request.config.pluginmanager.get_plugin("clouds").of(request.param)
    found.reset()
    return found


@pytest.fixture
def new_cloud(tmp_path: Path) -> Iterator[Callable[..., Cloud]]:
    """Make a cloud that no other test uses."""
    clouds = []

    def make(front_end: str, api: str = "") -> Cloud:
        clouds.append(Cloud(front_end, tmp_path / front_end, api))
        return clouds[-1]

    yield make
    for cloud in clouds:
        cloud.db.close()
