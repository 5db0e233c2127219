"""A cloud behind each front end: the real core and database, the fake driver, no threads."""

import importlib
import json
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from computeapi import bootstrap, db, images
from computeapi import conf as configuration
from computeapi.api.faults import WSGIApp
from computeapi.db import tables
from computeapi.domain.console_tokens import RelayAddress
from computeapi.domain.flavors import DEFAULTS, Flavor
from computeapi.domain.hosts import Host, HostDetails
from computeapi.filters import by_path, faults, methods, noauth, paths, request_id, size_limit
from computeapi.virt.fake import FakeDriver
from computeapi.worker.servers.questions import questions
from tests.contract.controls import Controls
from tests.contract.described import Described
from tests.contract.exchanges import Response, body_of, environ_of
from tests.contract.workers import Worker
from tests.functional.api_process import empty_database

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
        self.services = services = bootstrap.services(
            self.conf, self.db, self.images, rpc_client=self
        )
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
        data = body if isinstance(body, bytes) else b"" if body is None else body_of(body)
        sent = {"x-auth-token": "alice:p1:member,reader"} if headers is None else headers
        environ = environ_of(method, url, data, sent) | {"SCRIPT_NAME": script_name}
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


def _create(front_end: str, services: bootstrap.CoreServices) -> WSGIApp:
    return importlib.import_module(f"computeapi.{front_end}_impl.app").create(services)


def _migrating(services: bootstrap.CoreServices) -> WSGIApp:
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
