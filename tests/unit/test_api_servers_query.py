"""The requests that queries of lists of servers make."""

from datetime import datetime
from types import SimpleNamespace

import pytest

from computeapi.api.servers import query
from computeapi.api.servers import status as servers
from computeapi.api.versions import MAX, MIN, Version
from computeapi.domain.errors import Invalid
from computeapi.domain.servers import TaskState, VmState


def listed(version=MAX, **params):
    params = {name.replace("__", "-"): found for name, found in params.items()}
    return query.list_request(params, 10, version)


def server(vm_state, task_state=None):
    return SimpleNamespace(vm_state=vm_state, task_state=task_state)


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
    assert filters.matches == {"name": "^w", "reservation_id": "r"}
    assert filters.equals == {
        "image_id": ["i"], "flavor_id": ["42"], "host": ["h"],
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


def test_addresses_of_the_sixth_version_came_with_a_microversion_for_all_callers():
    assert listed(MIN, ip=["1"], ip6=["::"]).filters.matches == {"ip": "1", "ip6": "::"}
    assert "ip6" not in listed(Version(2, 4)).filters.public
    assert "ip6" in listed(Version(2, 5)).filters.public


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
    assert listed(Version(2, 37), status=["HAPPY"]).filters.states == []
    assert listed(status=["SOFT_DELETED"]).filters.states == [("soft-delete", None)]


def test_a_status_that_there_is_not_is_refused_since_2_38():
    with pytest.raises(Invalid):
        listed(Version(2, 38), status=["HAPPY"])
    assert listed(status=["HAPPY", "active"]).filters.states


def test_filters_by_tags():
    tags = [(f.tags, f.every, f.present) for f in listed(
        tags=["a,b"], tags__any=["c"], not__tags=["d"], not__tags__any=["e", "f,g"]
    ).filters.tags]  # fmt: skip
    assert tags == [
        (["a", "b"], True, True),
        (["c"], False, True),
        (["d"], True, False),
        (["f", "g"], False, False),
    ]
    assert listed(Version(2, 25), tags=["a"]).filters.tags == []


def test_changes_before():
    day, next_day = "2020-01-02", "2020-01-03"
    filters = listed(changes__since=[day], changes__before=[day]).filters
    assert filters.changes_before == filters.changes_since == datetime(2020, 1, 2)
    assert listed(changes__before=[day]).filters.deleted is None
    assert listed(Version(2, 65), changes__before=["x"]).filters.changes_before is None
    with pytest.raises(Invalid):
        listed(changes__since=[next_day], changes__before=[day])


def test_locked():
    assert listed(locked=["yes"], sort_key=["locked"]).filters.equals == {"locked": [True]}
    assert listed(sort_key=["locked"]).page.sort == (("locked", "desc"), ("created_at", "asc"))
    older = listed(Version(2, 72), locked=["x"], sort_key=["locked"])
    assert older.filters.equals == {}
    assert older.page.sort == ()
    with pytest.raises(Invalid):
        listed(locked=["perhaps"])


@pytest.mark.parametrize("params", [{"sort_key": ["memory_mb"]}, {"memory_mb": ["1"]}])
def test_what_strict_queries_do_not_know(params):
    listed(Version(2, 74), **params)
    with pytest.raises(Invalid):
        listed(Version(2, 75), **params)


def test_filters_of_every_caller_by_version():
    def added(minor):
        before, after = (query.public_filters(Version(2, m)) for m in (minor - 1, minor))
        return after - before

    assert added(73) == {"locked"}
    assert added(90) == {"hostname"}
    assert len(added(83)) == 11
    assert listed().filters.public == query.public_filters(MAX)


def test_filters_by_what_all_servers_have_in_common():
    filters = listed(root_device_name=["vda"], kernel_id=["."]).filters
    assert sorted(filters.constants) == [("", "."), ("/dev/vda", "vda")]


def test_filters_by_moments():
    filters = listed(created_at=["x"], launched_at=["^2020"]).filters
    assert filters.matches == {"created_at": "x", "launched_at": "^2020"}


@pytest.mark.parametrize("name", ["memory_mb", "root_gb", "os_type", "key_data", "unknown"])
def test_filters_that_there_are_not_are_left_out(name):
    assert listed(Version(2, 74), **{name: ["1"]}) == listed(Version(2, 74))


@pytest.mark.parametrize(
    "name", ["metadata", "system_metadata", "security_groups", "_x", "__init__"]
)
def test_no_server_can_be_filtered_by_these(name):
    request = query.list_request({name: ["x"], "unknown": ["x"]}, 10, Version(2, 74))
    assert request.filters.unfilterable == [name]
