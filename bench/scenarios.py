"""The requests that are measured."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench import rows
from bench.variants import BY_THE_MANUAL, THREADS
from computeapi.api.versions import MAX

#: The microversion of all scenarios but those of :data:`NEWEST`.
MICROVERSION = "2.10"
#: Servers that "show" takes in turn.
SHOWN = 100
_ABSENT = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a scenario.

    :ivar status: that it must be answered with; another one fails the run.
    """

    path: str
    status: int = 200
    method: str = "GET"
    query: str = ""
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the request as the programs that send it read it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Where:
    """The tokens and ids that the requests to a variant contain.

    :ivar token: of a member of the project that has the servers.
    :ivar booting_token: of a member of the project that new servers go to.
    """

    token: str
    booting_token: str
    flavor: str = "1"
    image: str = rows.IMAGE
    networks: str = "none"
    server_ids: Sequence[str] = tuple(rows.server_id(i) for i in range(SHOWN))

    def headers(
        self, token: str | None = None, microversion: object = MICROVERSION
    ) -> dict[str, str]:
        """Return the headers of a request with a token."""
        version = {"OpenStack-API-Version": f"compute {microversion}", "Accept": "application/json"}
        return {**version, "X-Auth-Token": token or self.token}

    def request(self, path: str, microversion: object = MICROVERSION, **more: Any) -> Request:
        """Return a request of the reading member."""
        return Request(path, headers=self.headers(None, microversion), **more)


def _show(where: Where, microversion: object = MICROVERSION) -> list[Request]:
    return [where.request(f"/v2.1/servers/{key}", microversion) for key in where.server_ids]


def _detail(where: Where, limit: int, microversion: object = MICROVERSION) -> list[Request]:
    return [where.request("/v2.1/servers/detail", microversion, query=f"limit={limit}")]


def _anonymous(where: Where) -> list[Request]:
    headers = {k: v for k, v in where.headers().items() if k != "X-Auth-Token"}
    return [Request("/v2.1/servers", 401, headers=headers)]


def _conflict(where: Where) -> list[Request]:
    """Start servers that run already."""
    headers = {**where.headers(), "Content-Type": "application/json"}
    body = json.dumps({"os-start": None})
    return [
        Request(f"/v2.1/servers/{key}/action", 409, "POST", body=body, headers=headers)
        for key in where.server_ids
    ]


def boot(where: Where) -> Request:
    """Return the request for a new server."""
    server = {
        "name": "booted",
        "flavorRef": where.flavor,
        "imageRef": where.image,
        "metadata": {"purpose": "comparison"},
    }
    headers = {**where.headers(where.booting_token), "Content-Type": "application/json"}
    body = json.dumps({"server": server})
    return Request("/v2.1/servers", 202, "POST", body=body, headers=headers)


def delete(where: Where, server_id: str) -> Request:
    """Return the request to delete a server of the booting project."""
    headers = where.headers(where.booting_token)
    return Request(f"/v2.1/servers/{server_id}", 204, "DELETE", headers=headers)


#: scenario -> the requests that it repeats, in turn; "boot" and "delete" are made as they go
READS: Mapping[str, Callable[[Where], list[Request]]] = {
    "version": lambda where: [Request("/v2.1/", headers={"Accept": "application/json"})],
    "show": _show,
    "list20": lambda where: [where.request("/v2.1/servers", query="limit=20")],
    "detail20": lambda where: _detail(where, 20),
    "detail100": lambda where: _detail(where, 100),
    "show-newest": lambda where: _show(where, MAX),
    "detail20-newest": lambda where: _detail(where, 20, MAX),
    "401": _anonymous,
    "404": lambda where: [where.request(f"/v2.1/servers/{_ABSENT}", status=404)],
    "400": lambda where: [where.request("/v2.1/servers", status=400, query="limit=many")],
    "409": _conflict,
}
#: The reads at the newest microversion; the floor, and what is by the manual, know one version.
NEWEST = ("show-newest", "detail20-newest")
WRITES = ("boot", "delete")
ALL = (*READS, *WRITES)


def has(variant: str, scenario: str) -> bool:
    """Return whether a variant is measured with a scenario; Nova boots in :mod:`bench.boot`."""
    if variant in (*BY_THE_MANUAL, *THREADS):
        return scenario in ("show", "detail20")
    if scenario in NEWEST:
        return variant in ("falcon", "pecan", "nova")
    return variant not in ("floor", "nova") or scenario not in WRITES
