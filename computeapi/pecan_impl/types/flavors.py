"""Flavors."""

from typing import Any

import wsme.types

from computeapi.api.links import Links
from computeapi.domain.flavors import Flavor as DomainFlavor
from computeapi.domain.flavors import NewFlavor
from computeapi.pecan_impl.types import links
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.reading import Input, asked
from computeapi.pecan_impl.types.values import BOOLEAN, NAME, FlavorId, PositiveNumber, size
from computeapi.pecan_impl.types.writing import Output, shown

_COLLECTION = "flavors"


class FlavorCreate(Input):
    """The flavor in a request to create one."""

    name = asked(NAME, mandatory=True)
    id = asked(FlavorId(), nullable=True, default=None)
    ram = asked(size(1), mandatory=True)
    vcpus = asked(size(1), mandatory=True)
    disk = asked(size(0), mandatory=True)
    ephemeral = asked(size(0), name="OS-FLV-EXT-DATA:ephemeral", default=0)
    swap = asked(size(0), default=0)
    rxtx_factor = asked(PositiveNumber(), default=1.0)
    is_public = asked(BOOLEAN, name="os-flavor-access:is_public", default=True)


class FlavorCreateDocument(Input):
    """The body of a request to create a flavor."""

    flavor = asked(FlavorCreate, mandatory=True)

    def new(self) -> NewFlavor:
        """Return what is asked for."""
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
    """MiB of swap; none is an empty string."""

    basetype = object
    name = "swap"

    def tobasetype(self, value: int) -> Any:
        """Return the form of a size."""
        return value or ""


class Flavor(Output):
    """A flavor; an entry of the short list has no more than id, name and links."""

    disk = int
    ephemeral = shown(int, name="OS-FLV-EXT-DATA:ephemeral")
    disabled = shown(bool, name="OS-FLV-DISABLED:disabled")
    id = str
    is_public = shown(bool, name="os-flavor-access:is_public")
    links = [Link]
    name = str
    ram = int
    rxtx_factor = float
    swap = Swap()
    vcpus = int

    @classmethod
    def brief(cls, flavor: DomainFlavor, maker: Links) -> "Flavor":
        """Return an entry of the short list."""
        return cls(id=flavor.id, name=flavor.name, links=links.of(maker, _COLLECTION, flavor.id))

    @classmethod
    def whole(cls, flavor: DomainFlavor, maker: Links) -> "Flavor":
        """Return all of a flavor."""
        return cls(
            disk=flavor.disk_gb,
            ephemeral=flavor.ephemeral_gb,
            disabled=flavor.disabled,
            id=flavor.id,
            is_public=flavor.is_public,
            links=links.of(maker, _COLLECTION, flavor.id),
            name=flavor.name,
            ram=flavor.memory_mb,
            rxtx_factor=flavor.rxtx_factor,
            swap=flavor.swap_mb,
            vcpus=flavor.vcpus,
        )


class FlavorDocument(Output):
    """A flavor."""

    flavor = Flavor


class Flavors(Output):
    """A page of flavors."""

    flavors = [Flavor]
    flavors_links = [Link]
