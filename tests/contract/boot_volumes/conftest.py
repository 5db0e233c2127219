"""A server that boots from a volume, behind each front end."""

import pytest

from tests.contract.boot_volumes.devices import blank, from_volume


@pytest.fixture
def cloud(volume_cloud):
    return volume_cloud


@pytest.fixture
def boot(cloud):
    """Ask for a server; return the answer."""

    def boot(*devices, form="block_device_mapping_v2", minor=67, roles="member,reader", **more):
        headers = {
            "x-auth-token": f"alice:p1:{roles}",
            "openstack-api-version": f"compute 2.{minor}",
        }
        given = {"name": "s", "flavorRef": "42", form: list(devices), "networks": "auto"}
        body = {"server": given | more}
        return cloud.request("POST", "/v2.1/servers", body, headers)

    return boot


@pytest.fixture
def show(cloud):
    def show(server_id):
        headers = {
            "x-auth-token": "alice:p1:member,reader",
            "openstack-api-version": "compute 2.70",
        }
        shown = cloud.request("GET", f"/v2.1/servers/{server_id}", headers=headers).json()["server"]
        path = f"/v2.1/servers/{server_id}/os-volume_attachments"
        found = cloud.request("GET", path, headers=headers).json()["volumeAttachments"]
        return shown, found

    return show


@pytest.fixture
def server_id(cloud, cinder, boot):
    """The id of an active server that boots from a volume and has another one."""
    data = blank(cinder, boot_index=None, device_name="/dev/vdc", tag="data")
    found = boot(from_volume(cinder, boot_index=0), data).json()["server"]["id"]
    cloud.work()
    return found


@pytest.fixture
def act(cloud, server_id):
    """Ask for an action on the server as an administrator; return the answer."""

    def act(action, minor=1):
        headers = {
            "x-auth-token": "alice:p1:admin,member,reader",
            "openstack-api-version": f"compute 2.{minor}",
        }
        answer = cloud.request("POST", f"/v2.1/servers/{server_id}/action", action, headers)
        cloud.work()
        return answer

    return act
