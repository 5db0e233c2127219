"""Every operation on a server that is on no host: none of them breaks down."""

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from computeapi.api.versions import MAX
from computeapi.domain.servers import Server
from tests import fast_yaml

DATA = fast_yaml.load((Path(__file__).parent / "scopes.yaml").read_text())
OPERATIONS = [e for e in DATA["operations"] if "/servers/{server_id}" in e["request"]]
ADMIN = {"x-auth-token": "root:p1:admin,member,reader"}
#: What the braces in a request stand for, beside the server's id; other names are unknown.
NAMES = {"key": "k", "tag": "red", "network_label": "private"}


@pytest.fixture
def shelved(cloud) -> Server:
    """A server that was shelved, and is on no host."""
    server_id = cloud.boot().json()["server"]["id"]
    cloud.work()
    cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"shelve": None}, ADMIN)
    cloud.work()
    with cloud.db.read() as tx:
        server = tx.servers.get(server_id)
    assert (server.vm_state, server.host) == ("shelved_offloaded", None)
    return server


def send(cloud: Any, operation: dict[str, Any], server: Server) -> int:
    """Send a request for an operation on a server; return the status."""
    method, _, path = operation["request"].partition(" ")
    for key, value in (NAMES | {"server_id": server.id}).items():
        path = path.replace(f"{{{key}}}", value)
    headers = ADMIN | {"openstack-api-version": f"compute {operation.get('version', MAX)}"}
    status: int = cloud.request(method, f"/v2.1{path}", operation.get("body"), headers).status
    return status


@pytest.mark.parametrize("vm_state", ["shelved_offloaded", "active"])
def test_no_operation_on_a_server_on_no_host_breaks_down(cloud, shelved, vm_state):
    """Administrators give servers other states, so that one of any state may be on no host."""
    assert len(OPERATIONS) > 60
    wrong = []
    for operation in OPERATIONS:
        more = {"vm_state": vm_state, "metadata": {"k": "v"}, "tags": ["red"]}
        server = replace(shelved, id=str(uuid.uuid4()), **more)
        with cloud.db.write() as tx:
            tx.servers.add(server)
        status = send(cloud, operation, server)
        cloud.work()
        with cloud.db.read() as tx:
            row = tx.servers.get(server.id)
            claims = [claim.host for claim in tx.claims.of_server(server.id)]
        is_settled = row is None or row.task_state is None
        hosts = [row.host] if row is not None and row.host else []
        # What the hypervisors and networks here cannot do is a 501.
        if (status >= 500 and status != 501) or not is_settled or claims != hosts:
            wrong.append((operation, status, row, claims))
    assert wrong == []
