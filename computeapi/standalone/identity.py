"""Puts users, projects and the catalog into Keystone, and the image into Glance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from computeapi.standalone.config import REGION
from computeapi.standalone.errors import CloudError
from computeapi.standalone.image import Found
from computeapi.standalone.settings import Settings

#: Seconds for an answer. A service that answers at all may still be busy with its own first start,
#: beside others, on a machine that is shared.
TIMEOUT = 300.0
#: The property of an image that holds :attr:`Found.version`.
VERSION = "computeapi_version"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An entry of the catalog.

    :ivar name: clients such as libcloud look for a service by the name that OpenStack's has.
    :ivar port: the name of its port, for :meth:`Settings.url`.
    :ivar path: what follows the port in its URL.
    """

    type: str
    name: str
    port: str
    path: str = ""

    def url(self, settings: Settings) -> str:
        """Return the URL."""
        return settings.url(self.port) + self.path


@dataclass(frozen=True, slots=True)
class Grant:
    """Roles of a user in a project, both of the domain ``default``."""

    user: str
    project: str
    roles: Sequence[str]


ENDPOINTS = (
    Endpoint("compute", "nova", "compute", "/v2.1"),
    Endpoint("identity", "keystone", "identity", "/v3"),
    Endpoint("image", "glance", "image"),
)
GRANTS = (
    Grant("demo", "demo", ("member",)),
    Grant("glance", "service", ("service",)),
    # The worker reads images of every project.
    Grant("computeapi", "service", ("service", "admin")),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """The entries of the catalog, and the users, that Keystone is to have."""

    endpoints: Sequence[Endpoint] = ENDPOINTS
    roles: Sequence[str] = ()
    grants: Sequence[Grant] = GRANTS

    def catalog(self, settings: Settings) -> dict[str, str]:
        """Return name and URL of each entry by its type, to see whether it changed."""
        return {each.type: f"{each.name} {each.url(settings)}" for each in self.endpoints}


class Administrator:
    """The administrator of a cloud, logged in. Every method may raise :class:`CloudError`."""

    def __init__(self, settings: Settings) -> None:
        """Log in to Keystone."""
        self._settings = settings
        self._identity = settings.url("identity") + "/v3"
        self._images = settings.url("image") + "/v2/images"
        self._session = requests.Session()
        # A proxy of the environment is for other machines.
        self._session.trust_env = False
        self._session.headers["X-Auth-Token"] = self._token()

    def _token(self) -> str:
        user = {
            "name": "admin",
            "domain": {"id": "default"},
            "password": self._settings.passwords["admin"],
        }
        body = {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": {"name": "admin", "domain": {"id": "default"}}},
            }
        }
        response = self.send("POST", self._identity + "/auth/tokens", json=body)
        return response.headers["X-Subject-Token"]

    def send(self, method: str, url: str, **arguments: Any) -> requests.Response:
        """Send a request, with the arguments of ``requests``; return an answer below 400."""
        try:
            response = self._session.request(method, url, timeout=TIMEOUT, **arguments)
        except requests.RequestException as error:
            raise CloudError(f"{method} {url} failed: {error}") from error
        if not response.ok:
            text = response.text[:300]
            raise CloudError(f"{method} {url} answered {response.status_code}: {text}")
        return response

    def ensure(self, kind: str, match: Mapping[str, str], more: Mapping[str, Any]) -> str:
        """Return the id of the one that matches, made or changed as need be."""
        url = f"{self._identity}/{kind}s"
        existing = self.send("GET", url, params=match).json()[f"{kind}s"]
        if not existing:
            body = {kind: {**match, **more}}
            return self.send("POST", url, json=body).json()[kind]["id"]
        if any(existing[0].get(key) != value for key, value in more.items() if key != "password"):
            self.send("PATCH", f"{url}/{existing[0]['id']}", json={kind: dict(more)})
        return existing[0]["id"]

    def register(self, wanted: Registration) -> None:
        """Make, or bring up to date, the catalog, the roles, the projects and the users."""
        self._remove_others(wanted)
        for endpoint in wanted.endpoints:
            key = self.ensure("service", {"type": endpoint.type}, {"name": endpoint.name})
            interfaces = ["public", "internal"] + ["admin"] * (endpoint.type == "identity")
            for interface in interfaces:
                match = {"service_id": key, "interface": interface, "region_id": REGION}
                self.ensure("endpoint", match, {"url": endpoint.url(self._settings)})
        for role in wanted.roles:
            self.ensure("role", {"name": role}, {})
        roles = self.send("GET", f"{self._identity}/roles").json()["roles"]
        ids = {role["name"]: role["id"] for role in roles}
        for grant in wanted.grants:
            self._grant(grant, ids)

    def _remove_others(self, wanted: Registration) -> None:
        """Remove the catalog's entries of parts that do not run: clients would ask them."""
        gone = self._settings.registered.keys() - wanted.catalog(self._settings).keys()
        for kind in gone:
            url = f"{self._identity}/services"
            for service in self.send("GET", url, params={"type": kind}).json()["services"]:
                self.send("DELETE", f"{url}/{service['id']}")

    def _grant(self, grant: Grant, role_ids: Mapping[str, str]) -> None:
        project = self.ensure("project", {"name": grant.project, "domain_id": "default"}, {})
        password = self._settings.passwords[grant.user]
        match = {"name": grant.user, "domain_id": "default"}
        user = self.ensure("user", match, {"password": password})
        for role in grant.roles:
            url = f"{self._identity}/projects/{project}/users/{user}/roles/{role_ids[role]}"
            self.send("PUT", url)

    def upload(self, offered: Found) -> None:
        """Give every project an image, unless there is one of that name and version.

        Images of the same name and another version are renamed and hidden: servers that were
        made of them go on needing them.
        """
        there = self._named(offered.name)
        others = [i for i in there if offered.version and i.get(VERSION) != offered.version]
        if len(others) == len(there):
            self._add(offered)
        for image in others:
            self._hide(image)

    def _named(self, name: str) -> list[dict[str, Any]]:
        active = {"name": name, "status": "active"}
        images: list[dict[str, Any]] = self.send("GET", self._images, params=active).json()[
            "images"
        ]
        return images

    def _add(self, offered: Found) -> None:
        body: dict[str, object] = {
            "name": offered.name,
            "visibility": "public",
            "disk_format": offered.disk_format,
            "container_format": "bare",
            "min_ram": offered.min_ram,
        }
        if offered.version:
            body[VERSION] = offered.version
        key = self.send("POST", self._images, json=body).json()["id"]
        octets = {"Content-Type": "application/octet-stream"}
        with offered.path.open("rb") as data:
            self.send("PUT", f"{self._images}/{key}/file", data=data, headers=octets)

    def _hide(self, image: Mapping[str, str]) -> None:
        name = f"{image['name']}-{image['created_at'][:10]}"
        changes = {"/name": name, "/os_hidden": True}
        patch = [{"op": "replace", "path": path, "value": to} for path, to in changes.items()]
        self.send(
            "PATCH",
            f"{self._images}/{image['id']}",
            data=json.dumps(patch),
            headers={"Content-Type": "application/openstack-images-v2.1-json-patch"},
        )
