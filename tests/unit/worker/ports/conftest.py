import itertools
import json
import os
import uuid

import pytest

from computeapi import conf as configuration
from computeapi.db import engine
from computeapi.domain.server_ports import NewPort
from computeapi.network import neutron_ports
from computeapi.peer import Peer
from computeapi.service.servers.ports import port_row
from computeapi.virt.fake_records import Records
from tests.neutron import Neutron
from tests.unit.worker.deaths import Points
from tests.unit.worker.ports.site import Site


@pytest.fixture(autouse=True)
def _unsafe(monkeypatch) -> None:
    """Spare the disk: workers die here, but the machine does not."""
    fast = [line.replace("= FULL", "= OFF") for line in engine._SQLITE_SETTINGS]
    monkeypatch.setattr(engine, "_SQLITE_SETTINGS", fast)
    monkeypatch.setattr(os, "fsync", lambda _file: None)


class Answer:
    """An answer that crossed no network."""

    def __init__(self, status, document) -> None:
        self.status_code, self.reason = status, "as it is"
        self.content = b"" if document is None else json.dumps(document).encode()

    def json(self):
        return json.loads(self.content)


@pytest.fixture
def neutron(monkeypatch) -> Neutron:
    """A Neutron that is asked without HTTP: there are thousands of requests here."""
    neutron = Neutron()

    def send(_peer, _session, method, path, params=(), json=None):
        return Answer(*neutron.answer(method, path, params or (), json, None))

    monkeypatch.setattr(Peer, "service_token", lambda _peer: "token")
    monkeypatch.setattr(Peer, "send", send)
    yield neutron
    neutron.close()


@pytest.fixture
def points(_unsafe, db, neutron, monkeypatch) -> Points:
    points = Points()
    db.before_write = points.pass_one
    for name in ("write", "remove"):
        monkeypatch.setattr(Records, name, points.watch(getattr(Records, name)))
    monkeypatch.setattr(Peer, "send", points.watch(Peer.send))
    return points


@pytest.fixture
def site(db, images, tmp_path, neutron) -> Site:
    conf = configuration.load()
    for name, value in neutron.options.items():
        conf.set_override(name, value, "neutron")
    binding = neutron_ports.load(conf)
    # It is asked for once; every play of a scenario is to have the same points.
    assert binding._knows_names
    return Site(db, images, tmp_path, binding)


@pytest.fixture
def network_id(neutron) -> str:
    return neutron.network("private")


@pytest.fixture
def new_server(points, db, make_server, neutron, network_id):
    """A function that accepts a server with a new port and one that is given."""
    numbers = itertools.count(1)

    def new_server() -> str:
        passed, fatal = points.passed, points.fatal
        points.fatal = None
        server_id = str(uuid.UUID(int=next(numbers)))
        make_server(server_id, vm_state="building", task_state="scheduling", interfaces=[])
        given = neutron.port(network_id)
        with db.write() as tx:
            server = tx.servers.get(server_id)
            for position, port in enumerate((NewPort(network_id), NewPort(network_id, given))):
                tx.server_ports.add(port_row(server, port, position))
        db.accept("create", server_id)
        points.passed, points.fatal = passed, fatal
        return server_id

    return new_server


@pytest.fixture
def active(site, new_server):
    """A function that makes an active server with two ports."""

    def active() -> str:
        server_id = new_server()
        assert site.work() == 0
        return server_id

    return active
