"""The libvirt driver."""

from oslo_config import cfg

GROUP = "libvirt"
OPTS = [
    cfg.StrOpt(
        "uri",
        default="qemu:///embed?root=$state_path/libvirt",
        help="libvirt connection URI; the default needs no daemon and no privilege.",
    ),
    cfg.StrOpt(
        "virt_type",
        default="auto",
        choices=["auto", "kvm", "qemu"],
        help="Accelerator; auto runs a guest to see whether KVM really works.",
    ),
    cfg.StrOpt("cpu_model", help="CPU model of guests; by default the best the accelerator has."),
    cfg.IntOpt("tb_cache_mb", default=32, min=1, help="MiB of TCG's code cache of a guest."),
]
