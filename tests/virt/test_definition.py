"""The definitions for libvirt are valid by libvirt's own schema."""

import pytest

from computeapi.virt.disks import Disk
from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt import definition
from computeapi.virt.libvirt.interfaces import GuestNetwork, Reach
from computeapi.virt.libvirt.machine import Machine


@pytest.mark.parametrize(
    "machine",
    [
        Machine("kvm", "x86_64", "/state"),
        Machine("qemu", "x86_64", "/state"),
        Machine("qemu", "x86_64", "/state", cpu_model="qemu64"),
    ],
)
@pytest.mark.parametrize("reach", Reach)
def test_a_definition_is_valid(test_bench, machine, reach, tmp_path):
    libvirt = pytest.importorskip("libvirt")
    spec = test_bench.spec(name="valid & <sound>")
    disks = [
        Disk(tmp_path / "disk", "qcow2", "vda", bootable=True),
        Disk(tmp_path / "c", "raw", "vdd", read_only=True),
    ]
    network = GuestNetwork(reach, "/usr/bin/qemu")
    xml = definition.of_guest(spec, machine, network, disks, InstanceFolder(tmp_path))
    # The test driver takes no domain type but its own; the schema knows them all.
    xml = xml.replace(f'type="{machine.domain_type}"', 'type="test"', 1)
    domain = test_bench.hypervisor.defineXMLFlags(xml, libvirt.VIR_DOMAIN_DEFINE_VALIDATE)
    assert domain.name() == spec.name
    domain.undefine()
