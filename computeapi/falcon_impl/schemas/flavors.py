"""Request bodies of flavors (API reference, "Flavors")."""

import math
from typing import Any

from computeapi.api.versions import MIN
from computeapi.domain.errors import Invalid
from computeapi.domain.flavors import NewFlavor
from computeapi.falcon_impl.schemas.values import (
    BOOLEAN,
    INT32,
    NAME,
    POSITIVE_INT32,
    boolean,
    record,
)
from computeapi.falcon_impl.validation import Body

#: The largest factor a database keeps: that of a single precision float.
_MAX_FACTOR = 3.40282e38

_FLAVOR = {
    "name": NAME,
    "id": {
        "type": ["string", "number", "null"],
        "minLength": 1,
        "maxLength": 255,
        "pattern": r"^(?! )[a-zA-Z0-9. _\-]+(?<! )$",
    },
    "ram": POSITIVE_INT32,
    "vcpus": POSITIVE_INT32,
    "disk": INT32,
    "OS-FLV-EXT-DATA:ephemeral": INT32,
    "swap": INT32,
    "rxtx_factor": {
        "type": ["number", "string"],
        "maxLength": 255,
        "pattern": r"^[0-9]+(\.[0-9]+)?$",
    },
    "os-flavor-access:is_public": BOOLEAN,
}

CREATE = Body(
    {
        MIN: record(
            {"flavor": record(_FLAVOR, required=("name", "ram", "vcpus", "disk"))},
            required=("flavor",),
        )
    }
)


def new_flavor(body: dict[str, Any]) -> NewFlavor:
    """Read a body that :data:`CREATE` let through.

    :raises Invalid: when the factor is out of its bounds.
    """
    flavor = body["flavor"]
    flavor_id = flavor.get("id")
    return NewFlavor(
        name=flavor["name"],
        memory_mb=int(flavor["ram"]),
        vcpus=int(flavor["vcpus"]),
        disk_gb=int(flavor["disk"]),
        id=None if flavor_id is None else str(flavor_id),
        ephemeral_gb=int(flavor.get("OS-FLV-EXT-DATA:ephemeral", 0)),
        swap_mb=int(flavor.get("swap", 0)),
        rxtx_factor=_factor(flavor.get("rxtx_factor", 1.0)),
        is_public=boolean(flavor.get("os-flavor-access:is_public", True)),
    )


def _factor(value: float | str) -> float:
    factor = float(value)
    if not 0 < factor <= _MAX_FACTOR or math.isnan(factor):
        raise Invalid(f"rxtx_factor must be above 0 and at most {_MAX_FACTOR:g}.")
    return factor
