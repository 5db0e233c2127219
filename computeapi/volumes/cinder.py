"""Volumes in Cinder, over the Block Storage API v3."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from oslo_config import cfg

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.volumes import Connector, NewVolume, Reservation, Volume, VolumeSnapshot
from computeapi.ports.volumes import Connection, Volumes
from computeapi.volumes.cinder_calls import CinderCalls
from computeapi.volumes.cinder_documents import (
    DEVICE_KEY,
    IMAGE_KEY,
    attachment_id_of,
    connection_of,
    reservation_of,
    saved_id_of,
    snapshot_of,
    types_of,
    volume_id_of,
    volume_of,
)
from computeapi.volumes.none import attachment_not_found, snapshot_not_found, volume_not_found


def load(conf: cfg.ConfigOpts) -> "Cinder":
    """Return the volume service behind ``[volumes] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return Cinder(CinderCalls(conf))


class Cinder(Volumes):
    """A volume service. Attachments are those of microversion 3.44: reserve, connect, complete."""

    is_enabled = True

    def __init__(self, calls: CinderCalls) -> None:
        self._calls = calls

    # In the caller's name

    def volume(self, context: Context, volume_id: str) -> Volume:
        missing = volume_not_found(volume_id)
        return volume_of(self._calls.as_caller(context, "GET", f"/volumes/{volume_id}", missing))

    def snapshot(self, context: Context, snapshot_id: str) -> VolumeSnapshot:
        missing = snapshot_not_found(snapshot_id)
        found = self._calls.as_caller(context, "GET", f"/snapshots/{snapshot_id}", missing)
        return snapshot_of(found)

    def types(self, context: Context) -> Sequence[str]:
        found: list[str] = []
        page, more = "", True
        while more:
            missing = NotFound("The volume service has no types of volumes.")
            path = f"/types?is_public=None{page}"
            names, last = types_of(self._calls.as_caller(context, "GET", path, missing))
            found += names
            page, more = f"&marker={last}", last is not None
        return found

    def create(self, context: Context, new: NewVolume) -> str:
        asked = {
            "size": new.size_gb,
            "snapshot_id": new.snapshot_id,
            "imageRef": new.image_id,
            "volume_type": new.volume_type,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        volume = {"name": "", "description": "", "metadata": {DEVICE_KEY: new.device_id}, **given}
        missing = NotFound("The volume service does not find what the volume is to be made of.")
        body = {"volume": volume}
        made = self._calls.as_caller(context, "POST", "/volumes", missing, body)
        return volume_of(made).id

    def reserve(self, context: Context, volume_id: str, server_id: str) -> str:
        body, missing = _reservation(volume_id, server_id), volume_not_found(volume_id)
        return attachment_id_of(
            self._calls.as_caller(context, "POST", "/attachments", missing, body)
        )

    def begin_detaching(self, context: Context, volume_id: str) -> None:
        path, missing = f"/volumes/{volume_id}/action", volume_not_found(volume_id)
        body: dict[str, object] = {"os-begin_detaching": None}
        self._calls.as_caller(context, "POST", path, missing, body)

    def create_snapshot(
        self, context: Context, volume_id: str, name: str, image_id: str | None = None
    ) -> VolumeSnapshot:
        given: dict[str, object] = {"volume_id": volume_id, "name": name, "force": True}
        if image_id is not None:
            given["metadata"] = {IMAGE_KEY: image_id}
        body = {"snapshot": given}
        missing = volume_not_found(volume_id)
        return snapshot_of(self._calls.as_caller(context, "POST", "/snapshots", missing, body))

    # In the name of this service

    def find(self, volume_id: str) -> Volume | None:
        try:
            missing = volume_not_found(volume_id)
            return volume_of(self._calls.as_service("GET", f"/volumes/{volume_id}", missing))
        except NotFound:
            return None

    def attachments(self, volume_id: str, server_id: str) -> Sequence[str]:
        query = {"volume_id": volume_id, "instance_id": server_id}
        found = self._list("/attachments/detail", "attachments", query)
        # The filters are checked here as well: an attachment of another server must not be ended.
        return [
            str(one["id"])
            for one in found
            if one.get("volume_id") == volume_id and one.get("instance") == server_id
        ]

    def reservations(self) -> Sequence[Reservation]:
        found: list[Reservation] = []
        query = {"attach_status": "reserved"}
        while page := self._list("/attachments", "attachments", query):
            found += [reservation_of(one) for one in page]
            # A page has no more of them than Cinder's option osapi_max_limit says.
            query["marker"] = found[-1].id
        return found

    def detaching(self) -> Sequence[str]:
        found = self._list("/volumes", "volumes", {"status": "detaching"})
        return [volume_id_of(one) for one in found]

    def made_for(self, device_id: str) -> Sequence[str]:
        return self._marked("volumes", DEVICE_KEY, device_id)

    def snapshots_for(self, image_id: str) -> Sequence[str]:
        return self._marked("snapshots", IMAGE_KEY, image_id)

    def delete_snapshot(self, snapshot_id: str) -> None:
        self._remove(f"/snapshots/{snapshot_id}")

    def connect(self, attachment_id: str, connector: Connector) -> Connection:
        body = {"attachment": {"connector": _connector(connector)}}
        missing = attachment_not_found(attachment_id)
        path = f"/attachments/{attachment_id}"
        return connection_of(self._calls.as_service("PUT", path, missing, body))

    def complete(self, attachment_id: str) -> None:
        path, missing = f"/attachments/{attachment_id}/action", attachment_not_found(attachment_id)
        self._calls.as_service("POST", path, missing, {"os-complete": attachment_id})

    def reserve_again(self, volume_id: str, server_id: str) -> str:
        body, missing = _reservation(volume_id, server_id), volume_not_found(volume_id)
        return attachment_id_of(self._calls.as_service("POST", "/attachments", missing, body))

    def end_migration(self, volume_id: str, new_id: str, failed: bool = False) -> str:
        action = "os-migrate_volume_completion"
        return saved_id_of(self._act(volume_id, action, new_volume=new_id, error=failed))

    def roll_detaching(self, volume_id: str) -> None:
        with suppress(NotFound):
            self._act(volume_id, "os-roll_detaching")

    def reimage(self, volume_id: str, image_id: str) -> None:
        self._act(volume_id, "os-reimage", image_id=image_id, reimage_reserved=True)

    def release(self, attachment_id: str) -> None:
        self._remove(f"/attachments/{attachment_id}")

    def delete(self, volume_id: str) -> None:
        self._remove(f"/volumes/{volume_id}")

    def report_snapshot(self, snapshot_id: str, status: str, progress: str) -> None:
        body = {"os-update_snapshot_status": {"status": status, "progress": progress}}
        path, missing = f"/snapshots/{snapshot_id}/action", snapshot_not_found(snapshot_id)
        self._calls.as_service("POST", path, missing, body)

    def _act(self, volume_id: str, action: str, **values: object) -> dict[str, Any]:
        path, missing = f"/volumes/{volume_id}/action", volume_not_found(volume_id)
        return self._calls.as_service("POST", path, missing, {action: values or None})

    def _marked(self, kind: str, key: str, value: str) -> Sequence[str]:
        """Return the ids of the volumes, or snapshots, whose metadata has a value."""
        found = self._list(f"/{kind}/detail", kind, {"metadata": str({key: value})})
        return [str(one["id"]) for one in found if (one.get("metadata") or {}).get(key) == value]

    def _list(self, path: str, name: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        missing = NotFound(f"The volume service has no {path}.")
        parameters = {"all_tenants": "1", **query}
        found = self._calls.as_service("GET", path, missing, parameters=parameters)
        return list(found.get(name, []))

    def _remove(self, path: str) -> None:
        try:
            self._calls.as_service("DELETE", path, NotFound(f"{path} could not be found."))
        except NotFound:
            return


def _reservation(volume_id: str, server_id: str) -> dict[str, Any]:
    return {"attachment": {"volume_uuid": volume_id, "instance_uuid": server_id}}


def _connector(connector: Connector) -> dict[str, Any]:
    """Return the description of a host that os-brick would make of one that mounts files."""
    named = {} if connector.device is None else {"mountpoint": connector.device}
    return {
        **named,
        "host": connector.host,
        "ip": connector.ip or "127.0.0.1",
        "platform": "x86_64",
        "os_type": "linux",
        "multipath": False,
        "do_local_attach": False,
    }
