"""Both front ends with a service for shared file systems."""

from dataclasses import asdict

import pytest

from computeapi.domain.shares import ShareAttachment
from computeapi.shares import NoShares

SHARE_ID, ATTACHMENT_ID = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")


class Attaching(NoShares):
    """Has every share.

    :ivar kept: the attachments that there are.
    """

    def __init__(self):
        self.kept = []

    def attachments(self, context, server):
        return self.kept

    def attach(self, context, server, new):
        tag = new.tag or new.share_id
        made = ShareAttachment(ATTACHMENT_ID, new.share_id, "attaching", tag, "192.0.2.7:/share")
        self.kept.append(made)
        return made

    def detach(self, context, server, attachment):
        self.kept.remove(attachment)


@pytest.fixture
def shares(cloud, monkeypatch):
    found = Attaching()
    monkeypatch.setattr(cloud.services.servers.shares, "_shares", found)
    return found


@pytest.fixture
def send(cloud):
    """Send a request about the shares of a server that is off."""
    server_id = cloud.boot().json()["server"]["id"]
    cloud.work()
    cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"os-stop": None})
    cloud.work()

    def send(method, path="", body=None, roles="member,reader"):
        headers = {"x-auth-token": f"alice:p1:{roles}", "openstack-api-version": "compute 2.97"}
        return cloud.request(method, f"/v2.1/servers/{server_id}/shares{path}", body, headers)

    return send


def test_a_share_is_attached_shown_and_detached(send, shares):
    response = send("POST", "", {"share": {"share_id": SHARE_ID, "tag": "mine"}})
    shown = {"share_id": SHARE_ID, "status": "attaching", "tag": "mine"}
    assert (response.status, response.json()) == (201, {"share": shown})
    assert send("GET").json() == {"shares": [shown]}
    assert send("GET", f"/{SHARE_ID}").json() == {"share": shown}
    response = send("DELETE", f"/{SHARE_ID}")
    assert (response.status, response.body, shares.kept) == (200, b"", [])
    assert send("GET", f"/{SHARE_ID}").status == 404


def test_administrators_see_where_a_share_comes_from(send, shares):
    send("POST", "", {"share": {"share_id": SHARE_ID}})
    (kept,) = shares.kept
    shown = send("GET", f"/{SHARE_ID}", roles="admin,member,reader").json()["share"]
    assert shown == {name: value for name, value in asdict(kept).items() if name != "id"} | {
        "uuid": ATTACHMENT_ID
    }
