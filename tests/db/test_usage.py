"""The use of servers: periods that begin and end with what is saved, and what is made of them."""

import dataclasses
from datetime import datetime, timedelta

import pytest

from computeapi.domain.errors import MarkerNotFound
from computeapi.domain.servers import ALL_PROJECTS
from computeapi.domain.usage import UsagePage, UsageWindow

NOON = datetime(2026, 11, 27, 12)
HOUR = timedelta(hours=1)


def window(start=-24, stop=0):
    return UsageWindow(NOON + start * HOUR, NOON + stop * HOUR, NOON)


@pytest.fixture
def add(database, make_server):
    """A function that adds a server; it was launched so many hours before noon."""

    def add(hours, **fields):
        server = make_server(vcpus=2, memory_mb=1024, disk_gb=10, ephemeral_gb=1, **fields)
        with database.write() as tx:
            tx.servers.add(server)
            server.launched_at = server.updated_at = NOON - hours * HOUR
            tx.servers.save(server)
        return server

    return add


@pytest.fixture
def save(database):
    def save(server, hours, **fields):
        for name, value in fields.items():
            setattr(server, name, value)
        with database.write() as tx:
            server.updated_at = NOON - hours * HOUR
            if fields.get("deleted"):
                server.mark_deleted(server.updated_at)
            tx.servers.save(server)

    return save


@pytest.fixture
def usage(database):
    """A function that returns the page of a window."""

    def usage(shown=None, project_id=ALL_PROJECTS, limit=None, marker=None):
        shown = shown or window()
        with database.read() as tx:
            page = tx.usage.of_servers(shown, project_id, limit, marker)
        return UsagePage.of(shown, page.items, page.more)

    return usage


def totals(project):
    return project.hours, project.vcpu_hours, project.memory_mb_hours, project.disk_gb_hours


def test_a_server_is_used_from_its_launch_to_its_delete(add, save, usage):
    server = add(10)
    (project,) = usage().projects
    assert totals(project) == (10, 20, 10240, 110)
    save(server, 4, deleted=True)
    (project,) = usage().projects
    assert totals(project) == (6, 12, 6144, 66)
    (shown,) = project.servers
    assert (shown.state, shown.ended_at) == ("terminated", NOON - 4 * HOUR)
    assert shown.uptime(NOON) == 6 * 3600


def test_a_resize_counts_each_size_for_its_time(add, save, usage):
    server = add(10, flavor_name="m1.small")
    save(server, 6, vcpus=4, flavor_name="m1.medium")
    save(server, 5, vm_state="shelved_offloaded", host=None)
    save(server, 4, vm_state="active", host="host2")
    save(server, 2, vcpus=2, flavor_name="m1.small")
    (project,) = usage().projects
    assert totals(project)[:2] == (10, 4 * 2 + 4 * 4 + 2 * 2)
    (shown,) = project.servers
    assert [(p.flavor_name, p.vcpus) for p in shown.periods] == [
        ("m1.small", 2), ("m1.medium", 4), ("m1.small", 2),
    ]  # fmt: skip


def test_a_save_that_changes_no_size_begins_nothing(add, save, usage):
    server = add(3)
    for vm_state in ("stopped", "error", "active"):
        save(server, 1, vm_state=vm_state, task_state=None)
    (project,) = usage().projects
    assert [len(server.periods) for server in project.servers] == [1]


def test_a_server_that_was_never_launched_is_not_used(database, make_server, usage):
    server = make_server(host=None)
    with database.write() as tx:
        tx.servers.add(server)
        tx.servers.save(server)
        server.mark_deleted(NOON)
        tx.servers.save(server)
    assert usage().projects == ()


@pytest.mark.parametrize(
    ("start", "stop", "hours"),
    [(-24, 0, 6), (-9, -5, 4), (-24, -9, 1), (-5, 24, 1), (-24, -10, None), (-4, 0, None)],
)
def test_only_the_hours_within_the_window_count(add, save, usage, start, stop, hours):
    save(add(10), 4, deleted=True)
    projects = usage(window(start, stop)).projects
    assert [project.hours for project in projects] == ([] if hours is None else [hours])


def test_no_hours_to_come_are_counted(add, usage):
    add(2)
    assert [project.hours for project in usage(window(-1, 24)).projects] == [1]


def test_pages_are_of_servers_in_the_order_of_their_projects(add, save, usage):
    servers = [add(1, project_id=project) for project in ("b", "a", "b", "a", "c")]
    save(servers[3], 0.5, vcpus=8)
    ordered = sorted(servers, key=lambda server: (server.project_id, server.id))
    seen, marker = [], None
    for _ in range(3):
        page = usage(limit=2, marker=marker)
        seen.append([(p.project_id, s.server_id) for p in page.projects for s in p.servers])
        marker = page.marker
    expected = [(server.project_id, server.id) for server in ordered]
    assert seen == [expected[:2], expected[2:4], expected[4:]]
    assert marker is None
    assert usage(limit=0).projects == ()
    (project,) = usage(project_id="b", limit=1, marker=servers[0].id).projects
    assert [s.server_id for s in project.servers] == [servers[2].id]
    for marker in ("unknown", servers[1].id):
        with pytest.raises(MarkerNotFound):
            usage(project_id="b", marker=marker)


def test_servers_are_counted_by_host(add, save, database):
    save(add(10), 4, deleted=True)
    add(8)
    add(2, host="host2")
    with database.read() as tx:
        counts = [
            tx.usage.count_by_host(NOON + start * HOUR, NOON + stop * HOUR)
            for start, stop in ((-24, 0), (-24, -9), (-3, -1), (-99, -50))
        ]
    assert counts == [{"host1": 2, "host2": 1}, {"host1": 1}, {"host1": 1, "host2": 1}, {}]


def test_totals_of_many_servers(add, usage):
    for hours in (1, 2, 3):
        add(hours, project_id="p")
    (project,) = usage(project_id="p").projects
    assert totals(project) == (6, 12, 6144, 66)
    assert dataclasses.replace(project, servers=()).hours == 0
