"""Both front ends with a volume service: servers keep their volumes whatever is done to them."""

import pytest

from tests.contract.volumes.attachments import (
    VOLUME_ID,
    act,
    host_of,
    volumes_on,
)


@pytest.mark.parametrize(
    "actions",
    [
        [{"reboot": {"type": "HARD"}}],
        [{"os-stop": None}, {"os-start": None}],
        [{"rebuild": {"imageRef": "11111111-1111-4111-8111-111111111111"}}],
        [{"rescue": None}],
        [{"rescue": None}, {"unrescue": None}],
        [{"resize": {"flavorRef": "1"}}],
        [{"resize": {"flavorRef": "1"}}, {"confirmResize": None}],
        [{"resize": {"flavorRef": "1"}}, {"revertResize": None}],
        [{"shelve": None}, {"unshelve": None}],
    ],
    ids=lambda actions: "-".join(next(iter(action)) for action in actions),
)
def test_a_server_keeps_its_volumes(cloud, volumes, attached, server_id, actions):
    for action in actions:
        act(cloud, server_id, action)
    host = host_of(cloud, server_id)
    assert volumes_on(cloud, server_id, host) == [VOLUME_ID]
    assert volumes.attached(VOLUME_ID) == [(server_id, "attached")]


@pytest.mark.parametrize("back", [False, True])
def test_a_server_that_goes_to_another_host_takes_its_volumes_along(
    cloud, send, volumes, attached, server_id, back
):
    (before,) = volumes.attachments
    cloud.add_host("host2")
    act(cloud, server_id, {"migrate": None})
    assert host_of(cloud, server_id) == "host2"
    assert volumes_on(cloud, server_id, "host2") == [VOLUME_ID]
    act(cloud, server_id, {"revertResize" if back else "confirmResize": None})
    host = "host1" if back else "host2"
    assert host_of(cloud, server_id) == host
    assert volumes_on(cloud, server_id, host) == [VOLUME_ID]
    assert volumes.attached(VOLUME_ID) == [(server_id, "attached")]
    (attachment,) = volumes.attachments.values()
    assert attachment["id"] != before
    assert attachment["connection_info"]["data"]["host"] == host
    (shown,) = send("GET", minor=89).json()["volumeAttachments"]
    assert shown["attachment_id"] == attachment["id"]


def test_a_server_of_a_dead_host_takes_its_volumes_along(cloud, volumes, attached, server_id):
    cloud.lose_host()
    cloud.add_host("host2")
    act(cloud, server_id, {"evacuate": {}}, minor=95)
    assert host_of(cloud, server_id) == "host2"
    act(cloud, server_id, {"os-start": None})
    assert volumes_on(cloud, server_id, "host2") == [VOLUME_ID]
    assert volumes.attached(VOLUME_ID) == [(server_id, "attached")]
    assert [a["connection_info"]["data"]["host"] for a in volumes.attachments.values()] == ["host2"]
