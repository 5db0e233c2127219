"""Puts the first servers into Nova's databases, through Nova's own objects.

``python -m bench.nova.populate SPEC``, with ``config_file``, ``project``, ``user`` and
``servers``: for each its ``id``, ``name``, ``address``, ``mac`` and ``flavor``.
"""

import os
import uuid
from typing import Any

from nova import config, context, objects
from nova.network import model

from testing.programs import Answers, specification

_HOST = "host000"
_NETWORK = "5b1d7c2e-93a4-4f60-8e15-c7a9d3b2f048"


class Populating:
    """The objects of one project, in one cell."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self._admin = context.get_admin_context()
        self._user = context.RequestContext(
            spec["user"], spec["project"], is_admin=True, roles=["admin", "member", "reader"]
        )
        cells = objects.CellMappingList.get_all(self._admin)
        self._cell = next(cell for cell in cells if cell.name == "cell1")

    def run(self) -> None:
        """Make flavors, a host and the servers."""
        flavors = [self._flavor(*row) for row in self._spec["flavors"]]
        with context.target_cell(self._user, self._cell) as cell_context:
            node = self._node(cell_context)
            for number, server in enumerate(self._spec["servers"]):
                self._server(cell_context, server, flavors[number % len(flavors)], node)

    def _flavor(self, key: str, vcpus: int, memory_mb: int, disk_gb: int) -> Any:
        flavor = objects.Flavor(
            self._admin, flavorid=key, name=f"m1.{key}", memory_mb=memory_mb, vcpus=vcpus,
            root_gb=disk_gb, ephemeral_gb=0, swap=0, rxtx_factor=1.0, is_public=True,
            disabled=False, description=None, extra_specs={},
        )  # fmt: skip
        flavor.create()
        return objects.Flavor.get_by_flavor_id(self._admin, key)

    def _node(self, cell_context: Any) -> Any:
        service = objects.Service(
            cell_context, host=_HOST, binary="nova-compute", topic="compute", report_count=1
        )
        service.create()
        node = objects.ComputeNode(
            cell_context, host=_HOST, service_id=service.id, uuid=str(uuid.uuid4()),
            hypervisor_hostname=_HOST, hypervisor_type="fake", hypervisor_version=1,
            vcpus=10**6, memory_mb=10**9, local_gb=10**8, vcpus_used=0, memory_mb_used=0,
            local_gb_used=0, cpu_info="{}", cpu_allocation_ratio=1.0, ram_allocation_ratio=1.0,
            disk_allocation_ratio=1.0, mapped=1,
        )  # fmt: skip
        node.create()
        objects.HostMapping(self._admin, host=_HOST, cell_mapping=self._cell).create()
        return node

    def _server(self, cell_context: Any, server: dict[str, Any], flavor: Any, node: Any) -> None:
        key, project, user = server["id"], self._spec["project"], self._spec["user"]
        groups = objects.SecurityGroupList(objects=[])
        no_devices = objects.InstancePCIRequests(requests=[])
        objects.Instance(
            cell_context, uuid=key, user_id=user, project_id=project,
            display_name=server["name"], display_description=None,
            hostname=server["name"], image_ref=self._spec["image"], kernel_id="", ramdisk_id="",
            launch_index=0, power_state=1, vm_state="active", task_state=None,
            memory_mb=flavor.memory_mb, vcpus=flavor.vcpus, root_gb=flavor.root_gb,
            ephemeral_gb=0, host=_HOST, node=_HOST, compute_id=node.id, launched_on=_HOST,
            reservation_id=f"r-{key[:8]}", availability_zone="nova",
            instance_type_id=flavor.id, auto_disk_config=False, config_drive="", progress=0,
            locked=False, locked_by=None, access_ip_v4=None, access_ip_v6=None,
            root_device_name="/dev/vda", disable_terminate=False, shutdown_terminate=False,
            metadata=server["metadata"],
            system_metadata={"image_base_image_ref": self._spec["image"], "image_min_disk": "1"},
            flavor=flavor, old_flavor=None, new_flavor=None, security_groups=groups,
            info_cache=_info_cache(cell_context, key, server), numa_topology=None,
            pci_requests=no_devices,
        ).create()  # fmt: skip
        objects.BlockDeviceMapping(
            cell_context, instance_uuid=key, source_type="image", destination_type="local",
            device_name="/dev/vda", boot_index=0, image_id=self._spec["image"],
            delete_on_termination=True, device_type="disk", disk_bus="virtio", guest_format=None,
            no_device=False, tag=None,
        ).create()  # fmt: skip
        objects.RequestSpec.from_components(
            self._user, key, objects.ImageMeta.from_dict({"id": self._spec["image"]}), flavor,
            None, no_devices, {"scheduler_hints": {}}, None, None, security_groups=groups,
        ).create()  # fmt: skip
        objects.InstanceMapping(
            self._admin, instance_uuid=key, project_id=project, user_id=user,
            cell_mapping=self._cell, queued_for_delete=False,
        ).create()  # fmt: skip


def _info_cache(cell_context: Any, key: str, server: dict[str, Any]) -> Any:
    """Return the cached network of a server: one port with one address."""
    subnet = model.Subnet(
        cidr="10.0.0.0/8", dns=[], gateway=model.IP("10.0.0.1", type="gateway"), routes=[],
        ips=[model.FixedIP(address=server["address"], version=4)],
    )  # fmt: skip
    network = model.Network(
        id=_NETWORK, bridge="br-int", label="private", subnets=[subnet], mtu=1450,
    )  # fmt: skip
    port = model.VIF(
        id=str(uuid.uuid4()), address=server["mac"], network=network, type="ovs", active=True,
        devname=f"tap{key[:8]}", ovs_interfaceid=key,
    )  # fmt: skip
    return objects.InstanceInfoCache(
        cell_context, instance_uuid=key, network_info=model.NetworkInfo([port])
    )


def main() -> None:
    """Populate, and say that it is done."""
    spec = specification()
    answers = Answers()
    config.parse_args(["nova-populate", "--config-file", spec["config_file"]])
    objects.register_all()
    Populating(spec).run()
    answers.send({"done": True})
    os._exit(0)


if __name__ == "__main__":
    main()
