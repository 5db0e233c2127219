"""The guest that a worker asks its driver for has all that the server's row says."""

from dataclasses import replace

import pytest

from computeapi.domain.errors import Invalid
from computeapi.domain.hardware import Topology
from computeapi.worker.servers.specs import guest_spec


@pytest.fixture
def server(db, make_server):
    make_server(
        vcpus=2,
        flavor_name="m1.cores",
        extra_specs={"hw:cpu_cores": "2", "mine:own": "x"},
        image_properties={"hw_disk_bus": "scsi", "os_distro": "debian"},
    )
    with db.read() as tx:
        return tx.servers.get("s1")


def test_a_guest_has_the_hardware_and_the_description_of_its_server(server):
    spec = guest_spec(server, {"a": b"b"})
    assert spec.hardware.topology == Topology(1, 2, 1)
    assert spec.hardware.disk_bus == "scsi"
    assert (spec.config_drive, spec.image_path) == ({"a": b"b"}, None)
    described = spec.server
    assert (described.name, described.user_id) == (server.name, server.user_id)
    assert (described.flavor_id, described.flavor_name) == (server.flavor_id, "m1.cores")
    assert described.extra_specs == server.extra_specs
    assert described.image_properties == server.image_properties


def test_a_guest_of_another_size_has_the_flavor_of_that_size(server):
    size = replace(
        server.size, flavor_id="9", flavor_name="m1.sockets", vcpus=4, memory_mb=96,
        extra_specs={"hw:cpu_max_cores": "1"},
    )  # fmt: skip
    spec = guest_spec(server, {}, size=size)
    assert (spec.vcpus, spec.memory_mb) == (4, 96)
    assert spec.hardware.topology == Topology(4, 1, 1)
    assert spec.hardware.disk_bus == "scsi", "the image is the same"
    assert (spec.server.flavor_id, spec.server.flavor_name) == ("9", "m1.sockets")
    assert server.flavor_name == "m1.cores"


def test_hardware_that_cannot_be_is_no_guest(server):
    server.image_properties = {"hw_disk_bus": "ide", "hw_machine_type": "q35"}
    with pytest.raises(Invalid, match="no IDE bus"):
        guest_spec(server, {})
