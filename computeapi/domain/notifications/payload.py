"""The payloads of notifications: the fields that Nova's unversioned ones have.

Their consumers, Ceilometer's event definitions among them, read these names.
"""

from collections.abc import Iterator
from datetime import datetime

from computeapi.domain.notifications.notification import Before
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server


def of_server(server: Server, images_url: str) -> dict[str, object]:
    """Return the fields that every notification has.

    :param images_url: the URL of the image service.
    """
    return {
        "tenant_id": server.project_id,
        "user_id": server.user_id,
        "instance_id": server.id,
        "display_name": server.name,
        "reservation_id": server.reservation_id,
        "hostname": server.hostname,
        **_flavor(server),
        **_image(server, images_url),
        "host": server.host,
        "node": server.host,
        "availability_zone": server.availability_zone,
        "cell_name": "",
        "created_at": f"{server.created_at.replace(microsecond=0)}+00:00",
        "launched_at": _moment(server.launched_at),
        "terminated_at": _moment(server.terminated_at),
        "deleted_at": _moment(server.terminated_at if server.deleted else None),
        "state": server.vm_state,
        "state_description": server.task_state or "",
        "progress": server.progress or "",
        "access_ip_v4": server.access_ip_v4,
        "access_ip_v6": server.access_ip_v6,
        "metadata": dict(server.metadata),
        "fixed_ips": [*_fixed_ips(server)],
    }


def _flavor(server: Server) -> dict[str, object]:
    """Return the sizes; the id of a flavor is no number here, and stands under both names."""
    return {
        "instance_type": server.flavor_name,
        "instance_type_id": server.flavor_id,
        "instance_flavor_id": server.flavor_id,
        "memory_mb": server.memory_mb,
        "vcpus": server.vcpus,
        "disk_gb": server.disk_gb + server.ephemeral_gb,
        "root_gb": server.disk_gb,
        "ephemeral_gb": server.ephemeral_gb,
    }


def _image(server: Server, images_url: str) -> dict[str, object]:
    properties, image_id = server.image_properties, server.image_id or ""
    return {
        "architecture": properties.get("architecture") or properties.get("hw_architecture"),
        "os_type": properties.get("os_type"),
        "image_ref_url": f"{images_url.rstrip('/')}/images/{image_id}",
        "image_meta": {**properties, "base_image_ref": image_id},
        "kernel_id": "",
        "ramdisk_id": "",
    }


def _fixed_ips(server: Server) -> Iterator[dict[str, object]]:
    for label, addresses in server.addresses.items():
        floating = [one for one in addresses if one.get("type") == "floating"]
        for one in addresses:
            if one in floating:
                continue
            mac = one.get("mac")
            yield {
                "address": one.get("addr"),
                "version": one.get("version"),
                "type": "fixed",
                "label": label,
                "vif_mac": mac,
                "floating_ips": [
                    other.get("addr") for other in floating if other.get("mac") == mac
                ],
                "meta": {},
            }


def of_update(before: Before | None, server: Server, now: datetime) -> dict[str, object]:
    """Return the fields that an update has beside those of every notification.

    :param before: the server as it was; None when it is new.
    """
    began = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    fields: dict[str, object] = {
        "old_state": before.vm_state if before else None,
        "old_task_state": before.task_state if before else None,
        "new_task_state": server.task_state,
        **of_audit(began, now),
    }
    if before is not None and before.name != server.name:
        fields["old_display_name"] = before.name
    return fields


def of_audit(beginning: datetime, ending: datetime) -> dict[str, object]:
    """Return the fields about a period of use."""
    return {
        "audit_period_beginning": _moment(beginning),
        "audit_period_ending": _moment(ending),
        "bandwidth": {},
    }


def of_operation(name: str, operation: Operation, server: Server) -> dict[str, object]:
    """Return the fields that one of an operation's notifications has of its own.

    :param name: such as ``create.end``.
    """
    fields: dict[str, object] = {}
    if name == "create.end":
        fields["message"] = "Success"
    if server.move is not None and "resize" in name:
        fields["new_instance_type"] = server.move.new.flavor_name
        fields["new_instance_type_id"] = server.move.new.flavor_id
    if name.startswith("volume."):
        fields["volume_id"] = operation.params.get("volume")
    return fields


def of_failure(message: str, code: int) -> dict[str, object]:
    """Return the fields that the notification about a failure has of its own.

    :param code: the HTTP status for the reason.
    """
    return {"message": message, "exception": message, "code": code}


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="microseconds")
