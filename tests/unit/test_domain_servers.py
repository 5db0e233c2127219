"""The actions that a server's state allows."""

from datetime import datetime

import pytest

from computeapi.domain.errors import Conflict
from computeapi.domain.servers import (
    Fault,
    PowerState,
    Server,
    TaskState,
    VmState,
    actions,
    attaching,
)

NOW = datetime(2030, 1, 1)


def server(vm_state="active", task_state=None):
    given = {"id": "s1", "vm_state": vm_state, "task_state": task_state, "deleted": False}
    return Server(**dict.fromkeys(Server.__dataclass_fields__) | given)


REBOOTABLE = (
    None, "rebooting", "rebooting_hard", "pausing", "unpausing", "suspending", "resuming",
)  # fmt: skip
IMAGED = ("active", "stopped", "paused", "suspended")
WITH_DISKS = ("active", "paused", "stopped", "resized")
WITH_FILES = {
    (state, None) for state in set(VmState) - {"deleted", "suspended", "shelved_offloaded"}
}
#: action -> the states and tasks from which it may start, and the task that it sets
ALLOWED = {
    actions.CREATE: (set(), "scheduling"),
    actions.START: ({("stopped", None)}, "powering-on"),
    actions.STOP: ({("active", None), ("error", None)}, "powering-off"),
    actions.REBOOT: ({("active", None)}, "rebooting"),
    actions.HARD_REBOOT: (
        {
            (state, task)
            for state in ("active", "stopped", "paused", "suspended", "error")
            for task in REBOOTABLE
        },
        "rebooting_hard",
    ),
    actions.PAUSE: ({("active", None)}, "pausing"),
    actions.UNPAUSE: ({("paused", None)}, "unpausing"),
    actions.SUSPEND: ({("active", None)}, "suspending"),
    actions.RESUME: ({("suspended", None)}, "resuming"),
    actions.RESIZE: ({("active", None), ("stopped", None)}, "resize_prep"),
    actions.MIGRATE: ({("active", None), ("stopped", None)}, "resize_prep"),
    actions.CONFIRM_RESIZE: ({("resized", None)}, "resize_confirming"),
    actions.REVERT_RESIZE: ({("resized", None)}, "resize_reverting"),
    actions.REBUILD: (
        {("active", None), ("stopped", None), ("error", None)},
        "rebuilding",
    ),
    actions.EVACUATE: ({("active", None), ("stopped", None), ("error", None)}, "rebuilding"),
    actions.LIVE_MIGRATE: ({("active", None), ("paused", None)}, "migrating"),
    actions.RESCUE: ({("active", None), ("stopped", None), ("error", None)}, "rescuing"),
    actions.UNRESCUE: ({("rescued", None)}, "unrescuing"),
    actions.CREATE_IMAGE: ({(state, None) for state in IMAGED}, "image_snapshot_pending"),
    actions.CREATE_BACKUP: ({(state, None) for state in IMAGED}, "image_backup"),
    actions.SHELVE: ({(state, None) for state in IMAGED}, "shelving"),
    actions.SHELVE_OFFLOAD: ({("shelved", None)}, "shelving_offloading"),
    actions.UNSHELVE: ({("shelved", None), ("shelved_offloaded", None)}, "unshelving"),
    actions.TRIGGER_CRASH_DUMP: (
        {(s, None) for s in ("active", "paused", "rescued", "resized", "error")},
        None,
    ),
    attaching.ATTACH_INTERFACE: ({(s, None) for s in ("active", "paused", "stopped")}, None),
    attaching.DETACH_INTERFACE: ({(s, None) for s in ("active", "paused", "stopped")}, None),
    attaching.ATTACH_VOLUME: ({(state, None) for state in WITH_DISKS}, None),
    attaching.DETACH_VOLUME: ({(state, None) for state in WITH_DISKS}, None),
    attaching.SWAP_VOLUME: ({(state, None) for state in WITH_DISKS if state != "stopped"}, None),
    attaching.EXTEND_VOLUME: (
        {(s, t) for s in VmState if s != "deleted" for t in (None, *TaskState)},
        None,
    ),
    attaching.SNAPSHOT_VOLUME: (WITH_FILES, None),
    attaching.MERGE_VOLUME: (WITH_FILES, None),
    actions.DELETE: (
        {(s, t) for s in VmState if s != "deleted" for t in (None, *TaskState)},
        "deleting",
    ),
    actions.SOFT_DELETE: (
        {(s, t) for s in VmState if s != "deleted" for t in (None, *TaskState)},
        "soft-deleting",
    ),
    actions.RESTORE: ({("soft-delete", None)}, "restoring"),
}
STATES = [(vm_state, task_state) for vm_state in VmState for task_state in (None, *TaskState)]


def test_every_action_is_tested_here():
    assert set(ALLOWED) == set(actions.ACTIONS)


@pytest.mark.parametrize("action", ALLOWED, ids=lambda action: action.task)
def test_an_action_begins_where_it_may(action):
    allowed, task = ALLOWED[action]
    for vm_state, task_state in allowed:
        one = server(vm_state, task_state)
        one.begin(action)
        assert (one.vm_state, one.task_state) == (vm_state, task or task_state)


@pytest.mark.parametrize("action", ALLOWED, ids=lambda action: action.task)
def test_an_action_begins_nowhere_else(action):
    for vm_state, task_state in set(STATES) - ALLOWED[action][0]:
        one = server(vm_state, task_state)
        with pytest.raises(Conflict, match=f"'{action.name}'.*({vm_state}|{task_state})$"):
            one.begin(action)
        assert (one.vm_state, one.task_state) == (vm_state, task_state)


def test_an_operation_finds_its_action_by_name():
    assert actions.named("delete") is actions.DELETE
    assert actions.named("dance") is None
    for action in actions.ACTIONS:
        assert actions.named(action.name).is_endless == action.is_endless


def test_a_conflict_names_the_state():
    with pytest.raises(
        Conflict, match=r"^Cannot 'start' instance s1 while it is in vm_state active$"
    ):
        server().begin(actions.START)


def test_a_conflict_names_the_task():
    with pytest.raises(Conflict, match=r"'reboot' instance s1 while it is in task_state deleting$"):
        server(task_state="deleting").begin(actions.HARD_REBOOT)


#: Nova asks for the host of a server before its state when it starts, stops or interrupts it.
HOST_FIRST = {actions.START, actions.STOP, actions.TRIGGER_CRASH_DUMP}


@pytest.mark.parametrize("action", ALLOWED, ids=lambda action: action.name)
def test_an_offloaded_server_is_refused_for_its_state(action):
    if VmState.SHELVED_OFFLOADED in action.from_states:
        refused = "Instance s1 is not ready"
    else:
        refused = f"Cannot '{action.name}' instance s1 while it is in vm_state shelved_offloaded"
    with pytest.raises(Conflict) as raised:
        server("shelved_offloaded").require_ready(action)
    expected = "Instance s1 is not ready" if action in HOST_FIRST else refused
    assert raised.value.message == expected


def test_a_server_that_is_ready_has_a_host():
    found = server("active")
    found.host = "host1"
    assert found.require_ready(actions.PAUSE) == "host1"


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


@pytest.mark.parametrize(
    ("locks", "expected"),
    [
        ([], (False, None, None)),
        ([("owner", "mine")], (True, "owner", "mine")),
        ([("admin", None)], (True, "admin", None)),
        ([("owner", "mine"), ("owner", "again")], (True, "owner", "mine")),
        ([("admin", "ours"), ("owner", "mine")], (True, "admin", "ours")),
        ([("owner", "mine"), ("admin", "ours")], (True, "admin", "ours")),
    ],
)
def test_a_lock_of_an_owner_replaces_none(locks, expected):
    one = server()
    one.unlock()
    for by, reason in locks:
        one.lock(by, reason)
    assert (one.locked, one.locked_by, one.locked_reason) == expected


def test_a_locked_server_is_named():
    one = server()
    one.unlock()
    one.require_unlocked()
    one.lock("owner")
    with pytest.raises(Conflict, match="Instance s1 is locked"):
        one.require_unlocked()
    one.unlock()
    one.require_unlocked()
