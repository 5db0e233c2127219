"""Flavors."""

from typing import Any

import wsme.types

from computeapi.api.links import Links
from computeapi.domain.flavors import Flavor as DomainFlavor
from computeapi.domain.flavors import NewFlavor
from computeapi.pecan_impl.types.links import Link, resource_links
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import BOOLEAN, NAME, FlavorId, PositiveNumber, size

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
    rxtx_factor = RequestField(PositiveNumber(), default=1.0)
    is_public = RequestField(BOOLEAN, name="os-flavor-access:is_public", default=True)


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
        )


class Swap(wsme.types.UserType):
    """MiB of swap; 0 is an empty string."""

    basetype = object
    name = "swap"

    def tobasetype(self, value: int) -> Any:
        """Return the form of a size."""
        return value or ""


class Flavor(ResponseType):
    """A flavor; an entry of the short list has no more than id, name and links."""

    disk = int
    ephemeral = ResponseField(int, name="OS-FLV-EXT-DATA:ephemeral")
    disabled = ResponseField(bool, name="OS-FLV-DISABLED:disabled")
    id = str
    is_public = ResponseField(bool, name="os-flavor-access:is_public")
    links = [Link]
    name = str
    ram = int
    rxtx_factor = float
    swap = Swap()
    vcpus = int

    @classmethod
    def brief(cls, flavor: DomainFlavor, links: Links) -> "Flavor":
        """Return an entry of the short list."""
        return cls(
            id=flavor.id, name=flavor.name, links=resource_links(links, _COLLECTION, flavor.id)
        )

    @classmethod
    def whole(cls, flavor: DomainFlavor, links: Links) -> "Flavor":
        """Return all of a flavor."""
        return cls(
            disk=flavor.disk_gb,
            ephemeral=flavor.ephemeral_gb,
            disabled=flavor.disabled,
            id=flavor.id,
            is_public=flavor.is_public,
            links=resource_links(links, _COLLECTION, flavor.id),
            name=flavor.name,
            ram=flavor.memory_mb,
            rxtx_factor=flavor.rxtx_factor,
            swap=flavor.swap_mb,
            vcpus=flavor.vcpus,
        )


class FlavorDocument(ResponseType):
    """A flavor."""

    flavor = Flavor


class Flavors(ResponseType):
    """A page of flavors."""

    flavors = [Flavor]
    flavors_links = [Link]
