"""The statuses of hosts that servers show."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from computeapi.domain.hosts import Host
from computeapi.service.servers.listing import HostStatuses

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
