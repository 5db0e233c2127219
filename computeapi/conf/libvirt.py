"""The libvirt driver."""

from oslo_config import cfg

GROUP = "libvirt"
OPTS = [
    cfg.StrOpt(
        "uri",
        default="qemu:///embed?root=$state_path/libvirt",
        help="URI of the libvirt connection. The default needs no daemon and no privilege.",
    ),
    cfg.StrOpt(
        "virt_type",
        default="auto",
        choices=["auto", "kvm", "qemu"],
        help="Accelerator of guests. With auto, it is KVM if a test guest runs with KVM.",
    ),
    cfg.StrOpt(
        "cpu_model", help="CPU model of guests; by default the best model that the accelerator has."
    ),
    cfg.BoolOpt(
        "guests_reach_host",
        default=False,
        help="Whether guests may reach services that listen on this host's loopback addresses,"
        " through 10.0.2.2. By default each guest has its network in a network namespace of its"
        " own, from which it cannot reach them; that needs slirp4netns and user namespaces. Where"
        " these are missing, guests reach no network, and are reached by ssh only.",
    ),
    cfg.IntOpt(
        "tb_cache_mb",
        default=32,
        min=1,
        help="MiB of the code cache of each emulated guest (TCG).",
    ),
]
