"""Both front ends: servers with local disks of the sizes that their request chose."""

import pytest

IMAGE = "11111111-1111-4111-8111-111111111111"
ROOT = {"source_type": "image", "destination_type": "local", "uuid": IMAGE, "boot_index": 0}
#: As the openstack client sends it for --ephemeral and --swap.
BLANK = {
    "source_type": "blank",
    "destination_type": "local",
    "boot_index": -1,
    "delete_on_termination": True,
}
SWAP = BLANK | {"guest_format": "swap"}
CHOSEN = {"ephemerals_gb": [1], "swap_mb": 64}


@pytest.fixture
def boot(cloud):
    """Ask for a server of the flavor with 2 GiB of ephemeral disk and 512 MiB of swap."""

    def boot(*devices, form="block_device_mapping_v2", flavor="disks"):
        server = {"name": "s", "flavorRef": flavor, "imageRef": IMAGE, form: list(devices)}
        headers = {"x-auth-token": "alice:p1:admin,member,reader"}
        return cloud.request("POST", "/v2.1/servers", {"server": server}, headers)

    return boot


@pytest.fixture
def act(cloud):
    """Ask for actions on a server as an administrator, and have them done."""

    def act(server_id, *actions):
        headers = {"x-auth-token": "alice:p1:admin,member,reader"}
        for action in actions:
            path = f"/v2.1/servers/{server_id}/action"
            assert cloud.request("POST", path, action, headers).status < 300
            cloud.work()

    return act


def disks_of(cloud, server_id):
    """Return the local disks of the guest, on the one host that has it."""
    (found,) = [
        worker.driver._records.read(server_id)["local_disks"]
        for worker in cloud._workers.values()
        if server_id in worker.driver.guests()
    ]
    return found


@pytest.mark.parametrize(
    ("form", "devices", "expected"),
    [
        ("block_device_mapping_v2", [ROOT, BLANK | {"volume_size": 1}], {"ephemerals_gb": [1]}),
        ("block_device_mapping_v2", [SWAP | {"volume_size": 64}, ROOT], {"swap_mb": 64}),
        ("block_device_mapping_v2", [ROOT, SWAP, BLANK], {}),
        ("block_device_mapping", [{"device_name": "vdb", "virtual_name": "ephemeral0"}], {}),
        (
            "block_device_mapping",
            [{"device_name": "/dev/vdb", "virtual_name": "swap", "volume_size": 1}],
            {"swap_mb": 1},
        ),
    ],
)
def test_a_server_has_the_disks_that_its_request_chose(cloud, boot, form, devices, expected):
    answer = boot(*devices, form=form)
    assert answer.status == 202
    cloud.work()
    found = disks_of(cloud, answer.json()["server"]["id"])
    assert found == {"ephemerals_gb": [2], "swap_mb": 512} | expected


@pytest.mark.parametrize(
    ("devices", "flavor", "message"),
    [
        ([BLANK | {"volume_size": 3}], "disks", "larger than that of the flavor"),
        ([BLANK | {"volume_size": 1}], "42", "larger than that of the flavor"),
        ([SWAP | {"volume_size": 513}], "disks", "larger than that of the flavor"),
        ([SWAP | {"volume_size": 1}, SWAP | {"volume_size": 1}], "disks", "one swap disk"),
        ([BLANK | {"volume_size": 1}] * 2, "disks", "at most 2 local disks"),
        ([BLANK | {"volume_size": 1, "guest_format": "ntfs"}], "disks", "ext4"),
        ([BLANK | {"volume_size": 1, "boot_index": 1}], "disks", "does not boot"),
    ],
)
def test_local_disks_that_servers_cannot_have(cloud, boot, devices, flavor, message):
    answer = boot(ROOT, *devices, flavor=flavor)
    assert answer.status == 400
    assert message in answer.json()["badRequest"]["message"]
    assert cloud.request("GET", "/v2.1/servers").json() == {"servers": []}


@pytest.mark.parametrize(
    "actions",
    [
        [{"rebuild": {"imageRef": IMAGE}}],
        [{"shelve": None}, {"unshelve": None}],
        [{"migrate": None}, {"confirmResize": None}],
        [{"migrate": None}, {"revertResize": None}],
    ],
    ids=lambda actions: "-".join(next(iter(action)) for action in actions),
)
def test_a_server_keeps_the_disks_that_its_request_chose(cloud, boot, act, actions):
    cloud.add_host("host2")
    devices = ROOT, BLANK | {"volume_size": 1}, SWAP | {"volume_size": 64}
    server_id = boot(*devices).json()["server"]["id"]
    cloud.work()
    assert disks_of(cloud, server_id) == CHOSEN
    act(server_id, *actions)
    assert disks_of(cloud, server_id) == CHOSEN


def test_a_resized_server_has_no_more_swap_than_its_flavor(cloud, boot, act):
    flavor = {"name": "big", "id": "big", "ram": 128, "vcpus": 1, "disk": 1, "swap": 32}
    flavor["OS-FLV-EXT-DATA:ephemeral"] = 4
    admin = {"x-auth-token": "root:ops:admin,member,reader"}
    assert cloud.request("POST", "/v2.1/flavors", {"flavor": flavor}, admin).status == 200
    cloud.add_host("host2")
    devices = ROOT, BLANK | {"volume_size": 1}, SWAP | {"volume_size": 64}
    server_id = boot(*devices).json()["server"]["id"]
    cloud.work()
    act(server_id, {"resize": {"flavorRef": "big"}})
    assert disks_of(cloud, server_id) == CHOSEN | {"swap_mb": 32}
    act(server_id, {"revertResize": None})
    assert disks_of(cloud, server_id) == CHOSEN


def test_an_evacuated_server_keeps_the_disks_that_its_request_chose(cloud, boot):
    devices = ROOT, BLANK | {"volume_size": 1}, SWAP | {"volume_size": 64}
    server_id = boot(*devices).json()["server"]["id"]
    cloud.work()
    cloud.lose_host()
    cloud.add_host("host2")
    headers = {
        "x-auth-token": "alice:p1:admin,member,reader",
        "openstack-api-version": "compute 2.94",
    }
    path = f"/v2.1/servers/{server_id}/action"
    assert cloud.request("POST", path, {"evacuate": {}}, headers).status == 200
    cloud.work()
    assert cloud._workers["host2"].driver._records.read(server_id)["local_disks"] == CHOSEN
