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
        help="Accelerator. With auto, the worker runs a test guest to check that KVM works.",
    ),
    cfg.StrOpt(
        "cpu_model", help="CPU model of guests; by default the best one of the accelerator."
    ),
    cfg.BoolOpt(
        "guests_reach_host",
        default=False,
        help="Let guests reach services that listen on this host's loopback addresses, through"
        " 10.0.2.2. By default each guest's network is in a network namespace of its own, from"
        " which they cannot; this takes slirp4netns and user namespaces. Where these are missing,"
        " guests reach nothing, and only ssh leads to them.",
    ),
    cfg.IntOpt(
        "tb_cache_mb",
        default=32,
        min=1,
        help="MiB of the code cache of a guest that is emulated (TCG).",
    ),
]
