"""Request bodies of flavors (API reference, "Flavors")."""

from collections.abc import Callable
from typing import Any, TypeVar

from computeapi.api import flavors as contract
from computeapi.api import values
from computeapi.domain.errors import Invalid
from computeapi.domain.flavors import NewFlavor
from computeapi.falcon_impl.schemas.spans import In
from computeapi.falcon_impl.schemas.values import (
    BOOLEAN,
    DESCRIPTION,
    INT32,
    NAME,
    POSITIVE_INT32,
    matching,
    record,
)
from computeapi.falcon_impl.validation import Body

T = TypeVar("T")

_FLAVOR = {
    "name": NAME,
    "id": {"type": ["string", "number", "null"]},
    "ram": POSITIVE_INT32,
    "vcpus": POSITIVE_INT32,
    "disk": INT32,
    "OS-FLV-EXT-DATA:ephemeral": INT32,
    "swap": INT32,
    "rxtx_factor": In(contract.RXTX_FACTOR, {"type": ["number", "string"]}),
    "os-flavor-access:is_public": BOOLEAN,
    "description": In(contract.DESCRIPTION, DESCRIPTION),
}

CREATE = Body(
    record(
        {"flavor": record(_FLAVOR, required=("name", "ram", "vcpus", "disk"))},
        required=("flavor",),
    )
)
UPDATE = Body(
    record(
        {"flavor": record({"description": DESCRIPTION}, required=("description",))},
        required=("flavor",),
    )
)
#: The parameters of the actions on a flavor.
PROJECT = record({"tenant": matching(contract.PROJECT_ID)}, required=("tenant",))


def new_flavor(body: dict[str, Any]) -> NewFlavor:
    """Read a body that :data:`CREATE` let through.

    :raises Invalid: when the id is malformed, or the factor is out of its bounds.
    """
    flavor = body["flavor"]
    flavor_id = flavor.get("id")
    return NewFlavor(
        name=flavor["name"],
        memory_mb=int(flavor["ram"]),
        vcpus=int(flavor["vcpus"]),
        disk_gb=int(flavor["disk"]),
        id=None if flavor_id is None else _read("id", values.flavor_id, flavor_id),
        ephemeral_gb=int(flavor.get("OS-FLV-EXT-DATA:ephemeral", 0)),
        swap_mb=int(flavor.get("swap", 0)),
        rxtx_factor=_read("rxtx_factor", values.factor, flavor.get("rxtx_factor", 1.0)),
        is_public=values.boolean(flavor.get("os-flavor-access:is_public", True)),
        description=flavor.get("description"),
    )


def _read(name: str, read: Callable[[object], T], value: object) -> T:
    try:
        return read(value)
    except ValueError as error:
        raise Invalid(f"Invalid input: body.flavor.{name}. {error}.") from error
