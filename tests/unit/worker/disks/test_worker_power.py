"""Power of guests, crash dumps: every death of the worker, at every step."""

import pytest

from computeapi.domain.servers import PowerState, actions
from tests.unit.worker.deaths import every_death
from tests.unit.worker.disks.site import DIRTY

RUNNING, PAUSED, OFF = PowerState.RUNNING, PowerState.PAUSED, PowerState.SHUTDOWN
#: Actions with their parameters, the states that they start from, and those that they lead to.
CASES = [
    (actions.START, {}, "stopped", "active", RUNNING),
    (actions.STOP, {}, "active", "stopped", OFF),
    (actions.REBOOT, {"type": "SOFT"}, "active", "active", RUNNING),
    (actions.HARD_REBOOT, {"type": "HARD"}, "active", "active", RUNNING),
    (actions.HARD_REBOOT, {"type": "HARD"}, "stopped", "active", RUNNING),
    (actions.HARD_REBOOT, {"type": "HARD"}, "suspended", "active", RUNNING),
    (actions.PAUSE, {}, "active", "paused", PAUSED),
    (actions.UNPAUSE, {}, "paused", "active", RUNNING),
    (actions.SUSPEND, {}, "active", "suspended", OFF),
    (actions.RESUME, {}, "suspended", "active", RUNNING),
    (actions.TRIGGER_CRASH_DUMP, {}, "active", "active", RUNNING),
]


@pytest.fixture
def make(site, points, prepare):
    """A function that makes a server with a guest in a state, without a death."""

    def make(state: str) -> str:
        server_id = prepare(state)
        with points.calm():
            if state == "paused":
                site.driver.pause(server_id)
            elif state == "suspended":
                site.driver.suspend(server_id)
        return server_id

    return make


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].name} {case[1]} {case[2]}")
def test_the_power_of_a_guest_changes_whenever_the_worker_dies(db, points, site, make, case):
    action, params, before, after, power_state = case

    def play() -> int:
        server_id = make(before)
        with points.calm():
            site.accept(action, server_id, **params)
        died = site.work()
        server, record = db.server(server_id), site.record(server_id)
        assert (server.vm_state, server.task_state, server.fault) == (after, None, None)
        assert server.power_state == record["power_state"] == power_state
        assert record["suspended"] is (after == "suspended")
        assert DIRTY in record["console"]
        with db.read() as tx:
            assert tx.operations.unfinished(server_id) == []
            assert tx.claims.of_server(server_id) == server.claims != []
        return died

    every_death(points, play, least=1)
