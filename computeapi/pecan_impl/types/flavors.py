"""Flavors."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import wsme.types
from wsme.types import Unset

from computeapi.api import flavors as changes
from computeapi.api.links import Links
from computeapi.api.openapi.schemas import Schema
from computeapi.domain.flavors import Flavor as DomainFlavor
from computeapi.domain.flavors import NewFlavor
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.links import Link, resource_links
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import (
    BOOLEAN,
    DESCRIPTION,
    NAME,
    FlavorId,
    PositiveNumber,
    matching,
    size,
)

_COLLECTION = "flavors"


class FlavorCreate(RequestType):
    """The flavor in a request to create one."""

    name = RequestField(NAME, mandatory=True)
    id = RequestField(FlavorId(), nullable=True, default=None)
    ram = RequestField(size(1), mandatory=True)
    vcpus = RequestField(size(1), mandatory=True)
    disk = RequestField(size(0), mandatory=True)
    ephemeral = RequestField(size(0), name="OS-FLV-EXT-DATA:ephemeral", default=0)
    swap = RequestField(size(0), default=0)
    rxtx_factor = RequestField(PositiveNumber(), span=changes.RXTX_FACTOR, default=1.0)
    is_public = RequestField(BOOLEAN, name="os-flavor-access:is_public", default=True)
    description = RequestField(DESCRIPTION, span=changes.DESCRIPTION, nullable=True, default=None)


class FlavorCreateDocument(RequestType):
    """The body of a request to create a flavor."""

    flavor = RequestField(FlavorCreate, mandatory=True)

    def new(self) -> NewFlavor:
        """Return the new flavor for the service."""
        flavor = self.flavor
        return NewFlavor(
            name=flavor.name,
            memory_mb=flavor.ram,
            vcpus=flavor.vcpus,
            disk_gb=flavor.disk,
            id=flavor.id,
            ephemeral_gb=flavor.ephemeral,
            swap_mb=flavor.swap,
            rxtx_factor=flavor.rxtx_factor,
            is_public=flavor.is_public,
            description=flavor.description,
        )


class FlavorUpdate(RequestType):
    """The flavor in a request to change one."""

    description = RequestField(DESCRIPTION, nullable=True, mandatory=True)


class FlavorUpdateDocument(RequestType):
    """The body of a request to change a flavor."""

    flavor = RequestField(FlavorUpdate, mandatory=True)


class Project(RequestType):
    """The project that an action gives a flavor to, or takes it from."""

    tenant = RequestField(matching(changes.PROJECT_ID), mandatory=True)


class FlavorAction(OneOf):
    """The body of a request for an action on a flavor."""

    add_tenant_access = RequestField(Project, name="addTenantAccess")
    remove_tenant_access = RequestField(Project, name="removeTenantAccess")


class Swap(wsme.types.UserType):
    """MiB of swap; 0 is an empty string."""

    basetype = object
    name = "swap"

    def tobasetype(self, value: int) -> Any:
        """Return the form of a size."""
        return value or ""

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": ["integer", "string"]}


@dataclass(frozen=True, slots=True)
class FlavorView:
    """The caller's view of flavors.

    :ivar links: as the caller reaches this API.
    :ivar shows_extra_specs: whether the caller may see them.
    """

    links: Links
    shows_extra_specs: bool


class FlavorSummary(ResponseType):
    """An entry of the short list of flavors."""

    description = ResponseField(str, span=changes.DESCRIPTION, nullable=True)
    id = str
    links = [Link]
    name = str

    @classmethod
    def of(cls, flavor: DomainFlavor, view: FlavorView) -> "FlavorSummary":
        """Return an entry of the short list."""
        return cls(
            description=flavor.description,
            id=flavor.id,
            links=resource_links(view.links, _COLLECTION, flavor.id),
            name=flavor.name,
        )


class Flavor(ResponseType):
    """A flavor."""

    description = ResponseField(str, span=changes.DESCRIPTION, nullable=True)
    disk = int
    ephemeral = ResponseField(int, name="OS-FLV-EXT-DATA:ephemeral")
    disabled = ResponseField(bool, "OS-FLV-DISABLED:disabled", changes.RXTX_FACTOR)
    extra_specs = ResponseField({str: str}, span=changes.EXTRA_SPECS, optional=True)
    id = str
    is_public = ResponseField(bool, name="os-flavor-access:is_public")
    links = [Link]
    name = str
    ram = int
    rxtx_factor = ResponseField(float, span=changes.RXTX_FACTOR)
    swap = ResponseField(Swap(), span=changes.SWAP_TEXT)
    swap_mb = ResponseField(int, "swap", changes.SWAP_NUMBER)
    vcpus = int

    @classmethod
    def whole(cls, flavor: DomainFlavor, view: FlavorView) -> "Flavor":
        """Return all of a flavor."""
        return cls(
            description=flavor.description,
            disk=flavor.disk_gb,
            ephemeral=flavor.ephemeral_gb,
            disabled=flavor.disabled,
            extra_specs=flavor.extra_specs if view.shows_extra_specs else Unset,
            id=flavor.id,
            is_public=flavor.is_public,
            links=resource_links(view.links, _COLLECTION, flavor.id),
            name=flavor.name,
            ram=flavor.memory_mb,
            rxtx_factor=flavor.rxtx_factor,
            swap=flavor.swap_mb,
            swap_mb=flavor.swap_mb,
            vcpus=flavor.vcpus,
        )


class FlavorDocument(ResponseType):
    """A flavor."""

    flavor = Flavor


class Flavors(ResponseType):
    """A page of flavors."""

    flavors = [Flavor]
    flavors_links = ResponseField([Link], optional=True)


class FlavorSummaries(ResponseType):
    """A page of the short list of flavors."""

    flavors = [FlavorSummary]
    flavors_links = ResponseField([Link], optional=True)


class FlavorAccess(ResponseType):
    """A project that may use a flavor."""

    flavor_id = str
    tenant_id = str


class FlavorAccesses(ResponseType):
    """The projects that may use a flavor."""

    flavor_access = [FlavorAccess]

    @classmethod
    def of(cls, flavor_id: str, project_ids: Iterable[str]) -> "FlavorAccesses":
        """Return the projects of a flavor."""
        entries = [FlavorAccess(flavor_id=flavor_id, tenant_id=each) for each in project_ids]
        return cls(flavor_access=entries)
