"""The documents for guests: OpenStack's by version, and EC2's tree."""

import json
from dataclasses import asdict

import pytest

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.guest_data import GuestData, ec2, openstack
from computeapi.domain.server_ports import PortSubnet
from tests.guests import base64_of, make_server

FIRST = ["meta_data.json", "user_data"]
PORT = "5f2a7c1e-8a52-4a41-92f0-1d7f2b3c4d5e"
MAC = "fa:16:3e:00:00:01"


def guest(vendor_data=None, password="", **values):
    return GuestData(make_server(**values), vendor_data or {}, password)


def meta_data(data, version):
    return json.loads(openstack.document(data, version, "meta_data.json"))


@pytest.mark.parametrize(
    ("version", "more"),
    [
        ("2012-08-10", []),
        ("2013-04-04", ["password"]),
        ("2013-10-17", ["password", "vendor_data.json"]),
        ("2015-10-15", ["password", "vendor_data.json", "network_data.json"]),
        ("2016-10-06", ["password", "vendor_data.json", "network_data.json", "vendor_data2.json"]),
        ("2025-04-04", ["password", "vendor_data.json", "network_data.json", "vendor_data2.json"]),
    ],
)
def test_a_version_has_the_documents_of_the_earlier_ones(version, more):
    assert openstack.names(guest(user_data=base64_of(b"x")), version) == FIRST + more
    assert "user_data" not in openstack.names(guest(), version)


@pytest.mark.parametrize(
    ("field", "since", "before"),
    [
        ("random_seed", "2013-04-04", "2012-08-10"),
        ("project_id", "2015-10-15", "2013-10-17"),
        ("devices", "2016-06-30", "2015-10-15"),
        ("dedicated_cpus", "2020-10-14", "2018-08-27"),
    ],
)
def test_a_field_is_in_the_versions_since_it_came(field, since, before):
    assert field in meta_data(guest(), since)
    assert field not in meta_data(guest(), before)


def test_latest_is_the_newest_version_and_others_do_not_exist():
    assert openstack.version_of("latest") == openstack.VERSIONS[-1]
    assert ec2.version_of("latest") == ec2.VERSIONS[-1]
    for unknown in ("2014-01-01", "", "Latest", "2030-01-01"):
        assert openstack.version_of(unknown) is None
        assert ec2.version_of(unknown) is None


def test_vendor_data_is_the_operators():
    data = guest(vendor_data={"mirror": "deb.example"})
    found = {
        name: json.loads(openstack.document(data, "2025-04-04", name))
        for name in ("vendor_data.json", "vendor_data2.json")
    }
    assert found["vendor_data.json"] == {"mirror": "deb.example"}
    assert found["vendor_data2.json"] == {"static": {"mirror": "deb.example"}}


CARD = {"port_id": PORT, "network_id": "n", "mac_address": MAC, "mtu": 1442, "tag": "uplink"}


def networks_of(*cards):
    data = guest(interfaces=list(cards))
    return json.loads(openstack.document(data, "2025-04-04", "network_data.json"))


def test_a_card_with_a_tag_is_a_device():
    data = guest(interfaces=[CARD, CARD | {"tag": None}])
    [device] = meta_data(data, "2025-04-04")["devices"]
    assert (device["type"], device["mac"], device["tags"]) == ("nic", MAC, ["uplink"])


def subnet(address, cidr, gateway=None, has_dhcp=False, **more):
    made = PortSubnet(address, cidr, gateway, has_dhcp, **more)
    return json.loads(json.dumps(asdict(made)))


IPV4 = {"address": "10.0.0.5", "cidr": "10.0.0.0/23", "gateway": "10.0.0.1"}
IPV6 = {"address": "fd00::5", "cidr": "fd00::/64", "gateway": "fd00::1"}
MASKS = {4: ("0.0.0.0", "255.255.254.0"), 6: ("::", "ffff:ffff:ffff:ffff::")}


@pytest.mark.parametrize(
    ("kept", "kind", "mtu"),
    [
        (IPV4, "ipv4", 1442),
        (IPV6, "ipv6", 1442),
        (IPV6 | {"ipv6_mode": "slaac", "has_dhcp": True}, "ipv6_slaac", None),
        (IPV6 | {"ipv6_mode": "dhcpv6-stateful"}, "ipv6_dhcpv6-stateful", 1442),
        (IPV6 | {"ipv6_mode": "dhcpv6-stateless"}, "ipv6_dhcpv6-stateless", 1442),
    ],
)
def test_a_guest_is_told_the_address_that_it_has_to_set(kept, kind, mtu):
    """The expected document is that of Nova."""
    found = networks_of(CARD | {"subnets": [subnet(**kept)]})
    everywhere, netmask = MASKS[4 if kept is IPV4 else 6]
    default = {"network": everywhere, "netmask": everywhere, "gateway": kept["gateway"]}
    assert found["links"] == [
        {"id": f"tap{PORT[:11]}", "vif_id": PORT, "type": "ovs", "mtu": mtu}
        | {"ethernet_mac_address": MAC}
    ]
    assert found["networks"] == [
        {"id": "network0", "type": kind, "link": f"tap{PORT[:11]}", "network_id": "n"}
        | {"ip_address": kept["address"], "netmask": netmask, "routes": [default], "services": []}
    ]


@pytest.mark.parametrize(("kept", "kind"), [(IPV4, "ipv4_dhcp"), (IPV6, "ipv6_dhcp")])
def test_dhcp_tells_the_rest(kept, kind):
    served = subnet(**kept, has_dhcp=True, name_servers=("8.8.8.8",))
    found = networks_of(CARD | {"subnets": [served]})
    assert found["networks"] == [
        {"id": "network0", "type": kind, "link": f"tap{PORT[:11]}", "network_id": "n"}
    ]
    assert found["links"][0]["mtu"] is None
    assert found["services"] == [{"type": "dns", "address": "8.8.8.8"}]


def test_routes_and_name_servers():
    first = subnet(
        "10.0.0.5",
        "10.0.0.0/24",
        name_servers=("8.8.8.8", "8.8.4.4"),
        routes=(("10.9.0.0/16", "10.0.0.254"), ("0.0.0.0/0", "10.0.0.253")),
    )
    another = CARD | {"port_id": f"b{PORT[1:]}", "subnets": [subnet("10.1.0.5", "10.1.0.0/24",
              name_servers=("8.8.4.4", "1.1.1.1"))]}  # fmt: skip
    found = networks_of(CARD | {"subnets": [first]}, another)
    assert found["networks"][0]["routes"] == [
        {"network": "10.9.0.0", "netmask": "255.255.0.0", "gateway": "10.0.0.254"},
        {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.0.253"},
    ]
    servers = ["8.8.8.8", "8.8.4.4", "1.1.1.1"]
    assert [one["address"] for one in found["networks"][0]["services"]] == servers[:2]
    assert [one["address"] for one in found["services"]] == servers
    assert [link["id"] for link in found["links"]] == [f"tap{PORT[:11]}", f"tapb{PORT[1:11]}"]


def test_the_first_subnet_of_each_version_counts():
    subnets = [subnet(**IPV6), subnet(**IPV4), subnet("10.2.0.5", "10.2.0.0/24")]
    found = networks_of(CARD | {"subnets": subnets}, CARD | {"subnets": []})
    assert [one["ip_address"] for one in found["networks"]] == ["10.0.0.5", "fd00::5"]
    assert len(found["links"]) == 1


def read(data, path, version="2009-04-04"):
    found = ec2.read(ec2.tree(data, version), [name for name in path.split("/") if name])
    return None if found is None else found.decode()


def test_the_first_version_of_ec2_has_the_first_entries():
    entries = read(guest(), "meta-data", "1.0").splitlines()
    assert entries == [
        *("ami-id", "ami-launch-index", "ami-manifest-path", "hostname", "instance-id"),
        *("local-ipv4", "reservation-id", "security-groups"),
    ]


@pytest.mark.parametrize(
    ("entry", "since", "before"),
    [
        ("local-hostname", "2007-01-19", "1.0"),
        ("public-ipv4", "2007-01-19", "1.0"),
        ("instance-type", "2007-08-29", "2007-03-01"),
        ("block-device-mapping/", "2007-12-15", "2007-10-10"),
        ("placement/", "2008-02-01", "2007-12-15"),
        ("instance-action", "2008-09-01", "2008-02-01"),
    ],
)
def test_an_entry_is_in_the_versions_since_it_came(entry, since, before):
    assert entry in read(guest(), "meta-data", since).splitlines()
    assert entry not in read(guest(), "meta-data", before).splitlines()
    path = f"meta-data/{entry}"
    assert read(guest(), path, since) is not None
    assert read(guest(), path, before) is None


def test_folders_are_listed_and_values_read():
    data = guest(
        user_data=base64_of(b"#!/bin/sh\n"),
        key_name="mine",
        public_key="ssh-ed25519 AAAA me",
        security_groups=["default", "web"],
        ephemeral_gb=1,
        swap_mb=1,
        addresses={
            "private": [
                {"addr": "10.64.0.5", "version": 4, "type": "fixed", "mac": MAC},
                {"addr": "172.24.0.9", "version": 4, "type": "floating", "mac": MAC},
            ]
        },
        image_properties={"hw_disk_bus": "scsi", "kernel_id": "not-a-uuid"},
    )
    expected = {
        "": "meta-data/\nuser-data",
        "user-data": "#!/bin/sh\n",
        "meta-data/public-keys": "0=mine",
        "meta-data/public-keys/0": "openssh-key",
        "meta-data/public-keys/0/openssh-key": "ssh-ed25519 AAAA me",
        "meta-data/placement/availability-zone": "nova",
        "meta-data/block-device-mapping": "ami\nephemeral0\nroot\nswap",
        "meta-data/block-device-mapping/ami": "sda",
        "meta-data/block-device-mapping/root": "/dev/sda",
        "meta-data/block-device-mapping/swap": "/dev/sdc",
        "meta-data/security-groups": "default\nweb",
        "meta-data/local-ipv4": "10.64.0.5",
        "meta-data/public-ipv4": "172.24.0.9",
        "meta-data/ami-launch-index": "2",
        "meta-data/ami-id": "ami-155d900f",
        "meta-data/kernel-id": "aki-00000000",
        "meta-data/instance-id": "i-0d0c4b7e",
    }
    assert {path: read(data, path) for path in expected} == expected


@pytest.mark.parametrize(("bus", "prefix"), [("virtio", "vd"), ("scsi", "sd")])
def test_volumes_are_among_the_block_devices(bus, prefix):
    server = make_server(image_properties={"hw_disk_bus": bus})
    volumes = [
        BlockDevice("d", server.id, server.created_at, "attached", device=name)
        for name in ("/dev/vdc", None, "/dev/vdb")
    ]
    data = GuestData(server, volumes=volumes)
    folder = "meta-data/block-device-mapping"
    assert read(data, folder) == "ami\nebs0\nebs1\nroot"
    assert read(data, f"{folder}/ebs0") == f"/dev/{prefix}b"
    assert read(data, f"{folder}/ebs1") == f"/dev/{prefix}c"


def test_disks_that_the_request_chose_are_among_the_block_devices():
    data = guest(ephemeral_gb=3, swap_mb=0, chosen_disks={"ephemerals_gb": [1, 2]})
    folder = "meta-data/block-device-mapping"
    assert read(data, folder) == "ami\nephemeral0\nephemeral1\nroot"
    assert read(data, f"{folder}/ephemeral1") == "/dev/vdc"


@pytest.mark.parametrize(
    "path", ["nope", "meta-data/nope", "meta-data/hostname/x", "user-data", "meta-data/public-keys"]
)
def test_what_there_is_not_is_not_read(path):
    assert read(guest(), path) is None
