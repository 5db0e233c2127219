"""Request bodies of extra specs (API reference, "Flavors extra-specs")."""

from typing import Any

from computeapi.api import values
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.schemas.values import record
from computeapi.falcon_impl.validation import Body

_SPECS: Schema = {
    "type": "object",
    "patternProperties": {
        f"^{values.METADATA_KEY}$": {"type": ["string", "number"], "maxLength": values.MAX_LENGTH}
    },
    "additionalProperties": False,
}

CREATE = Body(record({"extra_specs": _SPECS}, required=("extra_specs",)))
UPDATE = Body({**_SPECS, "minProperties": 1, "maxProperties": 1})


def texts(specs: dict[str, Any]) -> dict[str, str]:
    """Return the extra specs of a body as they are kept: numbers are texts.

    :raises Invalid: when a number is too long.
    """
    try:
        return {name: values.extra_spec(value) for name, value in specs.items()}
    except ValueError as error:
        raise Invalid(f"Invalid input: {error}.") from error
