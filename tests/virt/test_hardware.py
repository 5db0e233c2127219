"""The hardware that flavors and images ask for, in definitions and in real guests."""

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from computeapi.domain import hardware
from computeapi.domain.hardware import settings
from computeapi.virt import disks
from computeapi.virt.descriptions import ServerDescription
from computeapi.virt.driver import DriverError
from computeapi.virt.instances import InstanceFolder

EVERYTHING = (
    {"hw:cpu_sockets": "2", "hw:cpu_threads": "1"},
    {"hw:pmu": "false", "hw:boot_menu": "yes"},
    {"hw:hide_hypervisor_id": "true"},
    {"hw:watchdog_action": "poweroff"},
    {"hw:usb_model": "qemu-xhci", "hw:sound_model": "ich9"},
    {"hw:virtio_packed_ring": "true"},
    {"hw_rng:rate_bytes": "1024", "hw_rng:rate_period": "500"},
    {"hw_rng:allowed": "false"},
    {"hw:numa_nodes": "2", "hw:cpu_sockets": "2"},
    {"hw:serial_port_count": "4"},
    {"hw_video:ram_max_mb": "32"},
    {"quota:cpu_shares": "2048", "quota:cpu_period": "10000", "quota:cpu_quota": "5000"},
    {f"quota:disk_{name}": "1000" for name in settings.DISK_LIMITS if "total" not in name},
    {"os:secure_boot": "required"},
)
IMAGES = (
    *({"hw_disk_bus": bus} for bus in settings.DISK_BUSES),
    *({"hw_vif_model": model} for model in settings.VIF_MODELS),
    *({"hw_video_model": model} for model in settings.VIDEO_MODELS),
    *({"hw_disk_bus": "scsi", "hw_scsi_model": model} for model in settings.SCSI_MODELS),
    *({"hw_cdrom_bus": bus} for bus in ("sata", "ide", "scsi", "usb")),
    {"hw_input_bus": "virtio"},
    {"hw_input_bus": "usb"},
    {"hw_pointer_model": "usbtablet"},
    {"hw_time_hpet": "true"},
    {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"},
    {"hw_rng_model": "virtio", "hw_video_ram": "16"},
    {"hw_firmware_type": "uefi", "hw_machine_type": "q35"},
)
CASES = [
    *(({}, image) for image in IMAGES),
    *((specs, {}) for specs in EVERYTHING[:-1]),
    (EVERYTHING[-1], {"hw_firmware_type": "uefi", "hw_machine_type": "q35"}),
]


def nothing():
    pass


def made(bench, specs, properties, **values):
    """Return the spec of a guest with the hardware that a flavor and an image ask for."""
    vcpus, memory_mb = values.setdefault("vcpus", 2), values.setdefault("memory_mb", 32)
    specs = {"hw_video:ram_max_mb": "64"} | specs
    return bench.spec(hardware=hardware.read(vcpus, memory_mb, specs, properties), **values)


@pytest.mark.parametrize(("specs", "properties"), CASES)
def test_a_definition_is_valid_by_libvirts_schema(test_bench, tmp_path, specs, properties):
    libvirt = pytest.importorskip("libvirt")
    definition = pytest.importorskip("computeapi.virt.libvirt.definition")
    interfaces = pytest.importorskip("computeapi.virt.libvirt.interfaces")
    machine = pytest.importorskip("computeapi.virt.libvirt.machine")
    spec = made(test_bench, specs, properties, swap_mb=1, config_drive={})
    listed = disks.make(tmp_path, spec, nothing)
    host = machine.Machine("qemu", "x86_64", "/state")
    network = interfaces.GuestNetwork(interfaces.Reach.WORLD, "/usr/bin/qemu")
    xml = definition.of_guest(spec, host, network, listed, InstanceFolder(tmp_path))
    domain = test_bench.hypervisor.defineXMLFlags(
        xml.replace('type="qemu"', 'type="test"', 1), libvirt.VIR_DOMAIN_DEFINE_VALIDATE
    )
    domain.undefine()


def monitor(bench, server_id, command):
    domains = pytest.importorskip("computeapi.virt.libvirt.domains")
    return domains.monitor(bench.domain(server_id), command)


@pytest.fixture
def spawn(embed):
    """Start a guest that is destroyed at the end of the test."""
    started = []

    def start(specs, properties, **values):
        spec = made(embed, specs, properties, **values)
        started.append(spec.server_id)
        embed.driver.spawn(spec, nothing)
        return spec.server_id

    yield start
    for server_id in started:
        embed.driver.destroy(server_id)


def test_a_guest_has_the_hardware_asked_for(embed, spawn):
    server_id = spawn(
        {"hw:cpu_cores": "2", "hw:watchdog_action": "reset", "quota:disk_read_iops_sec": "500"},
        {
            "hw_disk_bus": "scsi",
            "hw_vif_model": "e1000",
            "hw_video_model": "cirrus",
            "hw_qemu_guest_agent": "yes",
            "hw_input_bus": "virtio",
            "hw_cdrom_bus": "ide",
        },
        config_drive={"a": b"b"},
    )
    embed.wait_until_up(server_id)
    devices = monitor(embed, server_id, "info qtree")
    for device in (
        "scsi-hd",
        "virtio-scsi-pci",
        "e1000",
        "cirrus-vga",
        "i6300esb",
        "virtio-tablet-pci",
        "ide-cd",
        "org.qemu.guest_agent.0",
        "virtio-rng-pci",
    ):
        assert device in devices, device
    assert "virtio-blk" not in devices
    assert "usb" not in devices
    cpus = monitor(embed, server_id, "info hotpluggable-cpus")
    assert 'core-id: "1"' in cpus
    assert 'socket-id: "1"' not in cpus
    assert "iops_rd=500" in monitor(embed, server_id, "info block -v")


def test_a_guest_has_numa_nodes_and_serial_ports(embed, spawn):
    server_id = spawn(
        {
            "hw:numa_nodes": "2",
            "hw:numa_cpus.0": "0,2",
            "hw:numa_mem.0": "48",
            "hw:numa_cpus.1": "1",
            "hw:numa_mem.1": "16",
            "hw:serial_port_count": "3",
        },
        {"hw_serial_port_count": "2"},
        vcpus=3,
        memory_mb=64,
    )
    shown = monitor(embed, server_id, "info numa")
    for line in ("2 nodes", "node 0 cpus: 0 2", "node 0 size: 48 MB", "node 1 cpus: 1"):
        assert line in shown, line
    assert monitor(embed, server_id, "info qtree").count("dev: isa-serial") == 2


@pytest.mark.parametrize("secure_boot", ["disabled", "required"])
def test_a_guest_boots_by_uefi(embed, spawn, secure_boot):
    properties = {"hw_firmware_type": "uefi", "hw_machine_type": "q35"}
    server_id = spawn({"os:secure_boot": secure_boot}, properties, memory_mb=128, vcpus=1)
    definition = ET.fromstring(embed.domain(server_id).XMLDesc())
    loader = definition.find("os/loader")
    assert "OVMF" in loader.text
    assert loader.get("secure", "no") == ("yes" if secure_boot == "required" else "no")
    assert "q35" in definition.find("os/type").get("machine")
    embed.driver.destroy(server_id)
    assert embed.left_of(server_id) == []


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"hw_machine_type": "typewriter"}, "no machine of type typewriter"),
        ({"hw_architecture": "s390x"}, "the image is for s390x"),
    ],
)
def test_a_machine_that_the_host_lacks_is_refused(spawn, properties, reason):
    with pytest.raises(DriverError) as refused:
        spawn({}, properties)
    assert reason in refused.value.reason


def test_hardware_that_libvirt_refuses_is_told_in_a_clause_for_the_owner(embed):
    wanted = hardware.Hardware(disk_bus="ide", machine_type="q35")
    spec = embed.spec(hardware=wanted)
    with pytest.raises(DriverError, match=r"IDE") as refused:
        embed.driver.spawn(spec, nothing)
    embed.driver.destroy(spec.server_id)
    assert "the host lacks hardware or firmware" in refused.value.reason


def test_the_metadata_is_that_by_which_ceilometer_finds_a_server(embed):
    libvirt = pytest.importorskip("libvirt")
    server = ServerDescription(
        name="näme <&>",
        user_id="u" * 32,
        project_id="p" * 32,
        created_at=datetime(2026, 11, 27, 1, 2, 3),
        flavor_id="42",
        flavor_name="m1.nano",
        extra_specs={"hw:cpu_cores": "2"},
        image_id="11111111-1111-4111-8111-111111111111",
        image_properties={"hw_disk_bus": "virtio"},
    )
    spec = embed.spec(server=server, memory_mb=64)
    embed.driver.spawn(spec, nothing)
    found = embed.domain(spec.server_id).metadata(
        libvirt.VIR_DOMAIN_METADATA_ELEMENT, "http://openstack.org/xmlns/libvirt/nova/1.1"
    )
    embed.driver.destroy(spec.server_id)
    instance = ET.fromstring(found)
    assert instance.tag == "instance"
    assert instance.findtext("./name") == server.name
    assert instance.findtext("./creationTime") == "2026-11-27 01:02:03"
    assert instance.find("./owner/user").get("uuid") == server.user_id
    assert instance.find("./owner/project").get("uuid") == server.project_id
    flavor = instance.find("./flavor")
    assert (flavor.get("name"), flavor.get("id")) == ("m1.nano", "42")
    sizes = {size: flavor.findtext(size) for size in ("memory", "disk", "swap", "vcpus")}
    assert sizes == {"memory": "64", "disk": "1", "swap": "0", "vcpus": "1"}
    assert flavor.find("extraSpecs/extraSpec").get("name") == "hw:cpu_cores"
    assert instance.find("./image").get("uuid") == server.image_id
    assert instance.find("./root").attrib == {"type": "image", "uuid": server.image_id}
