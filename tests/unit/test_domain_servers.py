"""What may happen to a server in which state."""

from datetime import datetime

import pytest

from computeapi.domain.errors import Conflict
from computeapi.domain.servers import (
    TASKS,
    TRANSITIONS,
    Fault,
    PowerState,
    Server,
    TaskState,
    VmState,
    begin,
)

NOW = datetime(2030, 1, 1)


def server(vm_state="active", task_state=None):
    given = {"id": "s1", "vm_state": vm_state, "task_state": task_state, "deleted": False}
    return Server(**dict.fromkeys(Server.__dataclass_fields__) | given)


#: action -> the states and tasks from which it may start
ALLOWED = {
    "start": {("stopped", None)},
    "stop": {("active", None), ("error", None)},
    "reboot soft": {("active", None)},
    "reboot hard": {
        (state, task)
        for state in ("active", "stopped", "error")
        for task in (None, "rebooting", "rebooting_hard")
    },
    "delete": {(s, t) for s in VmState if s != "deleted" for t in (None, *TaskState)},
}


STATES = [(vm_state, task_state) for vm_state in VmState for task_state in (None, *TaskState)]


@pytest.mark.parametrize("action", ALLOWED)
def test_an_action_begins_where_it_may(action):
    for vm_state, task_state in ALLOWED[action]:
        one = server(vm_state, task_state)
        begin(one, action)
        assert (one.vm_state, one.task_state) == (vm_state, TASKS[action])


@pytest.mark.parametrize("action", ALLOWED)
def test_an_action_begins_nowhere_else(action):
    for vm_state, task_state in set(STATES) - ALLOWED[action]:
        one = server(vm_state, task_state)
        with pytest.raises(Conflict, match=f"'{action.split()[0]}'.*({vm_state}|{task_state})$"):
            begin(one, action)
        assert (one.vm_state, one.task_state) == (vm_state, task_state)


def test_every_action_has_a_task():
    assert set(TRANSITIONS) <= set(TASKS)
    assert set(TRANSITIONS) == set(ALLOWED)


def test_a_conflict_names_the_state():
    with pytest.raises(
        Conflict, match=r"^Cannot 'start' instance s1 while it is in vm_state active$"
    ):
        begin(server(), "start")


def test_a_conflict_names_the_task():
    with pytest.raises(Conflict, match=r"'reboot' instance s1 while it is in task_state deleting$"):
        begin(server(task_state="deleting"), "reboot hard")


def test_a_server_that_fails():
    one, fault = server(task_state="spawning"), Fault(500, "why", NOW)
    one.fail(fault)
    assert (one.vm_state, one.task_state, one.fault) == ("error", None, fault)


def test_a_server_that_is_deleted():
    one = server(task_state="deleting")
    one.mark_deleted(NOW)
    assert one.deleted
    assert (one.vm_state, one.task_state) == ("deleted", None)
    assert (one.power_state, one.progress) == (PowerState.NOSTATE, 0)
    assert one.terminated_at == one.updated_at == NOW
