"""A cloud behind each front end: the real core and database, the fake driver, no threads."""

import importlib
import json
import shutil
import sqlite3
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote
from wsgiref.util import setup_testing_defaults

import pytest

from computeapi import bootstrap, db, images, network, volumes
from computeapi import conf as configuration
from computeapi.api.faults import WSGIApp
from computeapi.db import tables
from computeapi.domain.console_tokens import RelayAddress
from computeapi.domain.flavors import DEFAULTS, Flavor
from computeapi.domain.hosts import Host, HostDetails
from computeapi.domain.volumes import Connector
from computeapi.filters import by_path, faults, methods, noauth, paths, request_id, size_limit
from computeapi.virt.config_drive import build_files
from computeapi.virt.fake import FakeDriver
from computeapi.virt.volume_disks import Mounts
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.evacuations import EvacuationMarks, Evacuations
from computeapi.worker.leases import Lease
from computeapi.worker.left_volumes import LeftVolumes
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.ports import Ports
from computeapi.worker.servers import Servers
from computeapi.worker.servers.networking import Networked
from computeapi.worker.servers.questions import questions
from computeapi.worker.servers.steps import StepRunner
from computeapi.worker.servers.with_volumes import WithVolumes, with_volumes
from computeapi.worker.transfers import Transfers
from computeapi.worker.uploads import Uploads
from tests.cinder import Cinder
from tests.cinder import running as running_cinder
from tests.contract.described import Described
from tests.functional.api_process import empty_database
from tests.neutron import Neutron

FRONT_ENDS = ("falcon", "pecan")
#: Both, in the middle of a migration: path -> front end.
MIGRATING = {"/": "pecan", "/v2.1/flavors": "falcon", "/v2.1/limits": "falcon"}
HOST = "host1"
#: Where consoles would be reached.
RELAY = RelayAddress("192.0.2.7", 6999)
DETAILS = HostDetails("192.0.2.7", {"arch": "x86_64"}, " 12:00:00 up 1 day, load average: 0.00")
FLAVORS = (
    Flavor("secret", "m1.secret", 128, 1, 1, is_public=False),
    Flavor("closed", "m1.closed", 128, 1, 1, is_public=False, disabled=True),
    Flavor("disks", "m1.disks", 128, 1, 1, ephemeral_gb=2, swap_mb=512, rxtx_factor=2.5),
)
#: id -> what is particular about it
IMAGES = {
    "11111111-1111-4111-8111-111111111111": {},
    "22222222-2222-4222-8222-222222222222": {"min_disk": 50},
    "33333333-3333-4333-8333-333333333333": {"min_ram": 1024},
    "44444444-4444-4444-8444-444444444444": {"qcow2_gib": 100},
    "55555555-5555-4555-8555-555555555555": {"properties": {"hw_disk_bus": "scsi"}},
    "66666666-6666-4666-8666-666666666666": {"properties": {"hw_rescue_device": "cdrom"}},
    "77777777-7777-4777-8777-777777777777": {"properties": {"hw_rescue_bus": "fax"}},
}
CONFIG = """
[DEFAULT]
state_path = {folder}
host = {host}
[images]
backend = folder
[quota]
key_pairs = 8
[api]
{api}
"""


def _json(data: Any) -> bytes:
    return json.dumps(data).encode()


def _environ(method: str, url: str, data: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """Return a request as WSGI servers hand it on (PEP 3333)."""
    path, _, query = url.partition("?")
    environ = {
        "PATH_INFO": unquote(path, "latin-1"), "QUERY_STRING": query, "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(data)), "CONTENT_TYPE": "application/json",
        "wsgi.input": BytesIO(data), "HTTP_HOST": "compute.example:8774",
    }  # fmt: skip
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    setup_testing_defaults(environ)
    return environ


@dataclass(frozen=True)
class Response:
    """The answer of a front end. ``headers`` have lower-case names and are in order of these."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value, or None."""
        return dict(self.headers).get(name)

    def json(self) -> Any:
        """Return the body as data."""
        return json.loads(self.body)


class Cloud:
    """A front end, or both in the middle of a migration, over the core, with a worker that works
    when it is told to.

    Empty, it has the default flavors and :data:`FLAVORS`, :data:`IMAGES` and one host.

    :param api: options of the group ``api``, as they stand in a file.
    :param authenticate: makes the filter that finds out who asks.
    :ivar app: the WSGI application.
    :ivar decorate: puts a filter in front of every cloud; a plugin may set it.
    """

    decorate: ClassVar[Callable[[WSGIApp], WSGIApp]] = staticmethod(lambda app: app)
    #: The body of a plain create.
    new = {
        "server": {
            "name": "s",
            "imageRef": "11111111-1111-4111-8111-111111111111",
            "flavorRef": "42",
        }
    }

    def __init__(
        self,
        front_end: str,
        folder: Path,
        api: str = "",
        authenticate: Callable[[WSGIApp], WSGIApp] = noauth.NoAuth,
    ) -> None:
        self.conf = _conf(folder, api)
        self._folder = folder
        self._path = folder / "computeapi.sqlite"
        self.db = db.connect(self.conf)
        self.driver = FakeDriver(self.conf)
        self._questions = questions(self.driver, lambda: RELAY)
        self._workers = {HOST: Worker(self, HOST, self.driver, folder)}
        self.images = images.load(self.conf)
        self.services = services = bootstrap.services(self.conf, self.db, self.images, caller=self)
        app = _migrating(services) if front_end == "migrating" else _create(front_end, services)
        app = size_limit.SizeLimit(authenticate(paths.Paths(app)), 114688)
        app = methods.Methods(faults.Faults(Controls(self, app)))
        described = "falcon" if front_end == "falcon" else "pecan"
        self.app = self.decorate(Described(request_id.RequestId(app), described))
        self.reset()

    def reset(self) -> None:
        """Empty the cloud."""
        with closing(sqlite3.connect(self._path)) as rows, rows:
            for table in tables.metadata.tables:
                rows.execute(f"DELETE FROM {table}")
            rows.execute("DELETE FROM sqlite_sequence WHERE name = 'aggregates'")
        for guest in list(self.driver.guests()):
            self.driver.destroy(guest)
        for path in self._path.parent.glob("images/*.qcow2*"):
            path.unlink()
        self.driver.control(fail=[])
        for name in list(self._workers):
            if name != HOST:
                shutil.rmtree(self._folder / name)
                del self._workers[name]
        with self.db.write() as tx:
            for flavor in (*DEFAULTS, *FLAVORS):
                tx.flavors.add(replace(flavor))
        self._report(HOST, "node1")

    def _report(self, name: str, node: str) -> None:
        with self.db.write() as tx:
            now = tx.now()
            host = Host(name, None, node, "fake", 1, 8, 8192, 200, True, now, now)
            tx.hosts.report(host, DETAILS)

    def add_host(self, name: str) -> None:
        """Add a host with a worker and guests of its own."""
        folder = self._folder / name
        folder.mkdir()
        conf = configuration.load([str(self._folder / "computeapi.conf")])
        conf.set_override("state_path", str(folder))
        self._workers[name] = Worker(self, name, FakeDriver(conf), folder)
        self._report(name, f"node-{name}")

    def watch(self) -> "closing[sqlite3.Connection]":
        """Return a connection whose ``PRAGMA data_version`` tells of every change."""
        return closing(sqlite3.connect(self._path))

    def request(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        script_name: str = "",
        announced: bool = True,
    ) -> Response:
        """Ask the front end.

        :param body: bytes as they are, or anything else as JSON.
        :param headers: a caller's; by default those of a member of project p1.
        :param script_name: where the API is mounted.
        :param announced: whether there is a Content-Length.
        """
        data = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        sent = {"x-auth-token": "alice:p1:member,reader"} if headers is None else headers
        environ = _environ(method, url, data, sent) | {"SCRIPT_NAME": script_name}
        if not announced:
            del environ["CONTENT_LENGTH"]
        started: list[Any] = []
        answer = self.app(environ, lambda *start: started.extend(start[:2]))
        content = b"".join(answer)
        found = sorted((name.lower(), value) for name, value in started[1])
        return Response(int(started[0].split()[0]), found, content)

    def boot(self, script_name: str = "") -> Response:
        """Ask for a plain server."""
        return self.request("POST", "/v2.1/servers", self.new, script_name=script_name)

    # What the API asks of a worker

    def cast(self, host: str) -> None:
        """Miss a wake-up: see :meth:`work`."""

    def call(self, host: str, method: str, **arguments: Any) -> Any:
        """Answer a question."""
        return self._questions[method](**arguments)

    # What a worker does

    def work(self) -> None:
        """Carry out all that is queued, on all hosts."""
        while any([worker.work() for worker in self._workers.values()]):
            pass

    def return_host(self) -> None:
        """Bring the host up again, and make its worker look for guests to remove."""
        self._report(HOST, "node1")
        self._workers[HOST].look()

    def lose_host(self) -> None:
        """Make the host one that has not reported for long."""
        with self.db.write() as tx:
            host = tx.hosts.get(HOST)
            tx.hosts.report(replace(host, seen_at=host.seen_at.replace(year=2001)))


class Worker:
    """The worker of one host of a cloud."""

    def __init__(self, cloud: Cloud, host: str, driver: FakeDriver, folder: Path) -> None:
        self._db = cloud.db
        self._host = host
        transfers = Transfers(folder / "instances", images.load_transfers(cloud.conf))
        marks = EvacuationMarks(transfers.folder)
        self._evacuations = Evacuations(cloud.db, driver, marks, host, lambda: True)
        cache = images.load_cache(cloud.conf)
        self.driver, found, own = driver, volumes.load(cloud.conf), driver
        self._devices = BlockDevices(cloud.db, found, Connector(host), Mounts([]), 2.0)
        if found.is_enabled:
            driver = with_volumes(driver, self._devices)
        uploads = Uploads(driver, images.load_snapshots(cloud.conf), folder / "instances")
        steps: StepRunner = Servers(driver, cache, build_files, transfers, uploads, 1.0)
        if found.is_enabled:
            steps = WithVolumes(steps, own, self._devices, 5.0)
        binding = network.load_ports(cloud.conf)
        self.ports = Ports(cloud.db, binding, host) if binding else None
        if self.ports is not None:
            steps = Networked(steps, own, self.ports)
        self._operations = Operations(cloud.db, steps, host, Limits(1), cloud.cast)

    def look(self) -> None:
        """Remove the guests of servers that were evacuated, and release volumes of deleted ones."""
        self._evacuations.look()
        LeftVolumes(self._db, self._devices, 1.0).look()

    def work(self) -> bool:
        """Carry out an operation of the host; return whether there was one."""
        with self._db.write() as tx:
            operation = tx.operations.claim(self._host, "contract", 60)
        if operation is not None:
            self._operations.carry_out(Lease(operation, 60, 60, time.monotonic()))
        return operation is not None


class Controls:
    """A WSGI filter with the test's own means, each a POST.

    ``/-/work`` carries out what is queued, ``/-/lose-host`` has the host die, ``/-/return-host``
    has it back with its worker,
    ``/-/add-host/NAME`` adds a host, and ``/-/fail/METHOD`` lets that method of the driver fail
    from now on.
    """

    def __init__(self, cloud: Cloud, app: WSGIApp) -> None:
        self._cloud = cloud
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """Answer a request."""
        top, _, rest = environ["PATH_INFO"].removeprefix("/").partition("/")
        if top != "-":
            return self._app(environ, start_response)
        means, _, argument = rest.partition("/")
        if means == "fail":
            self._cloud.driver.control(fail=[argument])
        elif means == "add-host":
            self._cloud.add_host(argument)
        else:
            {
                "work": self._cloud.work,
                "lose-host": self._cloud.lose_host,
                "return-host": self._cloud.return_host,
            }[means]()
        start_response("204 No Content", [])
        return []


def _create(front_end: str, services: bootstrap.Services) -> WSGIApp:
    return importlib.import_module(f"computeapi.{front_end}_impl.app").create(services)


def _migrating(services: bootstrap.Services) -> WSGIApp:
    apps = {name: _create(name, services) for name in FRONT_ENDS}
    return by_path.ByPath({path: apps[name] for path, name in MIGRATING.items()})


def _conf(folder: Path, api: str) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "images").mkdir()
    for image_id, told in IMAGES.items():
        (folder / "images" / f"{image_id}.raw").write_bytes(_image(told.get("qcow2_gib")))
        sidecar = folder / "images" / f"{image_id}.raw.json"
        sidecar.write_text(json.dumps({"id": image_id, "name": "demo", **told}))
    file = folder / "computeapi.conf"
    file.write_text(CONFIG.format(folder=folder, host=HOST, api=api))
    conf = configuration.load([str(file)])
    (folder / "computeapi.sqlite").write_bytes(empty_database())
    return conf


def _image(gib: int | None) -> bytes:
    """Return a raw image of one sector, or the header of a qcow2 of a size in GiB."""
    if gib is None:
        return bytes(512)
    return struct.pack(">4sIQIIQ", b"QFI\xfb", 3, 0, 0, 16, gib << 30).ljust(512, b"\0")


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


@pytest.fixture(scope="session")
def _neutron() -> Iterator[Neutron]:
    found = Neutron()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def neutron(_neutron: Neutron) -> Neutron:
    """A network service of the tests' own, without networks."""
    _neutron.reset()
    return _neutron


@pytest.fixture(scope="session", params=FRONT_ENDS)
def _network_cloud(
    request: pytest.FixtureRequest, _neutron: Neutron, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cloud]:
    lines = [f"{name} = {value}" for name, value in _neutron.options.items()]
    folder = tmp_path_factory.mktemp("networks") / request.param
    cloud = Cloud(request.param, folder, "\n".join(["", "[neutron]", *lines]))
    yield cloud
    cloud.db.close()


@pytest.fixture
def network_cloud(_network_cloud: Cloud, neutron: Neutron) -> Cloud:
    """An empty cloud with a network service, behind each of the front ends."""
    _network_cloud.reset()
    return _network_cloud


@pytest.fixture(scope="session")
def cinder() -> Iterator[Cinder]:
    """A volume service of the tests' own."""
    with running_cinder() as found:
        yield found


@pytest.fixture(scope="session", params=FRONT_ENDS)
def _volume_cloud(
    request: pytest.FixtureRequest, cinder: Cinder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cloud]:
    lines = [f"{name} = {value}" for name, value in cinder.options().items()]
    folder = tmp_path_factory.mktemp("volumes") / request.param
    cloud = Cloud(request.param, folder, "\n".join(["", "[volumes]", *lines]))
    yield cloud
    cloud.db.close()


@pytest.fixture
def volume_cloud(_volume_cloud: Cloud, cinder: Cinder) -> Cloud:
    """An empty cloud with a volume service, behind each of the front ends."""
    _volume_cloud.reset()
    cinder.reset()
    cinder.behaviour, cinder.before = None, lambda method, path: None
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
