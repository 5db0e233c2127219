"""Objects of keys and values inside requests: metadata and extra specs."""

import re
from typing import Any

from computeapi.api import values
from computeapi.api.openapi.schemas import Schema
from computeapi.pecan_impl.types.errors import InvalidAttribute
from computeapi.pecan_impl.types.requests import naming
from computeapi.pecan_impl.types.schemas import metadata_of
from computeapi.pecan_impl.types.values import Anything

_METADATA_KEY = re.compile(values.METADATA_KEY)


class Metadata(Anything):
    """Keys and values of up to 255 characters each."""

    name = "metadata"

    def validate(self, value: Any) -> dict[str, str]:
        """Check a value."""
        if not isinstance(value, dict):
            raise TypeError("Value should be an object")
        for key, item in value.items():
            if not _METADATA_KEY.fullmatch(key):
                raise ValueError(f"Key {key!r} should have 1 to 255 of a-z A-Z 0-9 - _ : . space")
            if not isinstance(item, str) or len(item) > values.MAX_LENGTH:
                raise InvalidAttribute(
                    key, item, "Value should be a string of up to 255 characters"
                )
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return metadata_of({"type": "string", "maxLength": values.MAX_LENGTH})


class ExtraSpecs(Anything):
    """Extra specs by name; values are strings or numbers."""

    name = "extra specs"

    def validate(self, value: Any) -> dict[str, Any]:
        """Check a value."""
        if not isinstance(value, dict):
            raise TypeError("Value should be an object")
        for key, item in value.items():
            if not _METADATA_KEY.fullmatch(key):
                raise ValueError(f"Key {key!r} should have 1 to 255 of a-z A-Z 0-9 - _ : . space")
            with naming(key, item):
                values.extra_spec(item)
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return metadata_of({"type": ["string", "number"], "maxLength": values.MAX_LENGTH})
