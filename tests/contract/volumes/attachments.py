"""Volumes, and the servers that have them."""

VOLUME_ID, OTHER_ID = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")
TAG, TERMINATION = {"tag": "data"}, {"delete_on_termination": True}
ATTACHED = "os-extended-volumes:volumes_attached"


def act(cloud, server_id, action, minor=1):
    """Ask for an action as an administrator, and let the workers carry it out."""
    headers = {
        "x-auth-token": "alice:p1:admin,member,reader",
        "openstack-api-version": f"compute 2.{minor}",
    }
    answer = cloud.request("POST", f"/v2.1/servers/{server_id}/action", action, headers)
    assert answer.status in (200, 202, 204), answer.body
    cloud.work()


def host_of(cloud, server_id):
    with cloud.db.read() as tx:
        return tx.servers.get(server_id).host


def volumes_on(cloud, server_id, host):
    """Return the volumes of the guest of a server on a host."""
    return cloud._workers[host].driver._records.read(server_id)["volumes"]
