"""Puts users, projects and the catalog into Keystone, and the image into Glance."""

import json
from collections.abc import Mapping
from typing import Any

import requests

from computeapi.standalone.config import REGION
from computeapi.standalone.errors import CloudError
from computeapi.standalone.image import Found
from computeapi.standalone.state import Settings

TIMEOUT = 30.0
#: The property of an image that holds :attr:`Found.version`.
VERSION = "computeapi_version"
#: type -> name; clients such as libcloud look for a service by the name that OpenStack's has.
SERVICES = {"compute": "nova", "identity": "keystone", "image": "glance"}
#: user -> (project, roles in it)
ROLES = {
    "demo": ("demo", ("member",)),
    "glance": ("service", ("service",)),
    # The worker reads images of every project.
    "computeapi": ("service", ("service", "admin")),
}


def catalog(settings: Settings) -> dict[str, str]:
    """Return what the catalog holds of each service, to be compared with what it should hold."""
    return {service: f"{name} {settings.endpoints[service]}" for service, name in SERVICES.items()}


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
        response = self._send("POST", self._identity + "/auth/tokens", json=body)
        return response.headers["X-Subject-Token"]

    def _send(self, method: str, url: str, **arguments: Any) -> requests.Response:
        try:
            response = self._session.request(method, url, timeout=TIMEOUT, **arguments)
        except requests.RequestException as error:
            raise CloudError(f"{method} {url} failed: {error}") from error
        if not response.ok:
            said = response.text[:300]
            raise CloudError(f"{method} {url} answered {response.status_code}: {said}")
        return response

    def _ensure(self, kind: str, match: Mapping[str, str], more: Mapping[str, Any]) -> str:
        """Return the id of the one that matches, made or changed as need be."""
        url = f"{self._identity}/{kind}s"
        existing = self._send("GET", url, params=match).json()[f"{kind}s"]
        if not existing:
            body = {kind: {**match, **more}}
            return self._send("POST", url, json=body).json()[kind]["id"]
        if any(existing[0].get(key) != value for key, value in more.items() if key != "password"):
            self._send("PATCH", f"{url}/{existing[0]['id']}", json={kind: dict(more)})
        return existing[0]["id"]

    def register(self) -> None:
        """Make, or bring up to date, the catalog, the projects and the users."""
        for service, name in SERVICES.items():
            key = self._ensure("service", {"type": service}, {"name": name})
            interfaces = ["public", "internal"] + ["admin"] * (service == "identity")
            for interface in interfaces:
                match = {"service_id": key, "interface": interface, "region_id": REGION}
                self._ensure("endpoint", match, {"url": self._settings.endpoints[service]})
        roles = self._send("GET", f"{self._identity}/roles").json()["roles"]
        ids = {role["name"]: role["id"] for role in roles}
        for user, (project, names) in ROLES.items():
            where = self._ensure("project", {"name": project, "domain_id": "default"}, {})
            password = self._settings.passwords[user]
            who = self._ensure(
                "user", {"name": user, "domain_id": "default"}, {"password": password}
            )
            for name in names:
                grant = f"{self._identity}/projects/{where}/users/{who}/roles/{ids[name]}"
                self._send("PUT", grant)

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
        images: list[dict[str, Any]] = self._send("GET", self._images, params=active).json()[
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
        key = self._send("POST", self._images, json=body).json()["id"]
        octets = {"Content-Type": "application/octet-stream"}
        with offered.path.open("rb") as data:
            self._send("PUT", f"{self._images}/{key}/file", data=data, headers=octets)

    def _hide(self, image: Mapping[str, str]) -> None:
        name = f"{image['name']}-{image['created_at'][:10]}"
        changes = {"/name": name, "/os_hidden": True}
        patch = [{"op": "replace", "path": path, "value": to} for path, to in changes.items()]
        self._send(
            "PATCH",
            f"{self._images}/{image['id']}",
            data=json.dumps(patch),
            headers={"Content-Type": "application/openstack-images-v2.1-json-patch"},
        )
