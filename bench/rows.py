"""The servers that everything is measured over, the same ones in every database."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

#: Change it when rows change, so that databases kept from earlier runs are made anew.
EDITION = 6
PROJECT = "b0b0c0ffee0b4c1d8e2f3a4b5c6d7e8f"
USER = "5eeded0000000000000000000000beef"
IMAGE = "7d1c5e0a-52b8-4d3f-9a41-0c6f2b8e9d10"
EPOCH = datetime(2026, 1, 1)
HOSTS = 100
#: id, vcpus, memory in MiB, disk in GiB of the flavors that the servers have in turn
FLAVORS = (("1", 1, 512, 1), ("2", 1, 2048, 20), ("3", 2, 4096, 40))


def server_id(index: int) -> str:
    """Return the id of a server: as if at random, but the same in every run."""
    digest = hashlib.md5(b"server %d" % index, usedforsecurity=False).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:]}"


def address(index: int) -> dict[str, object]:
    """Return the address of a server."""
    low, high = index & 255, index >> 8 & 255
    return {
        "addr": f"10.{index >> 16 & 255}.{high}.{low}",
        "version": 4,
        "type": "fixed",
        "mac": f"fa:16:3e:{index >> 16 & 255:02x}:{high:02x}:{low:02x}",
    }


def host(index: int) -> str:
    """Return the name of the host that a server lives on."""
    return f"host{index % HOSTS:03d}"


def server(index: int, project: str = PROJECT) -> dict[str, Any]:
    """Return a row of the table ``servers``, but for defaults: an ACTIVE server."""
    flavor_id, vcpus, memory_mb, disk_gb = FLAVORS[index % len(FLAVORS)]
    created = EPOCH + timedelta(seconds=index)
    launched = created + timedelta(seconds=5, microseconds=index % 1000000)
    return {
        "id": server_id(index),
        "project_id": project,
        "user_id": USER,
        "name": f"vm-{index:07d}",
        "created_at": created,
        "updated_at": launched,
        "vm_state": "active",
        "power_state": 1,
        "host": host(index),
        "availability_zone": "nova",
        "flavor_id": flavor_id,
        "flavor_name": f"m1.{flavor_id}",
        "extra_specs": {},
        "image_properties": {},
        "scheduler_hints": {},
        "vcpus": vcpus,
        "memory_mb": memory_mb,
        "disk_gb": disk_gb,
        "ephemeral_gb": 0,
        "swap_mb": 0,
        "image_id": IMAGE,
        "metadata": {"index": str(index)},
        "security_groups": ["default"],
        "addresses": {"private": [address(index)]},
        "config_drive": False,
        "disk_config": "MANUAL",
        "reservation_id": f"r-{index:08x}",
        "launch_index": 0,
        "hostname": f"vm-{index:07d}",
        "progress": 0,
        "launched_at": launched,
        "deleted": False,
        "personality": [],
        "changed_at": launched,
    }


def servers(first: int, count: int, project: str = PROJECT) -> Iterator[dict[str, Any]]:
    """Return rows of consecutive servers, the oldest first."""
    return (server(index, project) for index in range(first, first + count))


def claims(first: int, count: int) -> Iterator[dict[str, Any]]:
    """Return the claims of consecutive servers on their hosts."""
    for index in range(first, first + count):
        _, vcpus, memory_mb, disk_gb = FLAVORS[index % len(FLAVORS)]
        yield {
            "server_id": server_id(index),
            "host": host(index),
            "vcpus": vcpus,
            "memory_mb": memory_mb,
            "disk_gb": disk_gb,
        }


def hosts() -> Iterator[dict[str, Any]]:
    """Return rows of the table ``hosts``: each is up and has room for many servers."""
    for index in range(HOSTS):
        yield {
            "name": host(index),
            "hypervisor_hostname": host(index),
            "hypervisor_type": "fake",
            "hypervisor_version": 1,
            "vcpus": 10**6,
            "memory_mb": 10**9,
            "disk_gb": 10**9 // 2,
            "enabled": True,
            "started_at": EPOCH,
            "seen_at": EPOCH,
            "number": index + 1,
            "service_uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"service {index}")),
            "hypervisor_uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"hypervisor {index}")),
        }
