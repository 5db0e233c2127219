"""Servers of a group, and of a quota, when many requests come at once."""

import threading
from collections import Counter
from datetime import timedelta

import pytest

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, QuotaExceeded
from computeapi.domain.hosts import Ratios
from computeapi.domain.quotas import Quotas
from computeapi.domain.server_groups import ServerGroup
from computeapi.domain.servers import NewServer
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.creation_limits import allowance
from computeapi.service.servers.placement import (
    CountedPlacement,
    Destination,
    NotPlaced,
    RankedPlacement,
    SchedulingOptions,
)

GROUP = "11111111-1111-4111-8111-111111111111"
OPTIONS = SchedulingOptions(Ratios(1, 1, 1), host_down_after=600)
UNLIMITED = Quotas(instances=-1, cores=-1, ram=-1, server_group_members=-1)
CALLER = Context("user", "project", "req-1")


@pytest.fixture
def make_cloud(database, make_host):
    """A function that makes hosts of four processors each, and a server group."""

    def make_cloud(policy="affinity", most=None, hosts=4, **limits):
        with database.write() as tx:
            for number in range(hosts):
                name, seen_at = f"host{number}", tx.now()
                sizes = {"vcpus": 4, "memory_mb": 4096, "disk_gb": 40}
                tx.hosts.report(make_host(name, seen_at=seen_at, **sizes))
            tx.server_groups.add(
                ServerGroup(GROUP, "project", "user", "g", policy, most, tx.now() - timedelta(1))
            )
            tx.quotas.set_project("project", limits)

    return make_cloud


@pytest.fixture
def boot(database, make_server):
    """A function that does what a request for servers does; it returns their hosts."""

    def boot(count=1, context=CALLER, **hints):
        new = NewServer("s", "1", min_count=count, scheduler_hints={"group": GROUP, **hints})
        for kind in (RankedPlacement, CountedPlacement):
            try:
                with database.write() as tx:
                    each = make_server().usage
                    allowed = allowance(tx, context, new, each, QuotaReader(UNLIMITED))
                    placement = kind(Destination(), tx, OPTIONS, allowed.rules)
                    servers = []
                    for _ in range(allowed.count):
                        group_id = allowed.group.id if allowed.group else None
                        servers.append(make_server(host=None, server_group_id=group_id))
                        placement.place(servers[-1])
                        tx.servers.add(servers[-1])
                    placement.note()
            except NotPlaced:
                continue
            return servers
        raise AssertionError("the count of all hosts always ends")

    return boot


def at_once(boot, requests, **arguments):
    """Return the servers of requests at the same time, and the errors of those refused."""
    servers, errors, begin = [], [], threading.Barrier(requests)

    def ask():
        try:
            begin.wait(60)
            servers.extend(boot(**arguments))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return servers, errors


@pytest.mark.parametrize(("most", "fitting"), [(None, 1), (2, 2)])
def test_anti_affinity_holds_when_many_ask_at_once(make_cloud, boot, most, fitting):
    make_cloud("anti-affinity", most, hosts=3)
    servers, errors = at_once(boot, 8)
    assert errors == []
    hosts = Counter(server.host for server in servers if server.host)
    assert hosts == dict.fromkeys(("host0", "host1", "host2"), fitting)
    failed = [server.fault.message for server in servers if server.host is None]
    assert len(failed) == 8 - 3 * fitting
    assert all("3 are excluded by the server group" in message for message in failed)


def test_affinity_holds_when_many_ask_at_once(make_cloud, boot):
    make_cloud("affinity")
    servers, errors = at_once(boot, 6)
    assert errors == []
    assert sorted(Counter(server.host for server in servers).values()) == [2, 4]
    assert sum(server.host is None for server in servers) == 2


def test_servers_of_one_request_count_for_each_other(make_cloud, boot):
    make_cloud("anti-affinity")
    assert sorted(server.host for server in boot(4)) == ["host0", "host1", "host2", "host3"]


def test_soft_policies_do_what_they_can(make_cloud, boot):
    make_cloud("soft-anti-affinity", hosts=2)
    assert Counter(server.host for server in boot(6)) == {"host0": 3, "host1": 3}


def test_soft_affinity_goes_on_to_the_next_host(make_cloud, boot):
    make_cloud("soft-affinity", hosts=2)
    assert sorted(Counter(server.host for server in boot(6)).values()) == [2, 4]


def test_members_are_bounded_when_many_ask_at_once(make_cloud, boot, database):
    make_cloud("soft-affinity", server_group_members=5)
    servers, errors = at_once(boot, 8)
    assert len(servers) == 5
    assert [str(error) for error in errors] == ["Quota exceeded, too many servers in group"] * 3
    with database.read() as tx:
        assert tx.server_groups.count_members(GROUP) == 5


def test_instances_are_bounded_when_many_ask_at_once(make_cloud, boot):
    make_cloud("soft-affinity", instances=5)
    servers, errors = at_once(boot, 8)
    assert len(servers) == 5
    assert [type(error) for error in errors] == [QuotaExceeded] * 3


def test_the_limit_of_a_user_holds_beside_that_of_the_project(make_cloud, boot, database):
    make_cloud("soft-affinity", cores=4)
    with database.write() as tx:
        tx.quotas.set_user("project", "user", {"cores": 1})
    boot()
    with pytest.raises(QuotaExceeded, match="cores"):
        boot()


def test_a_group_of_another_project_is_none(make_cloud, boot, database):
    make_cloud()
    with pytest.raises(Invalid, match=f"Instance group {GROUP} could not be found"):
        boot(context=Context("user", "other", "req-1"))
    with database.write() as tx:
        tx.server_groups.delete(GROUP)
    with pytest.raises(Invalid):
        boot()


def test_servers_go_where_hints_lead(make_cloud, boot):
    make_cloud()
    first = boot(group=None)[0]
    assert boot(group=None, same_host=[first.id])[0].host == first.host
    assert boot(group=None, different_host=first.id)[0].host != first.host
    contrary = boot(group=None, same_host=first.id, different_host=[first.id])[0]
    assert (contrary.host, contrary.vm_state) == (None, "error")
    assert "4 are excluded by scheduler hints" in contrary.fault.message


@pytest.mark.parametrize("hint", ["same_host", "different_host"])
def test_a_hint_that_names_no_server_leaves_every_host(make_cloud, boot, hint):
    make_cloud()
    first = boot(group=None)[0]
    unknown = "99999999-9999-4999-8999-999999999999"
    assert boot(group=None, **{hint: unknown})[0].host != first.host
    # Nor does one of a project that the caller has nothing to do with.
    other = Context("user", "other", "req-1")
    assert boot(group=None, context=other, **{hint: first.id})[0].host != first.host
