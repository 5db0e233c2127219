"""The fields that servers show in each state."""

from types import SimpleNamespace

import pytest

from computeapi.api.servers import status as servers
from computeapi.domain.servers import TaskState, VmState


def server(vm_state, task_state=None):
    return SimpleNamespace(vm_state=vm_state, task_state=task_state)


@pytest.mark.parametrize(
    ("vm_state", "task_state", "status"),
    [
        ("building", "scheduling", "BUILD"),
        ("building", "deleting", "BUILD"),
        ("active", None, "ACTIVE"),
        ("active", "powering-off", "ACTIVE"),
        ("active", "deleting", "ACTIVE"),
        ("active", "rebooting", "REBOOT"),
        ("active", "rebooting_hard", "HARD_REBOOT"),
        ("stopped", None, "SHUTOFF"),
        ("stopped", "rebooting_hard", "SHUTOFF"),
        ("paused", None, "PAUSED"),
        ("paused", "unpausing", "PAUSED"),
        ("active", "pausing", "ACTIVE"),
        ("suspended", None, "SUSPENDED"),
        ("active", "resize_prep", "RESIZE"),
        ("active", "resize_migrating", "RESIZE"),
        ("stopped", "resize_migrated", "RESIZE"),
        ("stopped", "resize_finish", "RESIZE"),
        ("active", "resize_reverting", "ACTIVE"),
        ("active", "shelving", "ACTIVE"),
        ("shelved", None, "SHELVED"),
        ("shelved", "shelving_offloading", "SHELVED"),
        ("shelved_offloaded", "unshelving", "SHELVED_OFFLOADED"),
        ("active", "rebuilding", "REBUILD"),
        ("active", "rescuing", "ACTIVE"),
        ("rescued", None, "RESCUE"),
        ("rescued", "unrescuing", "RESCUE"),
        ("active", "rebuild_spawning", "REBUILD"),
        ("stopped", "rebuilding", "REBUILD"),
        ("error", "rebuilding", "REBUILD"),
        ("resized", None, "VERIFY_RESIZE"),
        ("resized", "resize_confirming", "VERIFY_RESIZE"),
        ("resized", "resize_reverting", "REVERT_RESIZE"),
        ("suspended", "resuming", "SUSPENDED"),
        ("error", None, "ERROR"),
        ("deleted", None, "DELETED"),
        ("soft-delete", None, "SOFT_DELETED"),
        ("soft-delete", "restoring", "SOFT_DELETED"),
    ],
)
def test_status(vm_state, task_state, status):
    assert servers.status(server(vm_state, task_state)) == status


def test_every_state_has_a_status():
    for vm_state in VmState:
        for task_state in (None, *TaskState):
            assert servers.status(server(vm_state, task_state)).isupper()


def test_progress_is_of_what_is_or_becomes_active():
    shown = {s for s in VmState if servers.status(server(s)) in servers.WITH_PROGRESS}
    assert shown == {"building", "active", "resized"}
    assert servers.status(server("active", "rebooting")) not in servers.WITH_PROGRESS


def test_a_host_has_another_name_for_each_project():
    one, two = servers.host_id("p1", "h1"), servers.host_id("p2", "h1")
    assert one != two
    assert len(one) == 56
    assert servers.host_id("p1", "h2") != one
    assert servers.host_id("p1", None) == servers.host_id("p1", "") == ""


def test_addresses_are_of_what_has_a_guest():
    shown = {state for state in VmState if servers.shows_addresses(server(state))}
    off = {"shelved", "shelved_offloaded", "soft-delete"}
    assert (
        shown == {"active", "stopped", "paused", "suspended", "resized", "rescued", "error"} | off
    )


def test_a_fault_is_of_what_failed():
    for state in VmState:
        failed = SimpleNamespace(vm_state=state, task_state=None, fault="a fault")
        expected = "a fault" if state in ("error", "deleted") else None
        assert servers.shown_fault(failed) == expected


def test_a_server_in_error_shows_no_fault_while_it_is_rebuilt():
    rebuilt = SimpleNamespace(vm_state="error", task_state="rebuilding", fault="a fault")
    assert servers.shown_fault(rebuilt) is None
