"""Microversions: which there are, which one a request gets, and the change that each made.

API reference, "Versions", and the API SIG's guideline on microversions.
"""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import microversion_parse

from computeapi.api.links import LEGACY_VERSION_PATH, VERSION_PATH
from computeapi.domain.errors import Error, Invalid, NotFound

HEADER = "OpenStack-API-Version"
LEGACY_HEADER = "X-OpenStack-Nova-API-Version"
VARY = f"{HEADER}, {LEGACY_HEADER}"
_ENVIRON_KEY, _LEGACY_ENVIRON_KEY = (
    "HTTP_" + name.upper().replace("-", "_") for name in (HEADER, LEGACY_HEADER)
)
_SERVICE = "compute"


class Version(NamedTuple):
    """A microversion; they compare as they follow each other."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def next(self) -> "Version":
        """The microversion after this one."""
        return Version(self.major, self.minor + 1)

    @property
    def before(self) -> "Version":
        """The microversion before this one."""
        return Version(self.major, self.minor - 1)


MIN = Version(2, 1)
MAX = Version(2, 104)
#: The version of a request for which none could be negotiated.
UNKNOWN = Version(0, 0)
#: Longer numbers are no version: they could not be read in bounded time.
_FORMAT = re.compile(r"([1-9][0-9]{0,254})\.([1-9][0-9]{0,254}|0)")


@dataclass(frozen=True, slots=True)
class Span:
    """The microversions at which something is so, both ends included.

    :ivar first: the first one.
    :ivar last: the last one; None when there is no last one yet.
    :ivar change: a sentence for the history page: the change that ``first`` brought, or the one
        that came after ``last``.
    """

    first: Version = MIN
    last: Version | None = None
    change: str = ""

    def __contains__(self, version: Version) -> bool:
        return self.first <= version and (self.last is None or version <= self.last)

    def __and__(self, other: "Span") -> "Span":
        """Return the microversions of both spans, which must have some in common."""
        ends = [span.last for span in (self, other) if span.last is not None]
        first, last = max(self.first, other.first), min(ends, default=None)
        for span in (self, other):
            if (span.first, span.last) == (first, last):
                return span
        return Span(first, last)

    def overlaps(self, other: "Span") -> bool:
        """Return whether the spans have microversions in common."""
        return self.first in other or other.first in self

    def is_followed_by(self, other: "Span") -> bool:
        """Return whether the other span begins after the last microversion of this one."""
        return self.last is not None and other.first == self.last.next

    @property
    def changed_at(self) -> Version:
        """The version of the change that ``change`` describes."""
        if self.first == MIN and self.last is not None:
            return self.last.next
        return self.first

    @property
    def boundaries(self) -> frozenset[Version]:
        """The versions at which something changes: the first one, and the one after the last."""
        ends = {self.first}
        if self.last is not None:
            ends.add(self.last.next)
        return frozenset(ends)


def since(minor: int, change: str = "", until: int | None = None) -> Span:
    """Return the span from microversion ``2.minor`` on.

    :param change: a sentence for the history page.
    :param until: the minor number of the last version; None when there is no last one yet.
    """
    return Span(Version(2, minor), None if until is None else Version(2, until), change)


def until(minor: int, change: str = "") -> Span:
    """Return the span from the first microversion to ``2.minor``.

    :param change: a sentence for the history page, of the version after it.
    """
    return Span(MIN, Version(2, minor), change)


#: Every microversion.
ALWAYS = Span()


class MajorVersion(NamedTuple):
    """An entry of the list of versions.

    :ivar path: where its version document is.
    :ivar version: the newest microversion; empty where there are no microversions.
    :ivar min_version: the oldest one.
    :ivar media_type: the type of its documents, with the version as a parameter.
    """

    id: str
    path: str
    status: str
    version: str
    min_version: str
    updated: str
    media_type: str


_MEDIA_TYPE = "application/vnd.openstack.compute+json;version="
V2 = MajorVersion(
    "v2.0", LEGACY_VERSION_PATH, "DEPRECATED", "", "", "2025-07-04T12:00:00Z", f"{_MEDIA_TYPE}2"
)
V21 = MajorVersion(
    "v2.1", VERSION_PATH, "CURRENT", str(MAX), str(MIN), "2013-07-23T11:33:21Z", f"{_MEDIA_TYPE}2.1"
)
#: In the order that clients expect.
MAJOR_VERSIONS = (V2, V21)
#: The page that each version document refers to.
DOCUMENTATION = "http://docs.openstack.org/"


def major_version(version_id: str) -> MajorVersion:
    """Return the entry of the list of versions that has an id.

    :raises NotFound: when there is none.
    """
    for version in MAJOR_VERSIONS:
        if version.id == version_id:
            return version
    raise NotFound(f"Version {version_id[:64]} could not be found.")


class NotAcceptable(Error):
    """The requested version is not served.

    :ivar version: the version asked for; the answer names it in its headers.
    """

    code = 406

    def __init__(self, version: Version) -> None:
        super().__init__(
            f"Version {version} is not supported by the API. Minimum is {MIN} and maximum is {MAX}."
        )
        self.version = version


def negotiate(environ: Mapping[str, Any]) -> Version:
    """Return the microversion that a request gets.

    :param environ: the WSGI environ, with the request's headers.
    :raises Invalid: when the header is malformed.
    :raises NotAcceptable: when the version is not served.
    """
    return _negotiated(environ.get(_ENVIRON_KEY), environ.get(_LEGACY_ENVIRON_KEY))


def refused(error: Error) -> Version:
    """Return the version that the headers of an answer name when :func:`negotiate` failed.

    :param error: its error.
    """
    return error.version if isinstance(error, NotAcceptable) else UNKNOWN


def ignore(environ: MutableMapping[str, Any]) -> None:
    """Remove the headers that ask for a microversion.

    :param environ: the WSGI environ, with the request's headers.
    """
    environ.pop(_ENVIRON_KEY, None)
    environ.pop(_LEGACY_ENVIRON_KEY, None)


@lru_cache(maxsize=256)
def _negotiated(value: str | None, legacy: str | None) -> Version:
    # What is no version string is ours to refuse: parse_version_string takes "2.01" and "-2.1".
    headers = ((HEADER, value), (LEGACY_HEADER, legacy))
    requested = microversion_parse.get_version(
        {name: text for name, text in headers if text is not None}, _SERVICE, [LEGACY_HEADER]
    )
    if requested is None:
        return MIN
    if requested == "latest":
        return MAX
    match = _FORMAT.fullmatch(requested.strip())
    if match is None:
        raise Invalid(
            f"API Version String {requested} is of invalid format. "
            "Must be of format MajorNum.MinorNum."
        )
    version = Version(int(match[1]), int(match[2]))
    if not MIN <= version <= MAX:
        raise NotAcceptable(version)
    return version


@lru_cache(maxsize=256)
def headers(version: Version) -> tuple[tuple[str, str], ...]:
    """Return the headers that tell a caller which version answered.

    :param version: where it is :data:`UNKNOWN`, a cache must know still that the answer depends
        on these headers.
    """
    vary = ("Vary", VARY)
    if version == UNKNOWN:
        return (vary,)
    return ((HEADER, f"{_SERVICE} {version}"), (LEGACY_HEADER, str(version)), vary)
