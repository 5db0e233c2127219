"""Values inside requests, with the tolerances of the API reference.

WSME's own conversions are too kind for them: ``int`` makes 1 of ``true`` and of 1.9, and a
UUID comes out rewritten. These take a JSON value as it came.
"""

import ipaddress
import re
import unicodedata
import uuid
from typing import Any

from wsme.types import Enum, StringType, UserType

_MAX_INT = 0x7FFFFFFF
_MAX_FLOAT = 3.40282e38
_TRUE = frozenset({"True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes"})
_FALSE = frozenset({"False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no"})
#: The API takes no characters beyond Unicode's first plane into names.
_LAST = "\uffff"
_METADATA_KEY = re.compile(r"^[a-zA-Z0-9-_:. ]{1,255}$")


class Anything(UserType):
    """Any JSON value."""

    basetype = object
    name = "anything"


class Boolean(Anything):
    """True, false, or a word for one of them."""

    name = "boolean"

    def frombasetype(self, value: Any) -> bool:
        """Convert the value that came."""
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in _TRUE | _FALSE:
            return value in _TRUE
        raise ValueError("Value should be a boolean")


class Integer(Anything):
    """An integer, also as a string of digits.

    :param minimum: and maximum: its bounds; below 0 the string may have a sign.
    """

    name = "integer"

    def __init__(self, minimum: int, maximum: int | None = None) -> None:
        self._minimum = minimum
        self._maximum = maximum
        self._pattern = re.compile(r"-?[0-9]+" if minimum < 0 else r"[0-9]+")

    def frombasetype(self, value: Any) -> int | None:
        """Convert the value that came; None is the attribute's to allow."""
        return None if value is None else self._bounded(self._integer(value))

    def _integer(self, value: Any) -> int:
        if isinstance(value, str) and self._pattern.fullmatch(value):
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise ValueError("Value should be an integer")

    def _bounded(self, number: int) -> int:
        if number < self._minimum:
            raise ValueError(f"Value should be at least {self._minimum}")
        if self._maximum is not None and number > self._maximum:
            raise ValueError(f"Value should be at most {self._maximum}")
        return number


class PositiveNumber(Anything):
    """A number above 0, also as a string of digits."""

    name = "number"

    def frombasetype(self, value: Any) -> float:
        """Convert the value that came."""
        is_text = isinstance(value, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value)
        if not is_text and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ValueError("Value should be a number")
        number = float(value)
        if not 0 < number <= _MAX_FLOAT:
            raise ValueError("Value should be above 0 and no larger than a float")
        return number


class Name(StringType):
    """1 to 255 printable characters of Unicode's first plane, without a space at either end."""

    name = "name"

    def __init__(self, pattern: str | None = None) -> None:
        super().__init__(min_length=1, max_length=255, pattern=pattern)

    def validate(self, value: Any) -> str:
        """Check a value."""
        text: str = super().validate(value)
        categories = [unicodedata.category(character) for character in text]
        if max(text) > _LAST or any(c[0] == "C" or c in ("Zl", "Zp") for c in categories):
            raise ValueError("Value should have printable characters only")
        if "Zs" in (categories[0], categories[-1]):
            raise ValueError("Value should not start or end with whitespace")
        return text


class Reference(Anything):
    """An id, as a string or an integer."""

    name = "reference"

    def __init__(self, pattern: str | None = None) -> None:
        self._text = StringType(min_length=1, max_length=None, pattern=pattern)

    def frombasetype(self, value: Any) -> str | None:
        """Convert the value that came; None is the attribute's to allow."""
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return str(self._text.validate(value))


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
        if text or not self._or_empty:
            uuid.UUID(text)
        return text


class Address(StringType):
    """An IP address.

    :param version: 4 or 6; None: either.
    """

    name = "address"

    def __init__(self, version: int | None = None) -> None:
        super().__init__()
        self._version = version

    def validate(self, value: Any) -> str:
        """Check a value."""
        text: str = super().validate(value)
        address = ipaddress.ip_address(text)
        if self._version not in (None, address.version):
            raise ValueError(f"Value should be an IPv{self._version} address")
        if getattr(address, "scope_id", None):
            raise ValueError("Value should have no scope")
        return text


class Metadata(Anything):
    """Keys and values of up to 255 characters each."""

    name = "metadata"

    def validate(self, value: Any) -> dict[str, str]:
        """Check a value."""
        if not isinstance(value, dict):
            raise TypeError("Value should be an object")
        for key, item in value.items():
            if not _METADATA_KEY.search(key):
                raise ValueError(f"Key {key!r} should have 1 to 255 of a-z A-Z 0-9 - _ : . space")
            if not isinstance(item, str) or len(item) > 255:
                raise ValueError(f"Value of {key} should be a string of up to 255 characters")
        return value


def size(minimum: int) -> Integer:
    """Return the type of a size or count: at most what a database's integer holds."""
    return Integer(minimum, _MAX_INT)


def choice(*values: str) -> Enum:
    """Return the type of a string that is one of these."""
    return Enum(str, *values)


ANYTHING = Anything()
BOOLEAN = Boolean()
NAME = Name()
UUID = Uuid()
TEXT = StringType()
