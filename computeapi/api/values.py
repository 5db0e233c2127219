"""The values that requests may hold: names, ids, numbers, addresses, words, moments.

API reference, the "Request" tables. Each front end asks these in its own way: Falcon's schemas
name them as formats and patterns, Pecan's types call them.
"""

import re
import socket
import unicodedata
from datetime import UTC, datetime
from ipaddress import AddressValueError, IPv4Address, IPv6Address

#: The bounds of an SQL integer.
INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
#: The largest number of a single precision float.
MAX_FLOAT = 3.40282e38
#: Decimal digits of any number. Python refuses to convert very long ones.
MAX_DIGITS = 255
#: The largest number that no other bound holds.
MAX_INTEGER = 10**MAX_DIGITS - 1

#: Characters of a name, a short text, and the value of a metadata item.
MAX_LENGTH = 255
MAX_USER_DATA = 65535
MAX_DESCRIPTION = 65535
MAX_CONNECTION_INFO = 2**24 - 1

#: Words for true and false in a body.
TRUE = ("True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes")
FALSE = ("False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no")
DISK_CONFIGS = ("AUTO", "MANUAL")
REBOOTS = ("HARD", "Hard", "hard", "SOFT", "Soft", "soft")
KEYPAIR_TYPES = ("ssh", "x509")
SOURCE_TYPES = ("volume", "image", "snapshot", "blank")
DESTINATION_TYPES = ("local", "volume")

# Regular expressions that the whole of a text must match.
KEYPAIR_NAME = r"[_\- a-zA-Z0-9]+"
IMPORTED_KEYPAIR_NAME = r"[_\-@. a-zA-Z0-9]+"
FLAVOR_ID = r"(?! )[a-zA-Z0-9. _\-]{1,255}(?<! )"
#: A host name (RFC 1123, section 2.1), a domain name, and the name of a host of the service.
HOSTNAME = r"[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9]"
DOMAIN_NAME = r"[a-zA-Z0-9\-._]{1,255}"
HOST = r"[a-zA-Z0-9\-._]{1,255}"
METADATA_KEY = r"[a-zA-Z0-9\-_:. ]{1,255}"
DEVICE_NAME = r"[a-zA-Z0-9._/\-]{1,255}"
DEVICE_UUID = r"[a-zA-Z0-9._\-]{1,255}"
HOST_NAME = r"[a-zA-Z0-9\-._]{1,255}"
CIDR_HINT = r"/[0-9a-f.:]+"
#: A number that came as a text.
FACTOR = r"[0-9]+(\.[0-9]+)?"

#: Also as a URN and in braces, as Nova takes it.
_UUID = re.compile(
    r"(?:urn:)?(?:uuid:)?\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE
)
_INTEGER = re.compile(r"-?[0-9]+")
_FLAVOR_ID = re.compile(FLAVOR_ID)
_FACTOR = re.compile(FACTOR)
#: Characters of a moment: more make it no more exact.
_MAX_MOMENT = 64


def is_name(text: str) -> bool:
    """Return whether a text is printable, without white space around it; its length is no matter.

    The API takes no characters beyond Unicode's first plane into names.
    """
    if text.isascii() and text.isprintable():
        return text == text.strip()
    ends = (unicodedata.category(char) for char in (text[:1] + text[-1:]))
    return all(map(_is_printable, text)) and "Zs" not in ends


def is_padded_name(text: str) -> bool:
    """Return whether a text is a name with or without white space around it."""
    return bool(text.strip()) and is_name(text.strip())


def is_zone_name(text: str) -> bool:
    """Return whether a text is a name of an availability zone: a name without a colon.

    A colon separates a zone from a host in requests for servers.
    """
    return is_name(text) and ":" not in text


def is_printable(text: str) -> bool:
    """Return whether all characters of a text are printable, and of Unicode's first plane."""
    return (text.isascii() and text.isprintable()) or all(map(_is_printable, text))


def _is_printable(char: str) -> bool:
    category = unicodedata.category(char)
    return char <= "\uffff" and category[0] != "C" and category not in ("Zl", "Zp")


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID (RFC 9562), with or without hyphens."""
    return _UUID.fullmatch(text) is not None


def is_ipv4(text: str) -> bool:
    """Return whether a text is an IPv4 address in four decimal parts."""
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def is_ipv6(text: str) -> bool:
    """Return whether a text is an IPv6 address (RFC 4291, 2.2) without a scope."""
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text


def is_ip(text: str) -> bool:
    """Return whether a text is an IP address of either version."""
    return is_ipv4(text) or is_ipv6(text)


def shortest(address: str) -> str:
    """Return the form in which an address is kept and shown (RFC 5952).

    :param address: of version 4 or 6.
    """
    if ":" not in address:
        return address
    return socket.inet_ntop(socket.AF_INET6, IPv6Address(address).packed)


def integer(value: object, minimum: int = 0, maximum: int = MAX_INTEGER) -> int:
    """Read an integer, or its decimal digits, exactly.

    :param value: a JSON value; 1.0 is an integer in JSON Schema, and true is none.
    :param minimum: where it is below 0, the digits may have a sign.
    :raises ValueError: when it is none, or not from ``minimum`` to ``maximum``.
    """
    number = _integer(value, signed=minimum < 0)
    if not minimum <= number <= maximum:
        raise ValueError(f"Value should be from {minimum} to {maximum}")
    return number


def _integer(value: object, signed: bool) -> int:
    if isinstance(value, str):
        is_long = len(value) > MAX_DIGITS
        if is_long or not _INTEGER.fullmatch(value) or (value[0] == "-" and not signed):
            raise ValueError("Value should be an integer")
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise ValueError("Value should be an integer")


def is_integer(text: str, minimum: int = 0, maximum: int = MAX_INTEGER) -> bool:
    """Return whether a text is the digits of an integer; see :func:`integer`."""
    try:
        integer(text, minimum, maximum)
    except ValueError:
        return False
    return True


def boolean(value: object) -> bool:
    """Read true, false, or a word for one of them.

    :raises ValueError: when it is none.
    """
    if isinstance(value, bool):
        return value
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    words = ", ".join(map(repr, (*TRUE, *FALSE)))
    raise ValueError(f"Value should be true, false, or one of: {words}")


def factor(value: object) -> float:
    """Read a number above 0, or its decimal digits.

    :raises ValueError: when it is none, or larger than :data:`MAX_FLOAT`.
    """
    if isinstance(value, str):
        if len(value) > MAX_DIGITS or not _FACTOR.fullmatch(value):
            raise ValueError("Value should be a number")
    elif isinstance(value, bool) or not isinstance(value, int | float) or value > MAX_FLOAT:
        raise ValueError(f"Value should be a number of at most {MAX_FLOAT:g}")
    number = float(value)
    if not 0 < number <= MAX_FLOAT:
        raise ValueError(f"Value should be above 0 and at most {MAX_FLOAT:g}")
    return number


def flavor_id(value: object) -> str:
    """Read the id of a new flavor: a text, or a number, which is kept as it is written.

    :raises ValueError: when it is none.
    """
    is_long = isinstance(value, int) and abs(value) > MAX_INTEGER
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and not is_long
    text = str(value) if is_number else value
    if not isinstance(text, str) or not _FLAVOR_ID.fullmatch(text):
        raise ValueError("Value should have 1 to 255 of a-z A-Z 0-9 . - _ and inner spaces")
    return text


def extra_spec(value: object) -> str:
    """Read the value of an extra spec: a text, or a number, which is kept as it is written.

    :raises ValueError: when it is none, or longer than :data:`MAX_LENGTH`.
    """
    is_long = isinstance(value, int) and abs(value) > MAX_INTEGER
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and not is_long
    text = str(value) if is_number else value
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise ValueError(f"Value should be a string or a number of up to {MAX_LENGTH} characters")
    return text


def is_moment(text: str) -> bool:
    """Return whether a text is a moment; see :func:`moment`."""
    try:
        moment(text)
    except ValueError:
        return False
    return True


def moment(text: str) -> datetime:
    """Read an ISO 8601 date or moment; without an offset it is UTC.

    :returns: a naive moment in UTC.
    :raises ValueError: when it is none, or not in the years 1 to 9999 of UTC.
    """
    if len(text) > _MAX_MOMENT or not text.isascii():
        raise ValueError("Value should be a moment in ISO 8601")
    # In a query, the plus sign of an offset that is not escaped comes as a space.
    parsed = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    if parsed.tzinfo is None:
        return parsed
    try:
        return parsed.astimezone(UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError("Value should be in the years 1 to 9999") from error
