"""Extra specs that are checked and kept, and that change nothing of a guest here.

API reference, "Flavors extra-specs". ``{num}``, ``{key}`` and so on stand for a part of a name.
"""

from computeapi.domain.hardware.values import Boolean, Choice, Integer, Text, Values

#: A part of a name -> the regular expression that it stands for.
PARTS = {
    "{num}": r"[0-9]+",
    "{key}": r".+",
    "{group}": r"[a-zA-Z0-9_-]{0,64}",
    "{name}": r"[A-Z][A-Z0-9_]*",
    "{filter}": r"(:\w+)*",
}

CPUS = Text("a list of CPUs such as 0-3,^2", r"\^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*")
_LEVEL = Choice(("custom", "high", "normal", "low"))
_AMOUNT, _NUMBER, _TEXT = Integer(0), Integer(), Text()

_CAPABILITIES = (
    "aggregates", "cell_uuid", "cpu_allocation_ratio", "current_workload", "disk_allocation_ratio",
    "disk_available_least", "disk_mb_used", "failed_builds", "free_disk_gb", "free_disk_mb",
    "free_ram_mb", "host", "host_ip", "hypervisor_hostname", "hypervisor_type",
    "hypervisor_version", "id", "local_gb", "local_gb_used", "mapped", "memory_mb",
    "memory_mb_used", "num_instances", "num_io_ops", "ram_allocation_ratio", "running_vms",
    "service_id", "total_usable_disk_gb", "total_usable_ram_mb", "updated", "uuid", "vcpus",
    "vcpus_total", "vcpus_used", "cpu_info{filter}", "instances{filter}", "limits{filter}",
    "metrics{filter}", "nodename{filter}", "numa_topology{filter}", "pci_device_pools{filter}",
    "pci_stats{filter}", "stats{filter}", "supported_hv_specs{filter}",
    "supported_instances{filter}",
)  # fmt: skip
_VIF_LIMITS = tuple(
    f"{way}_{kind}" for way in ("inbound", "outbound") for kind in ("average", "burst", "peak")
)

KEPT: dict[str, Values] = {
    "accel:device_profile": _TEXT,
    "aggregate_instance_extra_specs:{key}": _TEXT,
    **{f"capabilities:{name}": _TEXT for name in _CAPABILITIES},
    "group_policy": Choice(("isolate", "none")),
    "hide_hypervisor_id": Boolean(),
    "hw:cpu_dedicated_mask": CPUS,
    "hw:cpu_policy": Choice(("dedicated", "shared", "mixed")),
    "hw:cpu_realtime": Boolean(),
    "hw:cpu_realtime_mask": CPUS,
    "hw:cpu_thread_policy": Choice(("prefer", "isolate", "require")),
    "hw:emulator_threads_policy": Choice(("isolate", "share")),
    "hw:ephemeral_encryption": Boolean(),
    "hw:ephemeral_encryption_format": Choice(("plain", "luks", "luksv2")),
    "hw:locked_memory": Boolean(),
    "hw:mem_encryption": Boolean(),
    "hw:mem_encryption_model": Choice(("amd-sev", "amd-sev-es", "amd-sev-snp", "intel-tdx")),
    "hw:mem_page_size": Text(
        "large, small, any, or a size", r"large|small|any|\d+([kKMGT]i?)?(b|bit|B)?"
    ),
    "hw:pci_numa_affinity_policy": Choice(("required", "preferred", "legacy", "socket")),
    "hw:pmem": Text("names of resource classes, with commas", r"([a-zA-Z0-9_]+,?)+"),
    "hw:redirected_usb_ports": Integer(0, 15),
    "hw:tpm_model": Choice(("tpm-tis", "tpm-crb")),
    "hw:tpm_secret_security": Choice(("user", "host", "deployment")),
    "hw:tpm_version": Choice(("1.2", "2.0")),
    "hw:vif_multiqueue_enabled": Boolean(),
    "hw:viommu_model": Choice(("intel", "smmuv3", "virtio", "auto")),
    "pci_passthrough:alias": Text(
        "names of devices with their numbers, such as gpu:1", r"[^:]+:\d+(?:\s*,\s*[^:]+:\d+)*"
    ),
    **{f"quota:{name}_limit": _AMOUNT for name in ("cpu", "disk_io", "memory", "vif")},
    **{f"quota:{name}_reservation": _NUMBER for name in ("cpu", "disk_io", "memory", "vif")},
    **{f"quota:{name}_shares_level": _LEVEL for name in ("cpu", "disk_io", "memory", "vif")},
    **{f"quota:{name}_shares_share": _AMOUNT for name in ("cpu", "disk_io", "memory", "vif")},
    **{f"quota:vif_{name}": _AMOUNT for name in _VIF_LIMITS},
    "resources{group}:{name}": _NUMBER,
    "trait{group}:{name}": Choice(("required", "forbidden")),
    "vmware:hw_version": _TEXT,
    "vmware:storage_policy": _TEXT,
}

#: Extra specs that a guest would need and no host here can give, each with the values that need it.
UNAVAILABLE: dict[str, Values] = {
    "accel:device_profile": _TEXT,
    "hw:cpu_policy": Choice(("dedicated", "mixed")),
    "hw:cpu_realtime": Choice(("true", "True", "yes", "on", "1")),
    "hw:mem_encryption": Choice(("true", "True", "yes", "on", "1")),
    "hw:mem_page_size": Text("large, or a size", r"large|\d+([kKMGT]i?)?(b|bit|B)?"),
    "hw:pmem": _TEXT,
    "hw:tpm_version": _TEXT,
    "hw:vif_multiqueue_enabled": Choice(("true", "True", "yes", "on", "1")),
    "pci_passthrough:alias": _TEXT,
}
#: The properties of images that ask for the same.
UNAVAILABLE_PROPERTIES: dict[str, Values] = {
    name.replace(":", "_"): UNAVAILABLE[name]
    for name in ("hw:cpu_policy", "hw:mem_encryption", "hw:mem_page_size", "hw:tpm_version")
}
