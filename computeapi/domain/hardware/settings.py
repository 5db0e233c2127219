"""The settings of guests' hardware: the one table that checks, guests and documents are made of.

API reference, "Flavors extra-specs"; Glance's "Useful image properties".
"""

from dataclasses import dataclass
from enum import StrEnum

from computeapi.domain.hardware.values import Boolean, Choice, Integer, Text, Values


class Both(StrEnum):
    """The value that counts when a flavor and an image both set one, as an end of a sentence."""

    FLAVOR = "the flavor's value counts"
    IMAGE = "the image's value counts"
    EQUAL = "the values must be equal"
    EITHER = "it is true when one of the values is"
    LIMIT = "the image's value counts, and must not be more than the flavor's"


@dataclass(frozen=True, slots=True)
class Setting:
    """A property of the guests that a flavor or an image sets.

    :ivar field: the field of :class:`computeapi.domain.hardware.Hardware`.
    :ivar effect: a sentence for the documentation: the effect on a guest of libvirt.
    :ivar extra_spec: its name in the extra specs of flavors; None when flavors cannot set it.
    :ivar image_property: its name among the properties of images; None when images cannot set it.
    :ivar image_values: the values in images, where they differ from those in flavors.
    """

    field: str
    values: Values
    effect: str
    extra_spec: str | None = None
    image_property: str | None = None
    both: Both = Both.EQUAL
    image_values: Values | None = None


_BOOLEAN, _COUNT, _AMOUNT = Boolean(), Integer(1), Integer(0)
_FLAVOR, _LIMIT = Both.FLAVOR, Both.LIMIT

DISK_BUSES = ("virtio", "scsi", "sata", "ide", "usb")
SCSI_MODELS = ("virtio-scsi", "lsilogic", "lsisas1068", "lsisas1078", "vmpvscsi")
VIF_MODELS = ("virtio", "e1000", "e1000e", "ne2k_pci", "pcnet", "rtl8139", "vmxnet3")
VIDEO_MODELS = ("vga", "virtio", "cirrus", "qxl", "vmvga", "bochs", "none")
USB_MODELS = ("none", "nec-xhci", "qemu-xhci")
SOUND_MODELS = ("sb16", "es1370", "pcspk", "ac97", "ich6", "ich9", "usb", "virtio")
WATCHDOG_ACTIONS = ("none", "pause", "poweroff", "reset", "disabled")
#: QEMU's names of limits, in the order of libvirt's schema; "quota:disk_" stands before each in a
#: flavor.
DISK_LIMITS = (
    "read_bytes_sec",
    "write_bytes_sec",
    "total_bytes_sec",
    "read_iops_sec",
    "write_iops_sec",
    "total_iops_sec",
)


def _topology(part: str) -> tuple[Setting, Setting]:
    return (
        Setting(
            f"cpu_{part}",
            _COUNT,
            f"The number of {part} that the processors are arranged in, if the flavor's number of "
            "vCPUs can be.",
            f"hw:cpu_{part}",
            f"hw_cpu_{part}",
            _FLAVOR,
        ),
        Setting(
            f"cpu_max_{part}",
            _COUNT,
            f"The largest number of {part} that the processors may be arranged in.",
            f"hw:cpu_max_{part}",
            f"hw_cpu_max_{part}",
            _LIMIT,
        ),
    )


def _both(
    field: str, values: Values, effect: str, both: Both = Both.EQUAL, image: str | None = None
) -> Setting:
    """Return a setting that a flavor and an image can set, under similar names."""
    return Setting(field, values, effect, f"hw:{field}", image or f"hw_{field}", both)


def _image(name: str, values: Values, effect: str) -> Setting:
    """Return a setting that images alone can set; its field is named without the prefix."""
    return Setting(name.split("_", 1)[1], values, effect, image_property=name)


def _flavor(field: str, name: str, values: Values, effect: str) -> Setting:
    """Return a setting that flavors alone can set."""
    return Setting(field, values, effect, extra_spec=name)


SETTINGS: tuple[Setting, ...] = (
    *(setting for part in ("sockets", "cores", "threads") for setting in _topology(part)),
    _both("pmu", _BOOLEAN, "The processors have, or lack, a performance monitoring unit."),
    _both(
        "hide_hypervisor_id",
        _BOOLEAN,
        "KVM does not show itself to the guest; emulated guests (TCG) see no KVM anyway.",
        Both.EITHER,
        "img_hide_hypervisor_id",
    ),
    _both("boot_menu", _BOOLEAN, "The firmware shows its boot menu.", Both.IMAGE),
    _both(
        "watchdog_action",
        Choice(WATCHDOG_ACTIONS),
        "A watchdog (i6300esb) does this when the guest does not reset it in time; 'disabled' is "
        "no watchdog.",
        Both.IMAGE,
    ),
    _both("usb_model", Choice(USB_MODELS), "The model of the USB controller; 'none' is none."),
    _both("sound_model", Choice(SOUND_MODELS), "The guest has a sound card of this model."),
    _both(
        "serial_port_count",
        _AMOUNT,
        "The number of serial ports, up to 4; the first one is the console, which every guest has.",
        _LIMIT,
    ),
    _both(
        "virtio_packed_ring", _BOOLEAN, "Virtio disks use packed rings, if the guest can use them."
    ),
    _flavor(
        "rng_allowed",
        "hw_rng:allowed",
        _BOOLEAN,
        "False leaves out the random number generator (virtio-rng) that each guest has.",
    ),
    _flavor(
        "rng_rate_bytes",
        "hw_rng:rate_bytes",
        _AMOUNT,
        "The bytes that the guest may read from the random number generator in one period.",
    ),
    _flavor(
        "rng_rate_period",
        "hw_rng:rate_period",
        _AMOUNT,
        "The period of hw_rng:rate_bytes, in milliseconds; 1000 by default.",
    ),
    _image("hw_rng_model", Choice(("virtio",)), "The model of the random number generator."),
    _image("hw_video_model", Choice(VIDEO_MODELS), "The model of the graphics card; vga if unset."),
    Setting(
        "video_ram",
        _AMOUNT,
        "The memory of the graphics card in MiB, at most as much as the flavor allows.",
        "hw_video:ram_max_mb",
        "hw_video_ram",
        _LIMIT,
    ),
    Setting(
        "secure_boot",
        Choice(("required", "disabled")),
        "'required' boots with UEFI's Secure Boot; it needs hw_firmware_type uefi and "
        "hw_machine_type q35.",
        "os:secure_boot",
        "os_secure_boot",
        image_values=Choice(("required", "disabled", "optional")),
    ),
    _image("hw_firmware_type", Choice(("bios", "uefi")), "The firmware that boots the guest."),
    _image(
        "hw_machine_type",
        Text("the name of a machine type", r"[A-Za-z0-9._-]{1,64}"),
        "The type of the machine, e.g. pc or q35; the host's QEMU must know it.",
    ),
    _image(
        "hw_architecture",
        Text("the name of an architecture", r"[a-z0-9_]{1,32}"),
        "The host must be of this architecture.",
    ),
    _image("hw_disk_bus", Choice(DISK_BUSES), "The bus of the disks; virtio if unset."),
    _image(
        "hw_cdrom_bus",
        Choice(("sata", "ide", "scsi", "usb")),
        "The bus of the config drive, a CD-ROM; ide if unset, and sata for the machine type q35.",
    ),
    _image("hw_scsi_model", Choice(SCSI_MODELS), "The model of the SCSI controller."),
    _image("hw_vif_model", Choice(VIF_MODELS), "The model of the network card; virtio if unset."),
    _image(
        "hw_input_bus",
        Choice(("usb", "virtio")),
        "The guest has a tablet and a keyboard on this bus.",
    ),
    _image("hw_pointer_model", Choice(("usbtablet",)), "The guest has a USB tablet."),
    _image("hw_time_hpet", _BOOLEAN, "The guest has, or lacks, a high precision event timer."),
    _image(
        "hw_qemu_guest_agent",
        _BOOLEAN,
        "The guest has the channel that QEMU's guest agent listens on.",
    ),
    _image(
        "os_require_quiesce",
        _BOOLEAN,
        "File systems are frozen while a snapshot is taken; it needs hw_qemu_guest_agent.",
    ),
    _flavor(
        "cpu_shares", "quota:cpu_shares", _AMOUNT, "The weight of the guest's CPU time on its host."
    ),
    _flavor(
        "cpu_period",
        "quota:cpu_period",
        _AMOUNT,
        "The period of quota:cpu_quota, in microseconds.",
    ),
    _flavor(
        "cpu_quota",
        "quota:cpu_quota",
        Integer(),
        "The CPU time that each processor may use in a period, in microseconds.",
    ),
    *(
        _flavor(
            f"disk_{name}",
            f"quota:disk_{name}",
            _AMOUNT,
            f"QEMU's limit {name} for each disk; 0 is no limit.",
        )
        for name in DISK_LIMITS
    ),
)
