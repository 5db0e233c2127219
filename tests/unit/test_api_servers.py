"""Statuses, and what queries of lists of servers ask for."""

from datetime import datetime
from types import SimpleNamespace

import pytest

from computeapi.api import servers
from computeapi.api.versions import MAX, MIN, Version
from computeapi.domain.errors import Invalid
from computeapi.domain.servers import TaskState, VmState


def listed(version=MAX, **params):
    return servers.list_request({k.replace("__", "-"): v for k, v in params.items()}, 10, version)


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
        ("error", None, "ERROR"),
        ("deleted", None, "DELETED"),
    ],
)
def test_status(vm_state, task_state, status):
    assert servers.status(server(vm_state, task_state)) == status


def test_every_state_has_a_status():
    for vm_state in VmState:
        for task_state in (None, *TaskState):
            assert servers.status(server(vm_state, task_state)).isupper()


def test_a_status_finds_the_servers_that_have_it():
    for vm_state in VmState:
        for task_state in (None, *TaskState):
            status = servers.status(server(vm_state, task_state))
            for asked in {
                servers.status(server(v, t)) for v in VmState for t in (None, *TaskState)
            }:
                states = listed(status=[asked]).filters.states
                found = any(
                    vm == vm_state and (tasks is None or task_state in tasks)
                    for vm, tasks in states
                )
                assert found == (asked == status), (vm_state, task_state, asked)


def test_progress_is_of_what_is_or_becomes_active():
    shown = {s for s in VmState if servers.status(server(s)) in servers.WITH_PROGRESS}
    assert shown == {"building", "active"}
    assert servers.status(server("active", "rebooting")) not in servers.WITH_PROGRESS


def test_a_host_has_another_name_for_each_project():
    one, two = servers.host_id("p1", "h1"), servers.host_id("p2", "h1")
    assert one != two
    assert len(one) == 56
    assert servers.host_id("p1", "h2") != one
    assert servers.host_id("p1", None) == servers.host_id("p1", "") == ""


def test_nothing_asked_for():
    request = listed()
    assert request.filters.deleted is False
    assert request.filters.states is None
    assert request.filters.equals == request.filters.matches == {}
    assert request.page.limit == 10
    assert not request.all_projects


def test_filters_by_their_names():
    filters = listed(
        name=["^w"], image=["i"], flavor=["http://x/flavors/42"], reservation_id=["r"],
        host=["h"], task_state=["deleting"], tenant_id=["p"], launch_index=["2"],
        config_drive=["yes"],
    ).filters  # fmt: skip
    assert filters.matches == {"name": "^w"}
    assert filters.equals == {
        "image_id": ["i"], "flavor_id": ["42"], "reservation_id": ["r"], "host": ["h"],
        "launch_index": [2], "config_drive": [True],
    }  # fmt: skip
    assert filters.task_states == {"deleting"}
    assert filters.project_id == "p"


def test_a_value_that_makes_no_sense_is_nobodys():
    assert listed(power_state=["on", "1"]).filters.equals == {"power_state": [1]}
    assert listed(power_state=["on"]).filters.equals == {"power_state": []}


@pytest.mark.parametrize("name", ["name", "ip", "hostname"])
def test_an_empty_regular_expression_is_none(name):
    with pytest.raises(Invalid):
        listed(**{name: [""]})


def test_addresses_of_the_sixth_version_came_with_a_microversion():
    assert listed(MIN, ip6=["::"]).filters.matches == {}
    assert listed(Version(2, 5), ip6=["::"]).filters.matches == {"addresses": "::"}
    assert listed(MIN, ip=["1"], ip6=["::"]).filters.matches == {"addresses": "1"}


@pytest.mark.parametrize(
    ("params", "deleted"),
    [
        ({}, False),
        ({"changes__since": ["2020-01-01"]}, None),
        ({"deleted": ["true"]}, True),
        ({"deleted": ["nonsense"]}, False),
        ({"status": ["deleted"]}, True),
        ({"status": ["DELETED", "ACTIVE"]}, False),
        ({"deleted": ["1"], "changes__since": ["2020-01-01"]}, True),
    ],
)
def test_whether_deleted_ones_show(params, deleted):
    assert listed(**params).filters.deleted is deleted


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-01-02T03:04:05Z", datetime(2020, 1, 2, 3, 4, 5)),
        ("2020-01-02T03:04:05", datetime(2020, 1, 2, 3, 4, 5)),
        ("2020-01-02T03:04:05.5", datetime(2020, 1, 2, 3, 4, 5, 500000)),
        ("2020-01-02T03:04:05+02:00", datetime(2020, 1, 2, 1, 4, 5)),
        ("2020-01-02T03:04:05 02:00", datetime(2020, 1, 2, 1, 4, 5)),  # a "+" not escaped
        ("2020-01-02", datetime(2020, 1, 2)),
    ],
)
def test_a_moment(text, moment):
    assert listed(changes__since=[text]).filters.changes_since == moment


@pytest.mark.parametrize("text", ["yesterday", "", "2020-13-01", "0"])
def test_no_moment(text):
    with pytest.raises(Invalid):
        listed(changes__since=[text])


@pytest.mark.parametrize(
    ("value", "all_projects"), [("1", True), ("", True), ("0", False), ("False", False)]
)
def test_all_projects(value, all_projects):
    assert listed(all_tenants=[value]).all_projects is all_projects


def test_all_projects_perhaps():
    with pytest.raises(Invalid):
        listed(all_tenants=["perhaps"])


def test_a_status_that_there_is_not_matches_nothing():
    assert listed(status=["HAPPY"]).filters.states == []
