"""A volume service of the tests' own, and the Keystone where its callers get their tokens.

It answers as Cinder does to what this service asks of it: see tests/functional for the real one.
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SERVICE_TOKEN = "service-token"


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status


class Cinder(ThreadingHTTPServer):
    """Volumes, snapshots and attachments, by their ids.

    :ivar folder: where the files of the volumes are said to be.
    :ivar requests: the method, path, token and service token of each request.
    :ivar behaviour: an HTTP status that every request gets; None for true answers.
    :ivar before: called with the method and path of each request before it is answered.
    """

    daemon_threads = True

    def __init__(self, folder: str = "/volumes") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.folder = folder
        self.reset()

    def reset(self) -> None:
        """Forget everything, and answer truly."""
        self.behaviour: int | None = None
        self.before: Callable[[str, str], None] = lambda method, path: None
        self.volumes: dict[str, dict[str, Any]] = {}
        self.snapshots: dict[str, dict[str, Any]] = {}
        self.attachments: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str, str | None, str | None]] = []
        self.types = {"fast": str(uuid.uuid4()), "slow": str(uuid.uuid4())}

    def options(self) -> dict[str, str]:
        """Return the options of the group ``volumes`` that lead here."""
        return {
            "backend": "cinder",
            "endpoint": f"{self.url}/v3",
            "auth_url": f"{self.url}/identity/v3",
            "password": "secret",
        }

    def add(self, volume_id: str | None = None, **fields: Any) -> str:
        """Make a volume; return its id."""
        volume_id = volume_id or str(uuid.uuid4())
        self.volumes[volume_id] = {
            "id": volume_id,
            "status": "available",
            "size": 1,
            "multiattach": False,
            "bootable": "true",
            "metadata": {},
            "volume_image_metadata": {},
        } | fields
        return volume_id

    def migrate(self, volume_id: str, copy: str | None = None) -> str:
        """Begin to move an attached volume; return the volume that is to be its copy."""
        copy = copy or self.add()
        self.volumes[volume_id]["migration_status"] = "migrating"
        self.volumes[copy]["migration_status"] = f"target:{volume_id}"
        return copy

    def add_snapshot(self, volume_id: str, **fields: Any) -> str:
        """Make a snapshot of a volume; return its id."""
        snapshot_id = str(uuid.uuid4())
        size = self.volumes[volume_id]["size"]
        found = {"id": snapshot_id, "status": "available", "size": size, "volume_id": volume_id}
        found["metadata"] = {}
        self.snapshots[snapshot_id] = found | fields
        return snapshot_id

    def attached(self, volume_id: str) -> list[tuple[str, str]]:
        """Return the server and the status of each attachment of a volume."""
        return [
            (one["instance"], one["status"])
            for one in self.attachments.values()
            if one["volume_id"] == volume_id
        ]

    def status(self, volume_id: str) -> str:
        """Return the status of a volume; "deleted" when it is gone."""
        volume = self.volumes.get(volume_id)
        return volume["status"] if volume else "deleted"

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Return the status and the document of an answer."""
        kind, _, rest = path.removeprefix("/v3/").partition("/")
        part, _, more = rest.partition("/")
        name = f"_{method.lower()}_{kind}"
        if more:
            name += f"_{more}"
        elif part and method == "GET":
            name += "_detail" if part == "detail" else "_one"
        handler = getattr(self, name, None)
        if handler is None:
            raise Refused(404)
        return handler(part, query, body)

    def _get_volumes_one(self, part, _query, _body):
        return 200, {"volume": self._shown(_found(self.volumes, part))}

    def _get_volumes(self, _part, query, _body):
        every = self.volumes.values()
        return 200, {"volumes": [{"id": v["id"]} for v in every if v["status"] == query["status"]]}

    def _get_volumes_detail(self, _part, query, _body):
        wanted = query.get("metadata")
        every = [self._shown(one) for one in self.volumes.values()]
        return 200, {"volumes": [v for v in every if wanted in (None, str(v["metadata"]))]}

    def _post_volumes(self, _part, _query, body):
        given = body["volume"]
        if given["size"] > 1000:
            raise Refused(413, "VolumeSizeExceedsAvailableQuota")
        if given.get("volume_type") == "none":
            raise Refused(404, "Volume type not found.")
        self._snapshot_of(given)
        volume_id = self.add(
            size=given["size"],
            metadata=given["metadata"],
            volume_type=given.get("volume_type"),
            bootable=str("imageRef" in given or "snapshot_id" in given).lower(),
            source=given.get("imageRef") or given.get("snapshot_id"),
        )
        return 202, {"volume": self._shown(self.volumes[volume_id]) | {"status": "creating"}}

    def _get_types(self, _part, query, _body):
        """Answer with a page of one."""
        found = [{"name": name, "id": type_id} for name, type_id in self.types.items()]
        ids = [one["id"] for one in found]
        start = ids.index(query["marker"]) + 1 if "marker" in query else 0
        links = {"volume_type_links": [{"rel": "next"}]} if start + 1 < len(found) else {}
        return 200, {"volume_types": found[start : start + 1], **links}

    def _snapshot_of(self, given):
        if "snapshot_id" in given:
            _found(self.snapshots, given["snapshot_id"])

    def _delete_volumes(self, part, _query, _body):
        volume = _found(self.volumes, part)
        if volume["status"] not in ("available", "error"):
            raise Refused(400, "Invalid volume: Volume status must be available or error.")
        del self.volumes[part]
        return 202, None

    def _post_volumes_action(self, part, _query, body):
        volume = _found(self.volumes, part)
        ((action, given),) = body.items()
        return getattr(self, "_" + action.removeprefix("os-"))(volume, given or {})

    def _begin_detaching(self, volume, _given):
        if volume.get("migration_status") == "migrating":
            return 202, None
        if volume["status"] != "in-use":
            raise Refused(400, "Invalid volume: Volume status must be 'in-use' to detach.")
        volume["status"] = "detaching"
        return 202, None

    def _roll_detaching(self, volume, _given):
        if volume["status"] == "detaching":
            volume["status"] = "in-use"
        return 202, None

    def _migrate_volume_completion(self, volume, given):
        new = _found(self.volumes, given["new_volume"])
        if new.get("migration_status") != f"target:{volume['id']}":
            raise Refused(400, "Invalid volume: Destination volume not mid-migration.")
        del self.volumes[new["id"]]
        volume |= {"status": "in-use", "migration_status": "error"}
        if not given["error"]:
            volume |= {"migration_status": "success", "moved": volume.get("moved", 0) + 1}
            for attachment in self.attachments.values():
                if attachment["volume_id"] == new["id"]:
                    attachment["volume_id"] = volume["id"]
        return 202, {"save_volume_id": volume["id"]}

    def _reimage(self, volume, given):
        if volume["status"] != "reserved" or not given["reimage_reserved"]:
            raise Refused(400, "Invalid volume: status must be available or reserved.")
        volume |= {"source": given["image_id"], "images": volume.get("images", 0) + 1}
        volume["volume_image_metadata"] = {"image_id": given["image_id"]}
        return 202, None

    def _get_snapshots_one(self, part, _query, _body):
        return 200, {"snapshot": _found(self.snapshots, part)}

    def _post_snapshots(self, _part, _query, body):
        given = body["snapshot"]
        volume = _found(self.volumes, given["volume_id"])
        if volume["status"] == "in-use" and not given.get("force"):
            raise Refused(400, "Invalid volume: Volume must be available.")
        fields = {"name": given["name"], "metadata": given.get("metadata") or {}}
        snapshot_id = self.add_snapshot(given["volume_id"], **fields)
        return 202, {"snapshot": self.snapshots[snapshot_id] | {"status": "creating"}}

    def _get_snapshots_detail(self, _part, query, _body):
        every = self.snapshots.values()
        return 200, {"snapshots": [s for s in every if query["metadata"] == str(s["metadata"])]}

    def _delete_snapshots(self, part, _query, _body):
        _found(self.snapshots, part)
        del self.snapshots[part]
        return 202, None

    def _post_snapshots_action(self, part, _query, body):
        _found(self.snapshots, part).update(body["os-update_snapshot_status"])
        return 202, None

    def _get_attachments(self, _part, query, _body):
        """Answer with a page of no more than two."""
        status, marker = query.get("attach_status"), query.get("marker")
        found = [a for a in self.attachments.values() if status in (None, a["status"])]
        ids = [one["id"] for one in found]
        if marker is not None and marker not in ids:
            raise Refused(404, f"{marker} could not be found.")
        start = ids.index(marker) + 1 if marker else 0
        return 200, {"attachments": found[start : start + 2]}

    def _get_attachments_detail(self, _part, query, _body):
        kept = self.attachments.values()
        volume_id, server_id = query.get("volume_id"), query.get("instance_id")
        found = [a for a in kept if (a["volume_id"], a["instance"]) == (volume_id, server_id)]
        return 200, {"attachments": found}

    def _post_attachments(self, _part, _query, body):
        given = body["attachment"]
        volume_id, server_id = given["volume_uuid"], given["instance_uuid"]
        volume = _found(self.volumes, volume_id)
        others = self.attached(volume_id)
        again = any(server == server_id for server, _ in others)
        shared = volume["multiattach"] and volume["status"] in ("in-use", "reserved", "attaching")
        if not (volume["status"] == "available" or again or shared):
            raise Refused(400, f"Invalid volume: Volume {volume_id} status must be available.")
        attachment_id = str(uuid.uuid4())
        self.attachments[attachment_id] = {
            "id": attachment_id,
            "volume_id": volume_id,
            "instance": server_id,
            "status": "reserved",
            "connection_info": {},
        }
        if not others:
            volume["status"] = "reserved"
        return 200, {"attachment": self.attachments[attachment_id]}

    def _put_attachments(self, part, _query, body):
        attachment = _found(self.attachments, part)
        connector = body["attachment"]["connector"]
        volume = self.volumes[attachment["volume_id"]]
        attachment["status"] = "attaching"
        attachment["device"] = connector.get("mountpoint", "na")
        attachment["connection_info"] = {
            "driver_volume_type": "nfs",
            "data": {
                "export": f"localhost:{self.folder}",
                "name": f"volume-{volume['id']}",
                "format": volume.get("format", "qcow2"),
                "host": connector["host"],
            },
        }
        if volume["status"] == "reserved":
            volume["status"] = "attaching"
        return 200, {"attachment": attachment}

    def _post_attachments_action(self, part, _query, _body):
        attachment = _found(self.attachments, part)
        if not attachment["connection_info"]:
            raise Refused(400, "The attachment has no connection.")
        attachment["status"] = "attached"
        self.volumes[attachment["volume_id"]]["status"] = "in-use"
        return 204, None

    def _delete_attachments(self, part, _query, _body):
        attachment = _found(self.attachments, part)
        del self.attachments[part]
        volume = self.volumes.get(attachment["volume_id"])
        if volume is not None:
            left = {status for _, status in self.attached(attachment["volume_id"])}
            states = {"attached": "in-use", "attaching": "attaching", "reserved": "reserved"}
            volume["status"] = next((states[one] for one in states if one in left), "available")
        return 200, {"attachments": []}

    def _shown(self, volume):
        attached = [
            {
                "server_id": one["instance"],
                "attachment_id": one["id"],
                "device": one.get("device"),
            }
            for one in self.attachments.values()
            if one["volume_id"] == volume["id"]
        ]
        return volume | {"attachments": attached}


class _Handler(BaseHTTPRequestHandler):
    server: Cinder

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        address = urlsplit(self.path)
        if address.path.startswith("/identity"):
            self._identify()
            return
        token, service = self.headers["X-Auth-Token"], self.headers["X-Service-Token"]
        self.server.requests.append((self.command, address.path, token, service))
        try:
            self.server.before(self.command, address.path)
            if self.server.behaviour is not None:
                raise Refused(self.server.behaviour, "It was told to.")
            if not token:
                raise Refused(401)
            if self.command == "DELETE" and service != SERVICE_TOKEN:
                raise Refused(409, "Detach volume from instance using the Compute API")
            body, query = json.loads(data or b"null"), dict(parse_qsl(address.query))
            self._send(*self.server.answer(self.command, address.path, query, body))
        except Refused as error:
            fault = {"fault": {"code": error.status, "message": str(error)}}
            self._send(error.status, fault)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def _identify(self) -> None:
        if self.command == "POST":
            token = {"expires_at": "2999-01-01T00:00:00.000000Z", "methods": ["password"]}
            self._send(201, {"token": token}, X_Subject_Token=SERVICE_TOKEN)
            return
        link = {"rel": "self", "href": f"{self.server.url}/identity/v3/"}
        self._send(200, {"version": {"id": "v3.14", "status": "stable", "links": [link]}})

    def _send(self, status: int, document: Any, **headers: str) -> None:
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running(folder: str = "/volumes") -> Iterator[Cinder]:
    """Run a volume service in a thread."""
    with Cinder(folder) as cinder:
        thread = threading.Thread(target=cinder.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield cinder
        finally:
            cinder.shutdown()
            thread.join()


def _found(kept: dict[str, dict[str, Any]], part: str) -> dict[str, Any]:
    if part not in kept:
        raise Refused(404, f"{part} could not be found.")
    return kept[part]
