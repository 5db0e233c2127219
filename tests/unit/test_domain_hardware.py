"""The hardware that flavors and images ask for."""

import pytest

from computeapi.domain import hardware
from computeapi.domain.errors import Invalid
from computeapi.domain.hardware import Topology, extra_specs
from computeapi.domain.hardware.kept import KEPT, UNAVAILABLE
from computeapi.domain.hardware.settings import SETTINGS


def test_nothing_is_asked_for_by_default():
    assert hardware.read(4, 1024, {}, {}) == hardware.Hardware()
    assert hardware.read(4, 1024, {"mine:own": "x"}, {"os_distro": "debian"}) == hardware.Hardware()


@pytest.mark.parametrize(
    ("vcpus", "specs", "properties", "expected"),
    [
        (4, {"hw:cpu_sockets": "2"}, {}, (2, 2, 1)),
        (8, {"hw:cpu_threads": "2", "hw:cpu_cores": "4"}, {}, (1, 4, 2)),
        (4, {"hw:cpu_max_sockets": "1"}, {}, (1, 4, 1)),
        (4, {}, {"hw_cpu_cores": "4"}, (1, 4, 1)),
        # The flavor's word counts before the image's, which counts within the flavor's maxima.
        (4, {"hw:cpu_sockets": "4"}, {"hw_cpu_sockets": "1"}, (4, 1, 1)),
        (4, {"hw:cpu_max_sockets": "2"}, {"hw_cpu_max_sockets": "1"}, (1, 4, 1)),
        # What cannot be is passed over for the arrangement that agrees with most of it.
        (4, {"hw:cpu_sockets": "3", "hw:cpu_threads": "2"}, {}, (2, 1, 2)),
        (7, {"hw:cpu_cores": "2"}, {}, (7, 1, 1)),
        (2**31 - 1, {"hw:cpu_sockets": "1"}, {}, (1, 2**31 - 1, 1)),
    ],
)
def test_processors_are_arranged(vcpus, specs, properties, expected):
    assert hardware.read(vcpus, 1024, specs, properties).topology == Topology(*expected)


NODE = {"hw:numa_nodes": "1", "hw:numa_cpus.0": "0-3", "hw:numa_mem.0": "1024"}


@pytest.mark.parametrize(
    ("texts", "nodes"),
    [
        ({}, None),
        ({"numa_cpus.0": "0-3"}, None),
        ({"numa_nodes": "1"}, [((0, 1, 2, 3), 1024)]),
        ({"numa_nodes": "2"}, [((0, 1), 512), ((2, 3), 512)]),
        (
            {
                "numa_nodes": "2",
                "numa_cpus.0": "0-3,^2",
                "numa_mem.0": "1000",
                "numa_cpus.1": "2",
                "numa_mem.1": "24",
            },
            [((0, 1, 3), 1000), ((2,), 24)],
        ),
    ],
)
def test_processors_and_memory_are_spread_over_numa_nodes(texts, nodes):
    specs = {f"hw:{name}": text for name, text in texts.items()}
    properties = {f"hw_{name}": text for name, text in texts.items()}
    of_flavor = hardware.read(4, 1024, specs, {}).numa_nodes
    assert of_flavor == (None if nodes is None else tuple(nodes))
    assert hardware.read(4, 1024, {}, properties).numa_nodes == of_flavor


@pytest.mark.parametrize(
    ("specs", "properties", "message"),
    [
        (
            {"hw:cpu_max_sockets": "1", "hw:cpu_max_cores": "2", "hw:cpu_max_threads": "1"},
            {},
            "cannot be arranged",
        ),
        ({"hw:cpu_max_sockets": "1"}, {"hw_cpu_sockets": "2"}, "at most 1"),
        ({"hw:cpu_max_sockets": "1"}, {"hw_cpu_max_sockets": "2"}, "is more than the flavor's"),
        ({"hw:cpu_sockets": "many"}, {}, "hw:cpu_sockets is 'many'; it should be an integer"),
        ({}, {"hw_disk_bus": "fdc"}, "hw_disk_bus is 'fdc'; it should be virtio, scsi"),
        ({}, {"hw_video_ram": "16"}, "is more than the flavor's hw_video:ram_max_mb"),
        ({"hw:pmu": "true"}, {"hw_pmu": "false"}, "contradicts"),
        ({}, {"hw_disk_bus": "ide", "hw_machine_type": "q35"}, "no IDE bus"),
        ({}, {"hw_cdrom_bus": "ide", "hw_machine_type": "pc-q35-7.2"}, "no IDE bus"),
        ({"os:secure_boot": "required"}, {}, "hw_firmware_type=uefi"),
        ({"os:secure_boot": "required"}, {"hw_firmware_type": "uefi"}, "hw_machine_type=q35"),
        ({"hw:usb_model": "none"}, {"hw_input_bus": "usb"}, "leaves out USB"),
        (
            {"quota:disk_total_iops_sec": "1", "quota:disk_read_iops_sec": "1"},
            {},
            "quota:disk_total_iops_sec excludes",
        ),
        ({}, {"os_require_quiesce": "yes"}, "hw_qemu_guest_agent"),
        ({"hw:serial_port_count": "5"}, {}, "at most 4 serial ports"),
        ({"hw:serial_port_count": "1"}, {"hw_serial_port_count": "2"}, "is more than the flavor's"),
        ({"hw:vif_multiqueue_enabled": "true"}, {}, "No host can give a server"),
        ({"hw:numa_nodes": "0"}, {}, "hw:numa_nodes is '0'; it should be an integer from 1"),
        ({"hw:numa_nodes": "5"}, {}, "4 vCPUs cannot be spread over 5"),
        ({"hw:numa_nodes": "3"}, {}, "cannot be spread evenly"),
        ({"hw:numa_nodes": "1"}, {"hw_numa_nodes": "1"}, "the image must not"),
        ({"hw:numa_nodes": "1", "hw:numa_cpus.0": "0-3"}, {}, r"numa_mem\.0 is missing"),
        ({"hw:numa_nodes": "1", "hw:numa_mem.0": "1"}, {}, r"numa_cpus\.0 is missing"),
        (NODE | {"hw:numa_cpus.1": "0"}, {}, r"numa_cpus\.1 is of none of 1"),
        (NODE | {"hw:numa_cpus.0": "0-2"}, {}, "each of the flavor's 4 vCPUs once"),
        (NODE | {"hw:numa_cpus.0": "0-4"}, {}, "each of the flavor's 4 vCPUs once"),
        (NODE | {"hw:numa_cpus.0": "x"}, {}, "CPUs are 'x'; they should be a list"),
        (NODE | {"hw:numa_mem.0": "512"}, {}, "the flavor's 1024 MiB"),
        (NODE | {"hw:numa_mem.0": "-1"}, {}, r"numa_mem\.0 is '-1'"),
        ({"hw:cpu_policy": "dedicated"}, {}, "No host can give a server"),
        ({"pci_passthrough:alias": "gpu:1"}, {}, "No host can give a server"),
        ({}, {"hw_tpm_version": "2.0"}, "No host can give a server the image's hw_tpm_version"),
        ({}, {"hw_cpu_policy": "dedicated"}, "No host can give a server the image's hw_cpu_policy"),
    ],
)
def test_hardware_that_cannot_be_is_refused(specs, properties, message):
    with pytest.raises(Invalid, match=message):
        hardware.read(4, 1024, specs, properties)


def test_a_server_that_was_accepted_keeps_what_no_host_can_give():
    specs = {"hw:vif_multiqueue_enabled": "true", "hw:sound_model": "ich9"}
    with pytest.raises(Invalid):
        hardware.read(4, 1024, specs, {})
    assert hardware.of_accepted(4, 1024, specs, {}).sound_model == "ich9"


def test_a_value_of_the_image_counts_or_the_flavors_as_the_table_says():
    def read(field, specs, properties):
        return getattr(hardware.read(1, 1024, specs, properties), field)

    watchdog = {"hw:watchdog_action": "reset"}
    assert read("watchdog_action", watchdog, {}) == "reset"
    assert read("watchdog_action", watchdog, {"hw_watchdog_action": "pause"}) == "pause"
    hidden = {"img_hide_hypervisor_id": "true"}
    assert read("hide_hypervisor_id", {"hw:hide_hypervisor_id": "false"}, hidden) is True
    secure = {"hw_firmware_type": "uefi", "hw_machine_type": "q35", "os_secure_boot": "optional"}
    assert read("secure_boot", {"os:secure_boot": "required"}, secure) == "required"
    assert read("video_ram", {"hw_video:ram_max_mb": "64"}, {"hw_video_ram": "16"}) == 16
    assert read("video_ram", {"hw_video:ram_max_mb": "64"}, {}) is None
    limits = {"quota:disk_read_bytes_sec": "1000", "quota:disk_write_iops_sec": "0"}
    assert read("disk_limits", limits, {"hw_disk_bus": "scsi"}) == {"read_bytes_sec": 1000}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("anything", "x"),
        ("mine:own", "x"),
        ("hw:cpu_sockets", "2"),
        ("hw:cpu_policy", "dedicated"),
        ("hw:numa_cpus.0", "0-3,^2"),
        ("hw:mem_page_size", "2MB"),
        ("hw_rng:allowed", "True"),
        ("quota:cpu_quota", "-1"),
        ("resources:VCPU", "2"),
        ("resources_FPGA1:CUSTOM_THING", "1"),
        ("trait:HW_CPU_X86_AVX", "required"),
        ("aggregate_instance_extra_specs:ssd", "true"),
        ("capabilities:cpu_info:features", "<in> aes"),
        ("os:secure_boot", "required"),
    ],
)
def test_extra_specs_that_are_well_formed_are_taken(name, value):
    extra_specs.check(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hw:cpu_sockets", "0"),
        ("hw:cpu_sockets", "two"),
        ("hw:cpu_policy", "sharing"),
        ("hw:numa_cpus.0", "all"),
        ("hw:numa_cpus.x", "0"),
        ("hw:mem_page_size", "2 MB"),
        ("hw_rng:allowed", "perhaps"),
        ("quota:cpu_shares", "-1"),
        ("quota:cpu_shares", "1.5"),
        ("hw:bogus", "1"),
        ("trait:HW_CPU_X86_AVX", "wanted"),
        ("trait_G:lower", "required"),
        ("resources:VCPU", "many"),
        ("capabilities:bogus", "1"),
        ("hide_hypervisor_id", "perhaps"),
    ],
)
def test_malformed_extra_specs_of_known_namespaces_are_refused(name, value):
    with pytest.raises(Invalid, match=name):
        extra_specs.check(name, value)


def test_each_setting_is_a_field_and_has_one_line_of_the_table():
    fields = set(hardware.Hardware.__dataclass_fields__)
    for setting in SETTINGS:
        is_part = setting.field.startswith(("cpu_", "disk_"))
        assert is_part or setting.field in fields or setting.field == "rng_model"
    names = [s.extra_spec for s in SETTINGS if s.extra_spec]
    assert len(names) == len(set(names))
    assert not set(names) & set(KEPT)
    assert set(UNAVAILABLE) <= set(KEPT)
