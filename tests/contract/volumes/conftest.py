"""A server behind each front end, and two volumes."""

import pytest

from tests.contract.volumes.attachments import (
    OTHER_ID,
    VOLUME_ID,
)


@pytest.fixture
def cloud(volume_cloud):
    return volume_cloud


@pytest.fixture
def volumes(cinder, cloud):
    """The volume service, with two volumes."""
    for volume_id in (VOLUME_ID, OTHER_ID):
        cinder.add(volume_id)
    return cinder


@pytest.fixture
def server_id(cloud):
    """The id of an active server."""
    found = cloud.boot().json()["server"]["id"]
    cloud.work()
    return found


@pytest.fixture
def send(cloud, server_id):
    """Send a request about the volumes of the server."""

    def send(method, path="", minor=1, attachment=None, roles="member,reader"):
        headers = {
            "x-auth-token": f"alice:p1:{roles}",
            "openstack-api-version": f"compute 2.{minor}",
        }
        body = attachment and {"volumeAttachment": attachment}
        url = f"/v2.1/servers/{server_id}/os-volume_attachments{path}"
        return cloud.request(method, url, body, headers)

    return send


@pytest.fixture
def show(cloud, server_id):
    """Return the server's document."""

    def show(minor=1):
        headers = {
            "x-auth-token": "alice:p1:member,reader",
            "openstack-api-version": f"compute 2.{minor}",
        }
        return cloud.request("GET", f"/v2.1/servers/{server_id}", headers=headers).json()["server"]

    return show


@pytest.fixture
def plugged(cloud, server_id):
    """Return the volumes that the server's guest has."""
    return lambda: cloud.driver._records.read(server_id)["volumes"]


@pytest.fixture
def attached(cloud, send, volumes):
    """Attach a volume, and return its path."""
    assert send("POST", minor=79, attachment={"volumeId": VOLUME_ID, "tag": "data"}).status == 200
    cloud.work()
    return f"/{VOLUME_ID}"
