"""The hardware that a flavor and an image ask for, together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from computeapi.domain.errors import Invalid
from computeapi.domain.hardware import numa
from computeapi.domain.hardware.kept import UNAVAILABLE, UNAVAILABLE_PROPERTIES
from computeapi.domain.hardware.numa import Node
from computeapi.domain.hardware.settings import SETTINGS, Both, Setting
from computeapi.domain.hardware.topology import Topology, choose
from computeapi.domain.hardware.values import Values

#: QEMU gives a machine no more.
MAX_SERIAL_PORTS = 4
#: The bus of a disk -> how names of disks on it begin.
DISK_PREFIXES = {"virtio": "vd", "scsi": "sd", "sata": "sd", "usb": "sd", "ide": "hd"}


@dataclass(frozen=True, slots=True)
class Hardware:
    """The hardware of a guest beyond its sizes. None, in each field, is the host's default.

    :ivar topology: how the processors are arranged.
    :ivar numa_nodes: the NUMA nodes, which have all processors and all memory.
    :ivar video_ram: MiB.
    :ivar rng_rate_period: milliseconds. :ivar cpu_period: microseconds, as ``cpu_quota``.
    :ivar disk_limits: limits of each disk by QEMU's names; see
        :data:`computeapi.domain.hardware.settings.DISK_LIMITS`.
    """

    topology: Topology | None = None
    numa_nodes: tuple[Node, ...] | None = None
    pmu: bool | None = None
    hide_hypervisor_id: bool | None = None
    boot_menu: bool | None = None
    watchdog_action: str | None = None
    usb_model: str | None = None
    sound_model: str | None = None
    serial_port_count: int | None = None
    virtio_packed_ring: bool | None = None
    rng_allowed: bool | None = None
    rng_rate_bytes: int | None = None
    rng_rate_period: int | None = None
    video_model: str | None = None
    video_ram: int | None = None
    secure_boot: str | None = None
    firmware_type: str | None = None
    machine_type: str | None = None
    architecture: str | None = None
    disk_bus: str | None = None
    cdrom_bus: str | None = None
    scsi_model: str | None = None
    vif_model: str | None = None
    input_bus: str | None = None
    pointer_model: str | None = None
    time_hpet: bool | None = None
    qemu_guest_agent: bool | None = None
    require_quiesce: bool | None = None
    cpu_shares: int | None = None
    cpu_period: int | None = None
    cpu_quota: int | None = None
    disk_limits: Mapping[str, int] | None = None

    @property
    def disk_prefix(self) -> str:
        """The beginning of the names of the guest's disks."""
        return DISK_PREFIXES[self.disk_bus or "virtio"]

    @property
    def is_q35(self) -> bool:
        """Whether the machine type asked for is a Q35, which has no IDE."""
        machine = self.machine_type or ""
        return machine == "q35" or machine.startswith("pc-q35")

    @property
    def bus_of_cdroms(self) -> str:
        """The bus of the guest's CD-ROMs, as in Nova: the one that the machine type has."""
        return self.cdrom_bus or ("sata" if self.is_q35 else "ide")


#: Fields that are read from settings, but for those that become another field.
_FIELDS = frozenset(Hardware.__dataclass_fields__)


def read(
    vcpus: int, memory_mb: int, extra_specs: Mapping[str, str], properties: Mapping[str, str]
) -> Hardware:
    """Return the hardware that a flavor and an image ask for.

    :param vcpus: of the flavor.
    :param memory_mb: of the flavor, in MiB.
    :param extra_specs: of the flavor.
    :param properties: of the image.
    :raises Invalid: when a value is malformed, values contradict each other, or no host here can
        give the hardware.
    """
    _check_available("flavor", UNAVAILABLE, extra_specs)
    _check_available("image", UNAVAILABLE_PROPERTIES, properties)
    return of_accepted(vcpus, memory_mb, extra_specs, properties)


def of_accepted(
    vcpus: int, memory_mb: int, extra_specs: Mapping[str, str], properties: Mapping[str, str]
) -> Hardware:
    """Return the hardware of a server that was accepted, as :func:`read` does.

    It may ask for hardware that no host can give: an earlier version passed that over.

    :raises Invalid: when a value is malformed, or values contradict each other.
    """
    if not extra_specs and not properties:
        return Hardware()
    found: dict[str, Any] = {}
    for setting in SETTINGS:
        value = _value(setting, extra_specs, properties)
        if value is not None:
            found[setting.field] = value
    limits = {name[5:]: value for name, value in found.items() if name.startswith("disk_") if value}
    limits.pop("bus", None)
    hardware = Hardware(
        topology=choose(vcpus, _arrangement(found, "cpu_"), _arrangement(found, "cpu_max_")),
        numa_nodes=numa.nodes(vcpus, memory_mb, extra_specs, properties),
        disk_limits=limits or None,
        **{name: value for name, value in found.items() if name in _FIELDS},
    )
    _check(hardware)
    return hardware


def _check_available(
    source: str, unavailable: Mapping[str, Values], texts: Mapping[str, str]
) -> None:
    for name, values in unavailable.items():
        if name in texts and _is_one_of(values, texts[name]):
            raise Invalid(f"No host can give a server the {source}'s {name}={texts[name]}.")


def _is_one_of(values: Values, text: str) -> bool:
    try:
        values.read(text)
    except ValueError:
        return False
    return True


def _arrangement(found: Mapping[str, Any], prefix: str) -> tuple[int | None, ...]:
    return tuple(found.get(f"{prefix}{part}") for part in ("sockets", "cores", "threads"))


def _value(
    setting: Setting, extra_specs: Mapping[str, str], properties: Mapping[str, str]
) -> Any | None:
    """Return the value of a setting, or None when neither flavor nor image sets it."""
    of_flavor = _read(setting.values, "flavor", setting.extra_spec, extra_specs)
    image_values = setting.image_values or setting.values
    of_image = _read(image_values, "image", setting.image_property, properties)
    if setting.field == "video_ram":
        # A flavor that does not say how much an image may have allows no more than the default.
        return _limited(setting, of_flavor or 0, of_image)
    if of_flavor is None or of_image is None:
        return of_image if of_flavor is None else of_flavor
    if setting.both == Both.LIMIT:
        return _limited(setting, of_flavor, of_image)
    if setting.both == Both.EQUAL and of_image not in (of_flavor, "optional"):
        raise Invalid(
            f"The flavor's {setting.extra_spec}={of_flavor} contradicts the image's "
            f"{setting.image_property}={of_image}."
        )
    if setting.both == Both.EITHER:
        return of_flavor or of_image
    return of_image if setting.both == Both.IMAGE else of_flavor


def _read(values: Values, source: str, name: str | None, texts: Mapping[str, str]) -> Any | None:
    if name is None or name not in texts:
        return None
    try:
        return values.read(texts[name])
    except ValueError as error:
        raise Invalid(
            f"The {source}'s {name} is {texts[name]!r}; it should be {values.description}."
        ) from error


def _limited(setting: Setting, limit: int, of_image: int | None) -> int | None:
    if of_image is not None and of_image > limit:
        raise Invalid(
            f"The image's {setting.image_property}={of_image} is more than the flavor's "
            f"{setting.extra_spec}, which is {limit}."
        )
    return of_image


def _check(hardware: Hardware) -> None:
    """Raise Invalid when parts of the hardware cannot go together."""
    if hardware.is_q35 and "ide" in (hardware.disk_bus, hardware.cdrom_bus):
        raise Invalid("A machine of type q35 has no IDE bus: choose another bus or machine type.")
    if hardware.secure_boot == "required":
        if hardware.firmware_type != "uefi":
            raise Invalid("Secure Boot needs an image with hw_firmware_type=uefi.")
        if not hardware.is_q35:
            raise Invalid("Secure Boot needs an image with hw_machine_type=q35.")
    if (hardware.serial_port_count or 0) > MAX_SERIAL_PORTS:
        raise Invalid(f"A server has at most {MAX_SERIAL_PORTS} serial ports.")
    if hardware.usb_model == "none" and _needs_usb(hardware):
        raise Invalid("A USB device is asked for, and hw:usb_model=none leaves out USB.")
    for kind in ("bytes_sec", "iops_sec"):
        limits = hardware.disk_limits or {}
        if f"total_{kind}" in limits and limits.keys() & {f"read_{kind}", f"write_{kind}"}:
            raise Invalid(f"quota:disk_total_{kind} excludes limits of reads and of writes alone.")
    if hardware.require_quiesce and not hardware.qemu_guest_agent:
        raise Invalid("os_require_quiesce needs an image with hw_qemu_guest_agent=yes.")


def _needs_usb(hardware: Hardware) -> bool:
    buses = (hardware.disk_bus, hardware.cdrom_bus, hardware.input_bus, hardware.sound_model)
    return "usb" in buses or hardware.pointer_model is not None
