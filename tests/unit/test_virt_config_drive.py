import base64
import json
from datetime import UTC, datetime

import pytest

from computeapi.domain import addressing
from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.guest_data import BusAddress, GuestData, ec2, openstack
from computeapi.virt.config_drive import build_files, names_devices, placed
from tests.guests import base64_of, make_server

LATEST = "openstack/latest"
CARD = {
    "port_id": "5f2a7c1e-8a52-4a41-92f0-1d7f2b3c4d5e",
    "network_id": "net",
    "mac_address": "fa:16:3e:00:00:01",
    "mtu": 1442,
    "tag": "uplink",
}


def volume(tag, state="attached"):
    now = datetime.now(UTC)
    return BlockDevice("b1", "s1", now, state, volume_id="v1", device="/dev/vdb", tag=tag)


def meta_data(server):
    return json.loads(build_files(server)[f"{LATEST}/meta_data.json"])


def test_a_plain_server_learns_who_it_is():
    found = meta_data(make_server())
    seed = found.pop("random_seed")
    assert len(base64.b64decode(seed)) == 512
    assert found == {
        "uuid": "0d0c4b7e-5b2a-43c6-a6b1-b7b64b4e3b0c",
        "name": "Web 1",
        "hostname": "web-1",
        "launch_index": 2,
        "availability_zone": "nova",
        "project_id": "project",
        "devices": [],
        "dedicated_cpus": [],
    }


def test_a_plain_server_has_the_files_that_are_always_there():
    files = build_files(make_server())
    assert {path for path in files if path.startswith(LATEST)} == {
        f"{LATEST}/meta_data.json",
        f"{LATEST}/network_data.json",
        f"{LATEST}/vendor_data.json",
        f"{LATEST}/vendor_data2.json",
    }
    assert {path.split("/")[1] for path in files if path.startswith("openstack")} == {
        *openstack.VERSIONS,
        "latest",
    }
    assert {path for path in files if path.startswith("openstack/2012-08-10")} == {
        "openstack/2012-08-10/meta_data.json"
    }
    assert {path for path in files if path.startswith("ec2")} == {
        "ec2/2009-04-04/meta-data.json",
        "ec2/latest/meta-data.json",
    }


def test_the_drive_holds_what_the_metadata_service_answers():
    server = make_server(user_data=base64_of(b"#!/bin/sh"), interfaces=[CARD], metadata={"a": "b"})
    volumes = [volume("data"), volume(None), volume("log", "detaching"), volume("x", "attaching")]
    files = build_files(server, {"greeting": "hello"}, {server.id: volumes}.get)
    data = GuestData(server, {"greeting": "hello"}, volumes=volumes)
    listed = json.loads(files[f"{LATEST}/meta_data.json"])["devices"]
    assert [(one["type"], one["tags"]) for one in listed] == [
        ("nic", ["uplink"]),
        ("disk", ["data"]),
        ("disk", ["log"]),
    ]
    place = {"bus": "none", "address": "none", "path": "/dev/vdb", "serial": "v1"}
    assert listed[1] == {"type": "disk", "tags": ["data"], **place}
    for version in openstack.VERSIONS:
        for name in set(openstack.names(data, version)) - {openstack.PASSWORD}:
            on_drive = files[f"openstack/{version}/{name}"]
            answered = openstack.document(data, version, name)
            if name == openstack.META_DATA:
                on_drive, answered = without_seed(on_drive), without_seed(answered)
            assert on_drive == answered
    assert files["ec2/latest/user-data"] == ec2.read(ec2.tree(data, "2009-04-04"), ["user-data"])


def test_the_drive_tells_where_the_devices_are_that_the_hypervisor_has_placed():
    server = make_server(interfaces=[CARD])
    files = build_files(server, {}, lambda _server_id: [volume("data"), volume("log")])
    assert names_devices(files)
    known = {"v1": BusAddress("pci", "0000:00:05.0"), "other": BusAddress("pci", "0000:00:06.0")}
    found = placed(files, known)
    assert found.keys() == files.keys()
    for version in ("latest", "2016-06-30"):
        listed = json.loads(found[f"openstack/{version}/meta_data.json"])["devices"]
        assert [(one["bus"], one["address"]) for one in listed] == [
            ("none", "none"),
            ("pci", "0000:00:05.0"),
            ("pci", "0000:00:05.0"),
        ]
    assert "devices" not in json.loads(found["openstack/2012-08-10/meta_data.json"])


def test_a_drive_without_devices_is_written_once():
    assert not names_devices(build_files(make_server()))
    assert not names_devices({})


def without_seed(document):
    return {name: value for name, value in json.loads(document).items() if name != "random_seed"}


def test_all_of_ec2s_meta_data_is_one_file():
    server = make_server(key_name="mine", public_key="ssh-ed25519 AAAA me")
    found = json.loads(build_files(server)["ec2/latest/meta-data.json"])
    assert found["public-keys"] == {"0": {"_name": "0=mine", "openssh-key": "ssh-ed25519 AAAA me"}}
    assert found["instance-id"] == "i-0d0c4b7e"
    assert found["placement"] == {"availability-zone": "nova"}
    assert found["ami-launch-index"] == 2


def test_two_servers_get_different_seeds():
    server = make_server()
    assert meta_data(server)["random_seed"] != meta_data(server)["random_seed"]


@pytest.mark.parametrize(
    ("key", "kind"),
    [("ssh-ed25519 AAAA me", "ssh"), ("-----BEGIN CERTIFICATE-----\nMII", "x509")],
)
def test_a_key_is_given_both_ways(key, kind):
    found = meta_data(make_server(key_name="mine", public_key=key))
    assert found["public_keys"] == {"mine": key}
    assert found["keys"] == [{"name": "mine", "type": kind, "data": key}]


def test_metadata_and_password_are_given():
    found = meta_data(make_server(metadata={"role": "db"}, admin_password="secret"))
    assert found["meta"] == {"role": "db"}
    assert found["admin_pass"] == "secret"


def test_user_data_is_given_as_it_was_before_base64():
    data = b"#cloud-config\n\xff"
    files = build_files(make_server(user_data=base64_of(data)))
    assert files[f"{LATEST}/user_data"] == data


def test_injected_files_are_content_that_the_metadata_names():
    contents = {"/etc/motd": b"hello", "/etc/key": b"\0\1"}
    personality = [{"path": path, "contents": base64_of(data)} for path, data in contents.items()]
    files = build_files(make_server(personality=personality))
    named = json.loads(files[f"{LATEST}/meta_data.json"])["files"]
    assert [entry["content_path"] for entry in named] == ["/content/0000", "/content/0001"]
    assert {
        entry["path"]: files[f"openstack{entry['content_path']}"] for entry in named
    } == contents


def test_the_network_card_is_known_by_its_address_and_asks_dhcp():
    server = make_server()
    network_data = json.loads(build_files(server)[f"{LATEST}/network_data.json"])
    [link] = network_data["links"]
    [network] = network_data["networks"]
    assert link["ethernet_mac_address"] == addressing.mac_address(server.id)
    assert network["link"] == link["id"]
    assert network["type"] == "ipv4_dhcp"


def test_a_mac_address_is_the_servers_own_and_stays():
    one, other = (addressing.mac_address(f"{n}") for n in "12")
    assert one == addressing.mac_address("1")
    assert one != other
    assert int(one[:2], 16) & 3 == 2, "unicast and locally administered"


def test_a_server_without_a_network_is_told_so():
    files = build_files(make_server(has_network=False))
    network_data = json.loads(files[f"{LATEST}/network_data.json"])
    assert network_data == {"links": [], "networks": [], "services": []}
