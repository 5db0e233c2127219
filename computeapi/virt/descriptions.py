"""The descriptions of a host, and of a server in the metadata of its guest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServerDescription:
    """The server that a guest is made for, as the guest's metadata describes it.

    :ivar name: for people. :ivar image_id: None for a server without an image.
    """

    name: str
    user_id: str
    project_id: str
    created_at: datetime
    flavor_id: str
    flavor_name: str
    extra_specs: Mapping[str, str]
    image_id: str | None
    image_properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HostFacts:
    """The resources of a host.

    :ivar memory_mb: MiB in all. :ivar disk_gb: GiB of the file system that holds the disks.
    :ivar hypervisor_version: as libvirt counts: major * 1,000,000 + minor * 1,000 + release.
    :ivar host_ip: the address by which other hosts reach this one; None when it has none.
    :ivar cpu_info: the processors, as the API shows them (API reference, "Show Hypervisor
        Details"); None when they are not known.
    """

    hypervisor_hostname: str
    hypervisor_type: str
    hypervisor_version: int
    vcpus: int
    memory_mb: int
    disk_gb: int
    host_ip: str | None = None
    cpu_info: Mapping[str, object] | None = None
