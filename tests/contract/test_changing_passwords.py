"""A change of a password that fails half way leaves nothing, and the password is kept nowhere."""

import pytest

from computeapi.domain.errors import Unavailable

OWNER = {"x-auth-token": "alice:p1:member,reader"}
SECRET = "correct-horse-battery"


class Died(Exception):
    """Stands for the end of the process that waits for the answer."""


@pytest.fixture
def server(cloud):
    created = cloud.request("POST", "/v2.1/servers", cloud.new, OWNER)
    cloud.work()
    return f"/v2.1/servers/{created.json()['server']['id']}"


def change(cloud, server):
    body = {"changePassword": {"adminPass": SECRET}}
    return cloud.request("POST", f"{server}/action", body, OWNER)


def shown(cloud, server):
    document = cloud.request("GET", server, None, OWNER).json()["server"]
    return document["status"], document["OS-EXT-STS:task_state"]


def last_action(cloud, server):
    history = cloud.request("GET", f"{server}/os-instance-actions", None, OWNER).json()
    action = history["instanceActions"][0]
    return action["action"], action["message"]


@pytest.mark.parametrize(
    ("error", "status"), [(Unavailable("The host of the server does not answer."), 503),
                          (Died("in the middle"), 500)],
)  # fmt: skip
def test_a_worker_that_dies_meanwhile_leaves_the_server_as_it_is(
    cloud, server, monkeypatch, error, status
):
    def die(**arguments):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(cloud, "_questions", {"set_password": die})
        assert change(cloud, server).status == status
    assert shown(cloud, server) == ("ACTIVE", None)
    assert last_action(cloud, server) == ("changePassword", "Error")
    assert change(cloud, server).status == 202
    assert last_action(cloud, server) == ("changePassword", None)


def test_a_server_that_is_deleted_meanwhile_stays_deleted(cloud, server, monkeypatch):
    def delete(server_id, **arguments):
        with cloud.db.write() as tx:
            row = tx.servers.get(server_id, lock=True)
            row.mark_deleted(tx.now())
            tx.servers.save(row)

    with monkeypatch.context() as patch:
        patch.setattr(cloud, "_questions", {"set_password": delete})
        assert change(cloud, server).status == 202
    assert cloud.request("GET", server, None, OWNER).status == 404


def test_the_password_is_not_kept(cloud, server):
    assert change(cloud, server).status == 202
    with cloud.watch() as kept:
        text = "\n".join(kept.iterdump())
    assert "changePassword" in text
    assert SECRET not in text
