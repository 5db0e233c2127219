"""Servers that are rebuilt by the real client, on real guests."""

import pytest

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")


@pytest.fixture(scope="module")
def server(shared_cloud):
    """The id of a server with a file that its user wrote."""
    with shared_cloud.server("rebuilt") as server:
        yield server


def test_a_rebuilt_guest_has_a_new_disk_and_its_address(shared_cloud, server):
    cloud = shared_cloud
    cloud.ssh("rebuilt", "echo still here > /root/file; sync")
    before = cloud.compute.get_server(server)
    changes = ["--hostname", "anew", "--property", "a=b", "--description", "new", "--no-user-data"]
    cloud.openstack("server", "rebuild", "--wait", *changes, "rebuilt")
    after = cloud.compute.get_server(server)
    assert (after.status, after.addresses) == ("ACTIVE", before.addresses)
    assert (after.metadata, after.description) == ({"a": "b"}, "new")
    assert after.launched_at == before.launched_at
    seen = cloud.ssh("rebuilt", "cat /root/file; hostname")
    assert seen.splitlines()[-1] == "anew"
    assert "still here" not in seen
    cloud.ssh("rebuilt", "echo there again > /root/file; sync")
    cloud.openstack("server", "stop", "rebuilt")
    cloud.until(server, "SHUTOFF")
    cloud.compute.rebuild_server(server, image=before.image.id)
    cloud.until(server, "SHUTOFF")
    cloud.openstack("server", "start", "rebuilt")
    assert cloud.ssh("rebuilt", "test -e /root/file || echo gone") == "gone"
    actions = [action.action for action in cloud.compute.server_actions(server)]
    assert actions.count("rebuild") == 2
