"""The networks that a user finds in a new cloud."""

from collections.abc import Mapping
from typing import Any

from computeapi.standalone.errors import CloudError
from computeapi.standalone.identity import Administrator
from computeapi.standalone.parts.network.layout import External
from computeapi.standalone.parts.network.switch import PHYSICAL_NETWORK

PUBLIC, PRIVATE, POOL, ROUTER = "public", "private", "shared-default-subnetpool-v4", "router"
#: The private networks of all projects are taken from it.
POOL_PREFIX = "10.64.0.0/12"
PREFIX_LENGTH = 26
#: Servers find each other by NAME.DOMAIN.
DOMAIN = "cloud.internal"
#: The projects that get a network of their own.
PROJECTS = ("demo", "admin")


class Topology:
    """Makes networks as the administrator. A thing that has the name already is left as it is."""

    def __init__(self, admin: Administrator, url: str) -> None:
        """:param url: Neutron's, without a path."""
        self._admin = admin
        self._url = f"{url}/v2.0"

    def make(self, external: External) -> None:
        """Make ``public``, and in each project ``private`` with a router to it.

        :raises CloudError: when Neutron refuses.
        """
        public = self._public(external)
        pool = self._ensure(
            "subnetpool",
            {"name": POOL},
            {
                "prefixes": [POOL_PREFIX],
                "default_prefixlen": PREFIX_LENGTH,
                "shared": True,
                "is_default": True,
            },
        )
        for project in PROJECTS:
            key = self._admin.ensure("project", {"name": project, "domain_id": "default"}, {})
            self._private(key, public, pool)

    def _public(self, external: External) -> str:
        public = self._ensure(
            "network",
            {"name": PUBLIC},
            {
                "router:external": True,
                "is_default": True,
                "provider:network_type": "flat",
                "provider:physical_network": PHYSICAL_NETWORK,
            },
        )
        first, last = external.pool
        self._ensure(
            "subnet",
            {"name": f"{PUBLIC}-subnet", "network_id": public},
            {
                "ip_version": 4,
                "cidr": str(external.network),
                "gateway_ip": external.gateway,
                "allocation_pools": [{"start": first, "end": last}],
                "enable_dhcp": False,
            },
        )
        return public

    def _private(self, project: str, public: str, pool: str) -> None:
        network = self._ensure("network", {"name": PRIVATE, "project_id": project}, {})
        subnet = self._ensure(
            "subnet",
            {"name": f"{PRIVATE}-subnet", "network_id": network},
            {"project_id": project, "ip_version": 4, "subnetpool_id": pool},
        )
        router = self._ensure(
            "router",
            {"name": ROUTER, "project_id": project},
            {"external_gateway_info": {"network_id": public}},
        )
        match = {"device_id": router, "network_id": network}
        if not self._list("port", match):
            url = f"{self._url}/routers/{router}/add_router_interface"
            self._admin.send("PUT", url, json={"subnet_id": subnet})

    def _list(self, kind: str, match: Mapping[str, str]) -> list[dict[str, Any]]:
        answer = self._admin.send("GET", f"{self._url}/{kind}s", params=match)
        found: list[dict[str, Any]] = answer.json()[f"{kind}s"]
        return found

    def _ensure(self, kind: str, match: Mapping[str, str], more: Mapping[str, Any]) -> str:
        """Return the id of the thing that matches; it is made first where none matches.

        :raises CloudError: when several match.
        """
        found = self._list(kind, match)
        if len(found) > 1:
            raise CloudError(f"Neutron has several {kind}s with {dict(match)}.")
        if found:
            return str(found[0]["id"])
        body = {kind: {**match, **more}}
        answer = self._admin.send("POST", f"{self._url}/{kind}s", json=body)
        return str(answer.json()[kind]["id"])
