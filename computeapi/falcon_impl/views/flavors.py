"""Response bodies of flavors (API reference, "Flavors")."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from computeapi.api import flavors as contract
from computeapi.api.links import Links
from computeapi.api.versions import Version
from computeapi.domain.flavors import Flavor
from computeapi.falcon_impl.views import links as link_views
from computeapi.falcon_impl.views.fields import ABSENT, Attribute, Document, Field, Fields


class View(NamedTuple):
    """The caller's view of flavors.

    :ivar links: as the caller reaches this API.
    :ivar version: the microversion of the request.
    :ivar shows_extra_specs: whether the caller may see them.
    """

    links: Links
    version: Version
    shows_extra_specs: bool = False


def _links(flavor: Flavor, view: View) -> list[link_views.Link]:
    return link_views.resource(view.links, "flavors", flavor.id)


def _extra_specs(flavor: Flavor, view: View) -> Any:
    return flavor.extra_specs if view.shows_extra_specs else ABSENT


SUMMARY = Fields(
    Field("id", "id"),
    Field("name", "name"),
    Field("links", _links),
    Field("description", "description", contract.DESCRIPTION),
)
DETAIL = Fields(
    *SUMMARY,
    Field("ram", "memory_mb"),
    Field("vcpus", "vcpus"),
    Field("disk", "disk_gb"),
    Field("swap", Attribute("swap_mb", otherwise=""), contract.SWAP_TEXT),
    Field("swap", "swap_mb", contract.SWAP_NUMBER),
    Field("rxtx_factor", "rxtx_factor", contract.RXTX_FACTOR),
    Field("os-flavor-access:is_public", "is_public"),
    Field("OS-FLV-EXT-DATA:ephemeral", "ephemeral_gb"),
    Field("OS-FLV-DISABLED:disabled", "disabled", contract.RXTX_FACTOR),
    Field("extra_specs", _extra_specs, contract.EXTRA_SPECS),
)


def summary(flavor: Flavor, view: View) -> Document:
    """Return the document of a flavor in a list without details."""
    return SUMMARY.document(flavor, view.version, view)


def detail(flavor: Flavor, view: View) -> Document:
    """Return the document of a flavor."""
    return DETAIL.document(flavor, view.version, view)


def access(flavor_id: str, project_ids: Iterable[str]) -> Document:
    """Return the document of the projects that may use a flavor."""
    entries = [{"flavor_id": flavor_id, "tenant_id": project_id} for project_id in project_ids]
    return {"flavor_access": entries}
