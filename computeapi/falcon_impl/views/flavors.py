"""Response bodies of flavors (API reference, "Flavors")."""

from typing import Any

from computeapi.api.links import Links
from computeapi.domain.flavors import Flavor
from computeapi.falcon_impl.views import links as link_views


def summary(flavor: Flavor, links: Links) -> dict[str, Any]:
    """Return the document of a flavor in a list without details."""
    return {
        "id": flavor.id,
        "name": flavor.name,
        "links": link_views.resource(links, "flavors", flavor.id),
    }


def detail(flavor: Flavor, links: Links) -> dict[str, Any]:
    """Return the document of a flavor with all details."""
    return {
        **summary(flavor, links),
        "ram": flavor.memory_mb,
        "vcpus": flavor.vcpus,
        "disk": flavor.disk_gb,
        "swap": flavor.swap_mb or "",
        "rxtx_factor": flavor.rxtx_factor,
        "os-flavor-access:is_public": flavor.is_public,
        "OS-FLV-EXT-DATA:ephemeral": flavor.ephemeral_gb,
        "OS-FLV-DISABLED:disabled": flavor.disabled,
    }
