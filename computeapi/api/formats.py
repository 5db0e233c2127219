"""The formats of strings that JSON Schemas of the API name.

Those with a description are particular to this API; others are JSON Schema's own.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from computeapi.api import values


class Format(NamedTuple):
    """A format of strings.

    :ivar description: for a caller who sent another string.
    :ivar check: returns whether a string has the format.
    """

    description: str
    check: Callable[[str], bool]


def _integer(minimum: int, maximum: int) -> Format:
    """Return the format of an integer that came as a string."""
    description = f"an integer from {minimum} to {maximum}"
    return Format(description, partial(values.is_integer, minimum=minimum, maximum=maximum))


#: The formats of strings that requests have.
FORMATS: Mapping[str, Format] = {
    "name": Format("printable, without white space around it", values.is_name),
    "padded-name": Format("printable, and more than white space", values.is_padded_name),
    "zone": Format("a printable name without a colon", values.is_zone_name),
    "printable": Format("printable", values.is_printable),
    "uuid": Format("a UUID", values.is_uuid),
    "optional-uuid": Format("a UUID, or empty", lambda text: not text or values.is_uuid(text)),
    "ipv4": Format("an IPv4 address", values.is_ipv4),
    "ipv6": Format("an IPv6 address", values.is_ipv6),
    "ip": Format("an IP address", values.is_ip),
    "limit": _integer(-1, values.INT32_MAX),
    "int32": _integer(0, values.INT32_MAX),
    "positive-int32": _integer(1, values.INT32_MAX),
    "signed-int32": _integer(values.INT32_MIN, values.INT32_MAX),
    "lines": Format("-1, or a number of lines", partial(values.is_integer, minimum=-1)),
}
