"""Security groups, floating IPs and networks of a small Neutron, over HTTP."""

import pytest

from computeapi import network
from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.networks import CloudNetwork
from computeapi.domain.security_groups import RuleRequest

CALLER = Context("alice", "p1", "req-1", frozenset({"member"}), token="alice:p1:member")
UNKNOWN = "00000000-0000-4000-8000-000000000000"
EXTERNAL = {"router:external": True}


@pytest.fixture
def groups(neutron_conf):
    return network.load_security_groups(neutron_conf)


@pytest.fixture
def addresses(neutron_conf):
    return network.load_floating_ips(neutron_conf)


@pytest.fixture
def networks(neutron_conf):
    return network.load_networks(neutron_conf)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, errors.Forbidden),
        (403, errors.Forbidden),
        (429, errors.NetworkUnreachable),
        (503, errors.NetworkUnreachable),
    ],
)
def test_neutron_refuses_or_is_of_no_use_now(neutron, groups, addresses, networks, status, error):
    neutron.status = status
    http = RuleRequest(UNKNOWN, None, "tcp", 80, 80).rule()
    for call in (
        lambda: groups.list(CALLER, False),
        lambda: groups.create(CALLER, "web", ""),
        lambda: groups.update(CALLER, UNKNOWN, "web", ""),
        lambda: groups.delete(CALLER, UNKNOWN),
        lambda: groups.add_rule(CALLER, http),
        lambda: groups.remove_rule(CALLER, UNKNOWN),
        lambda: addresses.list(CALLER),
        lambda: addresses.create(CALLER, None),
        lambda: addresses.delete(CALLER, UNKNOWN),
        lambda: networks.list(CALLER),
    ):
        with pytest.raises(error):
            call()


def test_a_caller_without_a_token(groups, addresses, networks):
    caller = Context("alice", "p1", "req-1")
    for call in (
        lambda: groups.create(caller, "web", ""),
        lambda: addresses.create(caller, None),
        lambda: networks.list(caller),
    ):
        with pytest.raises(errors.Forbidden):
            call()


def test_neutron_decides_which_groups_of_other_projects_a_caller_sees(neutron, groups):
    for name, project in (("web", "p1"), ("lb", "p2")):
        neutron.group(name, project)
    assert [one.name for one in groups.list(CALLER, False)] == ["web"]
    assert [one.name for one in groups.list(CALLER, True)] == ["web"]
    neutron.kept["security-groups"][neutron.group("shared", "p2")]["shared"] = True
    assert [one.name for one in groups.list(CALLER, True)] == ["web", "shared"]


def test_many_sources_of_rules_are_read_in_few_requests(neutron, groups):
    web = neutron.group("web")
    sources = [neutron.group(f"source{number}") for number in range(60)]
    for source in sources:
        neutron.rule(web, protocol="tcp", remote_group_id=source)
    neutron.asked.clear()
    found = groups.get(CALLER, web)
    assert {rule.source.id for rule in found.rules} == set(sources)
    assert len(neutron.asked) == 3


def test_a_rule_that_another_request_made_meanwhile(neutron, groups, monkeypatch):
    web = neutron.group("web")
    http = RuleRequest(web, None, "TCP", "80", 80).rule()
    made = groups.add_rule(CALLER, http)
    assert (made.protocol, made.from_port, made.cidr) == ("tcp", 80, "0.0.0.0/0")
    stale = groups.get(CALLER, neutron.group("empty"))
    monkeypatch.setattr(groups, "get", lambda *_: stale)
    with pytest.raises(errors.Invalid, match="has this rule already"):
        groups.add_rule(CALLER, http)


def test_the_pool_that_is_configured(neutron, neutron_conf):
    for name in ("public", "other"):
        neutron.network(name, cidr="203.0.113.0/29", **EXTERNAL)
    with pytest.raises(errors.Invalid):
        network.load_floating_ips(neutron_conf).create(CALLER, None)
    neutron_conf.set_override("default_floating_pool", "other", "neutron")
    assert network.load_floating_ips(neutron_conf).create(CALLER, None).pool == "other"
    assert network.load_floating_ips(neutron_conf).create(CALLER, "public").pool == "public"


def test_a_neutron_without_routers_has_no_floating_ips(addresses, monkeypatch):
    def refuse(*_arguments, **_more):
        raise errors.NotFound("The resource could not be found.")

    monkeypatch.setattr(addresses._calls, "as_caller", refuse)
    assert list(addresses.list(CALLER)) == []
    with pytest.raises(errors.NotFound):
        addresses.get(CALLER, UNKNOWN)


def test_networks_that_the_caller_may_see(neutron, networks):
    own = neutron.network("private")
    shared = neutron.network("shared", project="p2", shared=True)
    hidden = neutron.network("hidden", project="p2")
    assert list(networks.list(CALLER)) == [
        CloudNetwork(own, "private"),
        CloudNetwork(shared, "shared"),
    ]
    assert networks.get(CALLER, shared).name == "shared"
    with pytest.raises(errors.NotFound):
        networks.get(CALLER, hidden)
