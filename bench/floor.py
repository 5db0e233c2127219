"""The floor: what the same answers cost with nothing but WSGI, a database driver and orjson.

It reads the same rows and gives the same documents as the front ends. It has no framework,
no routing, no policy, no microversions, and it knows only the few requests that read, and a start
that is refused. A boot has no floor: most of its work is the service's own promise.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import orjson

from bench.floor_database import Server, connect
from computeapi.api.versions import MAX

StartResponse = Callable[..., Any]
_PHRASES = {200: "200 OK", 400: "400 Bad Request", 401: "401 Unauthorized",
            404: "404 Not Found", 409: "409 Conflict"}  # fmt: skip
_NAMES = {400: "badRequest", 401: "unauthorized", 404: "itemNotFound", 409: "conflictingRequest"}
_VERSION = {
    "id": "v2.1",
    "status": "CURRENT",
    "version": str(MAX),
    "min_version": "2.1",
    "updated": "2013-07-23T11:33:21Z",
    "media-types": [
        {"base": "application/json", "type": "application/vnd.openstack.compute+json;version=2.1"}
    ],
}
_DOCUMENTATION = {"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"}
_MOST = 1000


class RefusedError(Exception):
    """A request is answered with an error."""


@lru_cache(maxsize=4096)
def _host_id(project: str, host: str) -> str:
    return hashlib.sha224(f"{project}{host}".encode()).hexdigest()


def _links(base: str, server_id: str) -> list[dict[str, str]]:
    return [
        {"rel": "self", "href": f"{base}/v2.1/servers/{server_id}"},
        {"rel": "bookmark", "href": f"{base}/servers/{server_id}"},
    ]


def _mention(base: str, collection: str, key: str) -> dict[str, Any]:
    return {"id": key, "links": [{"rel": "bookmark", "href": f"{base}/{collection}/{key}"}]}


def _detail(base: str, row: Server) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "status": "ACTIVE" if row.vm_state == "active" else row.vm_state.upper(),
        "tenant_id": row.project_id,
        "user_id": row.user_id,
        "metadata": row.metadata,
        "hostId": _host_id(row.project_id, row.host) if row.host else "",
        "image": _mention(base, "images", row.image_id) if row.image_id else "",
        "flavor": _mention(base, "flavors", row.flavor_id),
        "created": row.created_at,
        "updated": row.updated_at,
        "addresses": {
            network: [
                {
                    "addr": one["addr"],
                    "version": one["version"],
                    "OS-EXT-IPS:type": one["type"],
                    "OS-EXT-IPS-MAC:mac_addr": one["mac"],
                }
                for one in addresses
            ]
            for network, addresses in row.addresses.items()
        },
        "accessIPv4": row.access_ip_v4 or "",
        "accessIPv6": row.access_ip_v6 or "",
        "links": _links(base, row.id),
        "progress": row.progress,
        "locked": False,
        "config_drive": "True" if row.config_drive else "",
        "key_name": row.key_name,
        "security_groups": [{"name": group} for group in row.security_groups],
        "OS-DCF:diskConfig": row.disk_config,
        "os-extended-volumes:volumes_attached": [],
        "OS-EXT-AZ:availability_zone": row.availability_zone or "",
        "OS-EXT-STS:power_state": row.power_state,
        "OS-EXT-STS:task_state": row.task_state,
        "OS-EXT-STS:vm_state": row.vm_state,
        "OS-SRV-USG:launched_at": row.launched_at,
        "OS-SRV-USG:terminated_at": row.terminated_at,
    }


class Floor:
    """The application.

    :param url: an SQLAlchemy URL, here only read.
    """

    def __init__(self, url: str) -> None:
        self._db = connect(url)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        base = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}"
        try:
            status, document = self._answer(environ, base)
        except RefusedError as error:
            status, message = error.args
            document = {_NAMES[status]: {"code": status, "message": message}}
        body = orjson.dumps(document)
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(_PHRASES[status], headers)
        return [body]

    def _answer(self, environ: dict[str, Any], base: str) -> tuple[int, Any]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == "/v2.1/":
            links = [{"rel": "self", "href": f"{base}/v2.1/"}, _DOCUMENTATION]
            return 200, {"version": {**_VERSION, "links": links}}
        project = environ.get("HTTP_X_AUTH_TOKEN", "::").split(":")[1]
        if not project:
            raise RefusedError(401, "The request you have made requires authentication.")
        key = path[len("/v2.1/servers/") :]
        if method == "POST":
            return self._start(project, key.removesuffix("/action"))
        if key and key != "detail":
            return 200, {"server": _detail(base, self._found(project, key))}
        return 200, self._page(environ, base, project, key == "detail")

    def _found(self, project: str, key: str) -> Server:
        row = self._db.get(project, key)
        if row is None:
            raise RefusedError(404, f"Instance {key} could not be found.")
        return row

    def _page(
        self, environ: dict[str, Any], base: str, project: str, detailed: bool
    ) -> dict[str, Any]:
        query = parse_qs(environ["QUERY_STRING"])
        asked = query.get("limit", [str(_MOST)])[0]
        if not asked.isdigit():
            raise RefusedError(400, f"Invalid input for query parameters limit. Value: {asked}.")
        limit = min(int(asked), _MOST)
        marker = query.get("marker", [None])[0]
        if detailed:
            rows: Sequence[Any] = self._db.page(project, limit + 1, marker)
            servers = [_detail(base, row) for row in rows[:limit]]
        else:
            rows = self._db.names(project, limit + 1, marker)
            servers = [
                {"id": key, "name": name, "links": _links(base, key)} for key, name in rows[:limit]
            ]
        document: dict[str, Any] = {"servers": servers}
        if len(servers) < len(rows):
            path = environ["PATH_INFO"]
            href = f"{base}{path}?limit={limit}&marker={servers[-1]['id']}"
            document["servers_links"] = [{"rel": "next", "href": href}]
        return document

    def _start(self, project: str, key: str) -> tuple[int, Any]:
        row = self._found(project, key)
        if row.vm_state != "stopped":
            state = f"vm_state {row.vm_state}"
            raise RefusedError(409, f"Cannot 'start' instance {key} while it is in {state}")
        raise NotImplementedError("Nothing that is measured starts a stopped server")


def create(url: str) -> Floor:
    """Return the application."""
    return Floor(url)
