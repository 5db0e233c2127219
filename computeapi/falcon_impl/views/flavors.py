"""Response bodies of flavors (API reference, "Flavors")."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from computeapi.api import flavors as contract
from computeapi.api.links import Links
from computeapi.api.versions import Version
from computeapi.domain.flavors import Flavor
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views import links as link_views
from computeapi.falcon_impl.views.fields import ABSENT, Attribute, Document, Field, Fields
from computeapi.falcon_impl.views.schemas import (
    BOOL,
    INTEGER,
    LINKS,
    NUMBER,
    TEXT,
    entity,
    mapping,
    nullable,
    page,
)


class FlavorView(NamedTuple):
    """The caller's view of flavors.

    :ivar links: as the caller reaches this API.
    :ivar version: the microversion of the request.
    :ivar shows_extra_specs: whether the caller may see them.
    """

    links: Links
    version: Version
    shows_extra_specs: bool = False


def _links(flavor: Flavor, view: FlavorView) -> list[link_views.Link]:
    return link_views.resource(view.links, "flavors", flavor.id)


def _extra_specs(flavor: Flavor, view: FlavorView) -> Any:
    return flavor.extra_specs if view.shows_extra_specs else ABSENT


#: MiB; empty where there is none.
_SWAP = {"type": ["integer", "string"]}

SUMMARY = Fields(
    Field("id", "id", TEXT),
    Field("name", "name", TEXT),
    Field("links", _links, LINKS),
    Field("description", "description", nullable(TEXT), contract.DESCRIPTION),
)
DETAIL = Fields(
    *SUMMARY,
    Field("ram", "memory_mb", INTEGER),
    Field("vcpus", "vcpus", INTEGER),
    Field("disk", "disk_gb", INTEGER),
    Field("swap", Attribute("swap_mb", otherwise=""), _SWAP, contract.SWAP_TEXT),
    Field("swap", "swap_mb", INTEGER, contract.SWAP_NUMBER),
    Field("rxtx_factor", "rxtx_factor", NUMBER, contract.RXTX_FACTOR),
    Field("os-flavor-access:is_public", "is_public", BOOL),
    Field("OS-FLV-EXT-DATA:ephemeral", "ephemeral_gb", INTEGER),
    Field("OS-FLV-DISABLED:disabled", "disabled", BOOL, contract.RXTX_FACTOR),
    Field("extra_specs", _extra_specs, mapping(TEXT), contract.EXTRA_SPECS, optional=True),
)

FLAVOR = entity({"flavor": DETAIL.schema})
FLAVORS, FLAVOR_DETAILS = (page("flavors", table.schema) for table in (SUMMARY, DETAIL))
ACCESS = entity({"flavor_access": array(entity({"flavor_id": TEXT, "tenant_id": TEXT}))})
EXTRA_SPECS = entity({"extra_specs": mapping(TEXT)})
#: As a caller sent them: values may be numbers.
NEW_EXTRA_SPECS = entity({"extra_specs": mapping({"type": ["string", "number"]})})
EXTRA_SPEC, NEW_EXTRA_SPEC = mapping(TEXT), mapping({"type": ["string", "number"]})


def summary(flavor: Flavor, view: FlavorView) -> Document:
    """Return the document of a flavor in a list without details."""
    return SUMMARY.document(flavor, view.version, view)


def detail(flavor: Flavor, view: FlavorView) -> Document:
    """Return the document of a flavor."""
    return DETAIL.document(flavor, view.version, view)


def access(flavor_id: str, project_ids: Iterable[str]) -> Document:
    """Return the document of the projects that may use a flavor."""
    entries = [{"flavor_id": flavor_id, "tenant_id": project_id} for project_id in project_ids]
    return {"flavor_access": entries}
