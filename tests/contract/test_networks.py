"""Both front ends with a network service that can attach and detach interfaces."""

from typing import Any

import pytest

from computeapi.domain.context import Context
from computeapi.domain.networks import FixedIp, Interface, NewInterface
from computeapi.domain.servers import Server
from computeapi.network import UserModeNetwork

NETWORK_ID, SUBNET_ID, PORT_ID = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")


class Attaching(UserModeNetwork):
    """Attaches every interface that is asked for."""

    def __init__(self) -> None:
        self.detached: list[str] = []

    def attach(self, context: Context, server: Server, new: NewInterface) -> Interface:
        """Attach an interface."""
        address = FixedIp(str(new.address), SUBNET_ID)
        return Interface(
            PORT_ID, str(new.network_id), "fa:16:3e:00:00:01", "DOWN", (address,), new.tag
        )

    def detach(self, context: Context, server: Server, port_id: str) -> None:
        """Detach an interface."""
        self.detached.append(port_id)


@pytest.fixture
def network(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Attaching:
    found = Attaching()
    monkeypatch.setattr(cloud.services.servers.interfaces, "_network", found)
    return found


@pytest.fixture
def path(cloud: Any) -> str:
    """The path of the interfaces of an active server."""
    server_id = cloud.boot().json()["server"]["id"]
    cloud.work()
    return f"/v2.1/servers/{server_id}/os-interface"


@pytest.mark.parametrize(("minor", "shown"), [(49, {}), (70, {"tag": "public"})])
def test_an_interface_is_attached(
    cloud: Any, network: Attaching, path: str, minor: int, shown: dict[str, str]
) -> None:
    wanted = {"net_id": NETWORK_ID, "fixed_ips": [{"ip_address": "192.0.2.7"}], "tag": "public"}
    headers = {
        "x-auth-token": "alice:p1:member,reader",
        "openstack-api-version": f"compute 2.{minor}",
    }
    response = cloud.request("POST", path, {"interfaceAttachment": wanted}, headers)
    assert response.status == 200
    assert response.json() == {
        "interfaceAttachment": {
            "fixed_ips": [{"ip_address": "192.0.2.7", "subnet_id": SUBNET_ID}],
            "mac_addr": "fa:16:3e:00:00:01",
            "net_id": NETWORK_ID,
            "port_id": PORT_ID,
            "port_state": "DOWN",
            **shown,
        }
    }


def test_an_interface_is_detached(cloud: Any, network: Attaching, path: str) -> None:
    response = cloud.request("DELETE", f"{path}/{PORT_ID}")
    assert (response.status, response.body, network.detached) == (202, b"", [PORT_ID])
