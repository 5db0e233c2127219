"""Notifications: their names by action and stage, their payloads, and what makes them."""

from dataclasses import replace
from datetime import datetime

import pytest

from computeapi.domain import log_context
from computeapi.domain.log_context import LogContext
from computeapi.domain.notifications import Before, Changes, Settings, StateChanges, payload
from computeapi.domain.notifications.events import EVENTS
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import Fault, Move, actions
from computeapi.domain.servers.actions import ACTIONS
from tests.db.conftest import new_server_maker

NOW = datetime(2030, 5, 17, 12, 30, 1, 250000)
SETTINGS = Settings("h9", "http://images.example:9292")


@pytest.fixture
def server():
    return new_server_maker()(
        id="s1",
        created_at=datetime(2030, 5, 17, 12, 29, 1, 999),
        launched_at=datetime(2030, 5, 17, 12, 30),
        flavor_name="m1.small",
        ephemeral_gb=2,
        image_properties={"os_type": "linux", "architecture": "x86_64"},
        metadata={"role": "db"},
        addresses={
            "private": [
                {"addr": "10.0.0.4", "version": 4, "type": "fixed", "mac": "fa:16:3e:00:00:01"},
                {"addr": "192.0.2.9", "version": 4, "type": "floating", "mac": "fa:16:3e:00:00:01"},
            ]
        },
    )


def operation(action, **fields):
    stage = actions.named(action).stages[0].name
    return Operation(1, "s1", "project", "user", "req-1", "host1", action, stage=stage, **fields)


def played(action, server, end=OperationState.DONE, stages=None):
    """Return the notifications about an operation from its acceptance to its end."""
    changes, running = Changes(SETTINGS), operation(action)
    changes.accept(running)
    for stage in stages or [stage.name for stage in actions.named(action).stages[1:]]:
        changes.advance(running, stage)
        running = replace(running, stage=stage)
    changes.finish(running, end, None if end == OperationState.DONE else "It broke.")
    return [*changes.notifications(NOW, {"s1": server}.get)]


def names(notifications):
    return [one.event_type.removeprefix("compute.instance.") for one in notifications]


def test_every_action_of_a_worker_has_names_and_every_stage_exists():
    assert set(EVENTS) == {action.name for action in ACTIONS}
    for name, events in EVENTS.items():
        assert {*events.stages} <= {stage.name for stage in actions.named(name).stages}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("create", "create.start create.end"),
        ("delete", "delete.start shutdown.start shutdown.end delete.end"),
        ("start", "power_on.start power_on.end"),
        ("stop", "power_off.start power_off.end"),
        ("createImage", "snapshot.start snapshot.end"),
        (
            "resize",
            "resize.prep.start resize.prep.end resize.start resize.end "
            "finish_resize.start finish_resize.end",
        ),
        ("confirmResize", "resize.confirm.start resize.confirm.end"),
        ("revertResize", "resize.revert.start resize.revert.end"),
        (
            "live-migration",
            "live_migration.pre.start live_migration.pre.end "
            "live_migration._post.start live_migration._post.end "
            "live_migration.post.dest.start live_migration.post.dest.end",
        ),
        ("rebuild", "rebuild.start rebuild.end"),
        ("attach_volume", "volume.attach"),
        ("detach_volume", "volume.detach"),
        ("attach_interface", "interface_attach.start interface_attach.end"),
        ("softDelete", "soft_delete.start soft_delete.end"),
    ],
)
def test_names(action, expected, server):
    assert names(played(action, server)) == expected.split()


@pytest.mark.parametrize(
    ("vm_state", "offloads"), [("shelved", False), ("shelved_offloaded", True)]
)
def test_shelving_tells_of_the_offload_where_there_was_one(vm_state, offloads, server):
    server.vm_state = vm_state
    more = ["shelve_offload.start", "shelve_offload.end"] if offloads else []
    assert names(played("shelve", server)) == ["shelve.start", "shelve.end", *more]


@pytest.mark.parametrize(
    ("action", "failed"),
    [
        ("create", ["create.error"]),
        ("resize", ["resize.error"]),
        ("live-migration", ["live_migration._rollback.start", "live_migration._rollback.end"]),
    ],
)
def test_failures(action, failed, server):
    server.fault = Fault(404, "It broke.", NOW)
    told = played(action, server, OperationState.FAILED)[-len(failed) :]
    assert names(told) == failed
    assert {one.priority for one in told} == {"ERROR" if failed[0].endswith("error") else "INFO"}
    expected = {"message": "It broke.", "exception": "It broke.", "code": 404}
    assert expected.items() <= told[-1].payload.items()


def test_operations_that_end_at_once_and_those_without_notifications(server):
    changes = Changes(SETTINGS)
    changes.accept(operation("stop", state=OperationState.FAILED, message="No room."))
    changes.accept(operation("delete", state=OperationState.DONE))
    lock = Operation(1, "s1", "project", "user", "req-1", "host1", "lock", state="done")
    changes.accept(lock)
    changes.advance(lock, "run")
    changes.finish(lock, OperationState.DONE, None)
    changes.finish(operation("pause"), OperationState.CANCELLED, "A delete came.")
    told = [*changes.notifications(NOW, {"s1": server}.get)]
    assert names(told) == [
        "power_off.error",
        *("delete.start", "shutdown.start", "shutdown.end", "delete.end"),
    ]
    assert told[0].payload["message"] == "No room."


def test_a_notification_of_a_server_that_is_gone_is_none():
    changes = Changes(SETTINGS)
    changes.accept(operation("stop"))
    assert [*changes.notifications(NOW, {}.get)] == []


def test_the_whole_of_a_create_end(server):
    told = played("create", server)[-1]
    assert (told.event_type, told.priority, told.publisher_id) == (
        "compute.instance.create.end",
        "INFO",
        "compute.host1",
    )
    assert told.context == {
        "request_id": "req-1",
        "user_id": "user",
        "user": "user",
        "project_id": "project",
        "tenant": "project",
    }
    assert told.message == {
        "message_id": told.message_id,
        "event_type": "compute.instance.create.end",
        "priority": "INFO",
        "publisher_id": "compute.host1",
        "timestamp": "2030-05-17 12:30:01.250000",
        "payload": told.payload,
    }
    assert told.payload == {
        "tenant_id": "project",
        "user_id": "user",
        "instance_id": "s1",
        "display_name": server.name,
        "reservation_id": "r-1",
        "hostname": server.hostname,
        "instance_type": "m1.small",
        "instance_type_id": "1",
        "instance_flavor_id": "1",
        "memory_mb": 512,
        "vcpus": 1,
        "disk_gb": 3,
        "root_gb": 1,
        "ephemeral_gb": 2,
        "architecture": "x86_64",
        "os_type": "linux",
        "host": "host1",
        "node": "host1",
        "availability_zone": "nova",
        "cell_name": "",
        "created_at": "2030-05-17 12:29:01+00:00",
        "launched_at": "2030-05-17T12:30:00.000000",
        "terminated_at": "",
        "deleted_at": "",
        "image_ref_url": "http://images.example:9292/images/image",
        "image_meta": {"os_type": "linux", "architecture": "x86_64", "base_image_ref": "image"},
        "kernel_id": "",
        "ramdisk_id": "",
        "state": "active",
        "state_description": "",
        "progress": "",
        "access_ip_v4": None,
        "access_ip_v6": None,
        "metadata": {"role": "db"},
        "fixed_ips": [
            {
                "address": "10.0.0.4",
                "version": 4,
                "type": "fixed",
                "label": "private",
                "vif_mac": "fa:16:3e:00:00:01",
                "floating_ips": ["192.0.2.9"],
                "meta": {},
            }
        ],
        "message": "Success",
    }


def test_moments_of_the_end_and_the_host_of_a_server_without_one(server):
    server.host = None
    server.mark_deleted(NOW)
    told = played("delete", server)[-1]
    assert told.publisher_id == "compute.h9"
    assert told.payload["terminated_at"] == "2030-05-17T12:30:01.250000"
    assert told.payload["deleted_at"] == "2030-05-17T12:30:01.250000"
    assert told.payload["state"] == "deleted"


def test_a_resize_names_the_new_flavor_and_a_volume_its_id(server):
    new = replace(server.size, flavor_id="9", flavor_name="m1.large")
    server.move = Move("t", "h1", "nova", "h2", "nova", server.size, new, "active")
    told = played("resize", server)
    assert {one.payload["new_instance_type"] for one in told} == {"m1.large"}
    assert {one.payload["new_instance_type_id"] for one in told} == {"9"}
    attach = operation("attach_volume", params={"volume": "v1"})
    assert payload.of_operation("volume.attach", attach, server) == {"volume_id": "v1"}


@pytest.mark.parametrize(
    ("state_changes", "before", "is_told"),
    [
        (StateChanges.NONE, Before("building", "spawning", "old"), False),
        (StateChanges.VM_STATE, Before("building", None, "name"), True),
        (StateChanges.VM_STATE, Before("active", "rebooting", "name"), False),
        (StateChanges.VM_STATE, Before("active", None, "old"), True),
        (StateChanges.VM_STATE, None, True),
        (StateChanges.VM_AND_TASK_STATE, Before("active", "rebooting", "name"), True),
        (StateChanges.VM_AND_TASK_STATE, Before("active", None, "name"), False),
    ],
)
def test_updates(state_changes, before, is_told, server):
    server.name = "name"
    changes = Changes(replace(SETTINGS, state_changes=state_changes))
    changes.save(server, before)
    # A second change in the transaction does not hide the first one.
    changes.save(server, Before(server.vm_state, server.task_state, server.name))
    assert names(changes.notifications(NOW, lambda _id: None)) == ["update"] * is_told


def test_the_fields_of_an_update_and_its_request(server):
    server.task_state = "powering-off"
    changes = Changes(SETTINGS)
    changes.save(server, Before("building", "spawning", "old"))
    server.task_state = "changed after it was saved"
    with log_context.use(LogContext("req-9", user_id="u9", project_id="p9")):
        (told,) = changes.notifications(NOW, lambda _id: None)
    assert told.context["request_id"] == "req-9"
    assert (told.context["user"], told.context["tenant"]) == ("u9", "p9")
    expected = {
        "state": "active",
        "state_description": "powering-off",
        "old_state": "building",
        "old_task_state": "spawning",
        "new_task_state": "powering-off",
        "old_display_name": "old",
        "audit_period_beginning": "2030-05-01T00:00:00.000000",
        "audit_period_ending": "2030-05-17T12:30:01.250000",
        "bandwidth": {},
    }
    assert expected.items() <= told.payload.items()
