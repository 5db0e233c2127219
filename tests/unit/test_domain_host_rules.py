"""The hosts that a server group and scheduler hints leave."""

from datetime import datetime

import pytest

from computeapi.domain.host_rules import HostRules
from computeapi.domain.hosts import BY_GROUP, BY_HINTS
from computeapi.domain.server_groups import ServerGroup


def group(policy, most=None):
    return ServerGroup("g", "p", "u", "n", policy, most, datetime(2026, 1, 1))


def test_without_rules_every_host_is_as_good_as_the_next():
    rules = HostRules()
    rules.note("a")
    assert (rules.refusal("a"), rules.preference("a")) == (None, 0)


def test_affinity_leaves_the_host_of_the_members():
    assert HostRules(group("affinity"), {"b": 1}).refusal("a") == BY_GROUP
    assert HostRules(group("affinity"), {"b": 1}).refusal("b") is None


def test_affinity_leaves_the_host_of_the_first_server_of_the_request():
    rules = HostRules(group("affinity"))
    assert rules.refusal("a") is None
    rules.note("a")
    assert (rules.refusal("a"), rules.refusal("b")) == (None, BY_GROUP)


@pytest.mark.parametrize(("most", "fitting"), [(None, 1), (1, 1), (3, 3)])
def test_anti_affinity_fills_a_host_up_to_its_rule(most, fitting):
    rules = HostRules(group("anti-affinity", most))
    for _ in range(fitting):
        assert rules.refusal("a") is None
        rules.note("a")
    assert (rules.refusal("a"), rules.refusal("b")) == (BY_GROUP, None)


def test_soft_policies_prefer_hosts_and_exclude_none():
    for policy, best in (("soft-affinity", "b"), ("soft-anti-affinity", "c")):
        rules = HostRules(group(policy), {"a": 1, "b": 2})
        assert [rules.refusal(host) for host in "abc"] == [None] * 3
        assert max("abc", key=rules.preference) == best


def test_hints_leave_hosts():
    rules = HostRules(same_host=frozenset("ab"), different_host=frozenset("b"))
    assert [rules.refusal(host) for host in "abc"] == [None, BY_HINTS, BY_HINTS]
    assert HostRules(same_host=frozenset()).refusal("a") == BY_HINTS
