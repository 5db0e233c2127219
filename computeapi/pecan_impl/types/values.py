"""Values inside requests, with the tolerances of the API reference.

WSME's own conversions are too kind for them: ``int`` makes 1 of ``true`` and of 1.9, and a
UUID comes out rewritten. These take a JSON value as it came.
"""

from collections.abc import Iterable
from typing import Any

from wsme.types import Enum, StringType, UserType

from computeapi.api import values
from computeapi.api.openapi.schemas import Schema
from computeapi.pecan_impl.types.schemas import WHOLE, schema_of_text

#: The formats of integers that come as strings, by their bounds.
_FORMATS = {
    (1, values.INT32_MAX): "positive-int32",
    (0, values.INT32_MAX): "int32",
    (-1, values.INT32_MAX): "limit",
    (values.INT32_MIN, values.INT32_MAX): "signed-int32",
    (-1, values.MAX_INTEGER): "lines",
}


class Anything(UserType):
    """Any JSON value."""

    basetype = object
    name = "anything"

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {}


class Null(Anything):
    """Null, and nothing else."""

    name = "null"

    def validate(self, value: Any) -> None:
        """Check a value."""
        if value is not None:
            raise ValueError("Value should be null")

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "null"}


class Boolean(Anything):
    """True, false, or a word for one of them."""

    name = "boolean"

    def frombasetype(self, value: Any) -> bool:
        """Convert the value that came."""
        return values.boolean(value)

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": ["boolean", "string"], "enum": [True, False, *values.TRUE, *values.FALSE]}


class Integer(Anything):
    """An integer, also as a string of digits.

    :param minimum: and maximum: its bounds; below 0 the string may have a sign.
    """

    name = "integer"

    def __init__(self, minimum: int, maximum: int = values.MAX_INTEGER) -> None:
        self._minimum = minimum
        self._maximum = maximum

    def frombasetype(self, value: Any) -> int | None:
        """Convert the value that came; None is the attribute's to allow."""
        return None if value is None else values.integer(value, self._minimum, self._maximum)

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        schema: Schema = {
            "type": ["integer", "string"],
            "minimum": self._minimum,
            "maximum": self._maximum,
        }
        return {**schema, "format": _FORMATS[self._minimum, self._maximum]}


class PositiveNumber(Anything):
    """A number above 0, also as a string of digits."""

    name = "number"

    def frombasetype(self, value: Any) -> float:
        """Convert the value that came."""
        return values.factor(value)

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": ["number", "string"]}


class Name(StringType):
    """1 to 255 printable characters of Unicode's first plane, without a space at either end."""

    name = "name"
    format = "name"

    def __init__(self, pattern: str | None = None) -> None:
        super().__init__(min_length=1, max_length=values.MAX_LENGTH, pattern=whole(pattern))

    def validate(self, value: Any) -> str:
        """Check a value."""
        text: str = super().validate(value)
        if not values.is_name(text):
            raise ValueError("Value should be printable, without whitespace around it")
        return text

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {**schema_of_text(self), "format": self.format}


class Description(StringType):
    """A text of printable characters."""

    name = "description"

    def __init__(self, max_length: int = values.MAX_DESCRIPTION) -> None:
        super().__init__(max_length=max_length)

    def validate(self, value: Any) -> str | None:
        """Check a value; None is the attribute's to allow."""
        if value is None:
            return None
        text: str = super().validate(value)
        if not values.is_printable(text):
            raise ValueError("Value should be printable")
        return text

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {**schema_of_text(self), "format": "printable"}


class FlavorRef(Anything):
    """An id, as a string or an integer."""

    name = "reference"

    def frombasetype(self, value: Any) -> str:
        """Convert the value that came."""
        if isinstance(value, str) and value:
            return value
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if is_whole and not isinstance(value, bool):
            return str(value)
        raise ValueError("Value should be a string or an integer")

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": ["string", "integer"], "minLength": 1}


class FlavorId(Anything):
    """The id of a new flavor, as a string or a number."""

    name = "flavor id"

    def frombasetype(self, value: Any) -> str | None:
        """Convert the value that came; None is the attribute's to allow."""
        return None if value is None else values.flavor_id(value)

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": ["string", "number"]}


class Uuid(StringType):
    """A UUID, kept as it is written.

    :param or_empty: whether an empty string will do.
    """

    name = "uuid"

    def __init__(self, or_empty: bool = False) -> None:
        super().__init__()
        self._or_empty = or_empty

    def validate(self, value: Any) -> str:
        """Check a value."""
        text: str = super().validate(value)
        if not values.is_uuid(text) and (text or not self._or_empty):
            raise ValueError("Value should be a UUID")
        return text

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "string", "format": "optional-uuid" if self._or_empty else "uuid"}


class IpAddress(StringType):
    """An IP address.

    :param version: 4 or 6; None: either.
    """

    name = "address"

    def __init__(self, version: int | None = None) -> None:
        super().__init__()
        self._check = {None: values.is_ip, 4: values.is_ipv4, 6: values.is_ipv6}[version]
        self._version = version

    def validate(self, value: Any) -> str:
        """Check a value."""
        text: str = super().validate(value)
        if not self._check(text):
            raise ValueError(f"Value should be an IPv{self._version or '4 or 6'} address")
        return text

    def frombasetype(self, value: Any) -> str:
        """Convert the value that came to the form that is kept."""
        return values.shortest(self.validate(value))

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "string", "format": f"ipv{self._version}" if self._version else "ip"}


def size(minimum: int) -> Integer:
    """Return the type of a size or count: at most the largest integer of a database."""
    return Integer(minimum, values.INT32_MAX)


def choice(words: Iterable[str]) -> Enum:
    """Return the type of a string that is one of these."""
    choices = tuple(words)
    datatype = Enum(str, *choices)
    # WSME keeps a set, and its messages would name the choices in any order.
    datatype.values = choices
    return datatype


def whole(pattern: str | None) -> str | None:
    """Return a regular expression that only the whole of a text matches; WSME searches."""
    return pattern and f"{WHOLE[0]}{pattern}{WHOLE[1]}"


def matching(pattern: str) -> StringType:
    """Return the type of a string that a regular expression matches as a whole."""
    return StringType(pattern=whole(pattern))


ANYTHING = Anything()
BOOLEAN = Boolean()
DESCRIPTION = Description()
NAME = Name()
NULL = Null()
#: The name of a host.
HOST = matching(values.HOST)
UUID = Uuid()
TEXT = StringType()
