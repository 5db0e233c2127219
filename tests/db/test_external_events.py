"""Events of servers that other services report, on each kind of database."""

import pytest

from computeapi.domain.context import Context
from computeapi.domain.external_events import ExternalEvent
from computeapi.service.external_events import ExternalEvents
from computeapi.service.servers.acceptance import Acceptance

SERVICE = Context("u1", "p1", "req-1", frozenset({"service"}), is_admin=True)


class Permissive:
    def authorize(self, *_arguments):
        """Allow everything."""


@pytest.fixture
def events(database, woken):
    return ExternalEvents(Acceptance(database, Permissive(), woken), Permissive())


def actions(database, server):
    with database.read() as tx:
        return [operation.action for operation in tx.operations.unfinished(server.id)]


def test_each_event_has_a_code_of_its_own(events, database, make_server):
    placed, homeless = make_server(), make_server(host=None)
    with database.write() as tx:
        tx.servers.add(placed)
        tx.servers.add(homeless)
    given = [
        ExternalEvent("network-changed", placed.id),
        ExternalEvent("network-vif-plugged", placed.id, "port"),
        ExternalEvent("network-changed", homeless.id),
        ExternalEvent("network-changed", "00000000-0000-4000-8000-00000000ffff"),
        ExternalEvent("volume-extended", placed.id),
        ExternalEvent("volume-extended", placed.id, "volume"),
        ExternalEvent("power-update", placed.id),
        ExternalEvent("power-update", placed.id, "POWER_SIDEWAYS"),
    ]
    results = events.create(SERVICE, given)
    assert [result.event for result in results] == given
    assert [result.code for result in results] == [200, 200, 422, 404, 400, 200, 400, 200]
    assert [result.status for result in results] == [
        "completed" if code == 200 else "failed" for code in (r.code for r in results)
    ]
    assert actions(database, placed) == []


@pytest.mark.parametrize(
    ("vm_state", "tag", "queued"),
    [
        ("active", "POWER_OFF", ["stop"]),
        ("stopped", "POWER_ON", ["start"]),
        ("active", "POWER_ON", []),
        ("stopped", "POWER_OFF", []),
    ],
)
def test_a_power_update_starts_or_stops_a_server(
    events, database, make_server, woken, vm_state, tag, queued
):
    server = make_server(vm_state=vm_state)
    with database.write() as tx:
        tx.servers.add(server)
    (result,) = events.create(SERVICE, [ExternalEvent("power-update", server.id, tag)])
    assert result.code == 200
    assert actions(database, server) == queued
    assert woken.hosts == ["host1"] * len(queued)
    events.create(SERVICE, [ExternalEvent("power-update", server.id, tag)])
    assert actions(database, server) == queued
