"""The hosts that servers show."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from computeapi.domain.hosts import Host
from computeapi.policies.servers.listing import HOST_STATUS, HOST_STATUS_UNKNOWN
from computeapi.service.servers.listing import HostFacts, HostStatuses, Listing

NOW = datetime(2026, 11, 27)
HOST = Host("h", None, "h", "QEMU", 1, 1, 1, 1, True, NOW, NOW)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "UP"),
        ({"seen_at": NOW - timedelta(seconds=61)}, "UNKNOWN"),
        ({"enabled": False}, "MAINTENANCE"),
        ({"enabled": False, "seen_at": NOW - timedelta(days=1)}, "MAINTENANCE"),
        ({"enabled": False, "forced_down": True}, "DOWN"),
    ],
)
def test_the_status_of_a_host(changes, status):
    assert replace(HOST, **changes).status(NOW, 60) == status


@pytest.mark.parametrize(
    ("host", "every", "unknown_only"),
    [("up", "UP", None), ("lost", "UNKNOWN", "UNKNOWN"), (None, "", None), ("gone", "", None)],
)
def test_the_status_of_the_host_of_a_server(host, every, unknown_only):
    server, statuses = SimpleNamespace(host=host), {"up": "UP", "lost": "UNKNOWN"}
    assert HostStatuses(statuses).of(server) == every
    assert HostStatuses(statuses, unknown_only=True).of(server) == unknown_only


@pytest.mark.parametrize(
    ("allowed", "nodes", "statuses", "reads", "expected"),
    [
        ([HOST_STATUS], True, True, 1, HostFacts({"h": "h"}, HostStatuses({"h": "UP"}))),
        ([HOST_STATUS], False, True, 1, HostFacts({}, HostStatuses({"h": "UP"}))),
        ([HOST_STATUS_UNKNOWN], False, True, 1, HostFacts({}, HostStatuses({"h": "UP"}, True))),
        ([HOST_STATUS], True, False, 1, HostFacts({"h": "h"})),
        ([], True, True, 1, HostFacts({"h": "h"})),
        ([], False, True, 0, HostFacts()),
        ([HOST_STATUS], False, False, 0, HostFacts()),
    ],
)
def test_the_hosts_are_read_once(allowed, nodes, statuses, reads, expected):
    found = []

    def hosts():
        found.append(HOST)
        return [HOST]

    tx = SimpleNamespace(now=lambda: NOW, hosts=SimpleNamespace(list=hosts))
    acceptance = SimpleNamespace(db=SimpleNamespace(read=lambda: nullcontext(tx)))
    policy = SimpleNamespace(allows=lambda _context, rule, _target: rule in allowed)
    listing = Listing(acceptance, policy, host_down_after=60)
    assert listing.host_facts(None, nodes=nodes, statuses=statuses) == expected
    assert len(found) == reads
