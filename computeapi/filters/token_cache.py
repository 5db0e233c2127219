"""Tokens that Keystone found valid, kept for a limited time."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from time import monotonic, time
from types import MappingProxyType
from typing import Any, NamedTuple

#: Tokens that a process remembers at most, some 6 kB each; those not used for longest go first.
SIZE = 4_000


class Moment(NamedTuple):
    """A point in time on two clocks.

    The wall clock can be set back, and the steady one stands still while a machine is
    suspended: an age is what the clock says that tells the greater one.
    """

    wall: float  # seconds since the epoch
    steady: float  # seconds

    @classmethod
    def now(cls) -> "Moment":
        """Read the clocks."""
        return cls(time(), monotonic())


class Validation:
    """Keystone's description of a token.

    :param token_info: Keystone's answer, ``{"token": {...}}``; it is copied, without the token
        itself, and the copy cannot be changed.
    :param validated: when Keystone was asked.
    """

    __slots__ = ("_expires", "_identity", "_validated", "token_info")

    def __init__(self, token_info: Mapping[str, Any], validated: Moment) -> None:
        # keystoneclient puts the token among what Keystone tells of it.
        token = {key: item for key, item in token_info["token"].items() if key != "auth_token"}
        self.token_info = _frozen({"token": token})
        self._validated = validated
        self._identity: Mapping[str, Any] | None = None
        self._expires = 0.0

    def admit(self, identity: Mapping[str, Any], expires: float) -> None:
        """Remember the environ entries of a caller with this token.

        :param expires: when the token expires, in seconds since the epoch.
        """
        self._expires = expires
        self._identity = dict(identity)

    def identity(self) -> Mapping[str, Any] | None:
        """Return the entries, if there are any and the token has not expired."""
        return self._identity if time() < self._expires else None

    def is_fresh(self, lifetime: float) -> bool:
        """Return whether Keystone was asked less than ``lifetime`` seconds ago."""
        validated = self._validated
        return time() < validated.wall + lifetime and monotonic() < validated.steady + lifetime


class TokenCache:
    """Validations by token; safe to use from several threads, native or green.

    :param lifetime: seconds from asking Keystone until it must be asked again; a token that
        was revoked is good for no longer than that.
    :param size: tokens to remember at most.
    """

    def __init__(self, lifetime: float, size: int = SIZE) -> None:
        self._lifetime = lifetime
        self._size = size
        self._kept: OrderedDict[bytes, Validation] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, token: str) -> Validation | None:
        """Return the known facts of a token."""
        key = _key(token)
        with self._lock:
            known = self._kept.get(key)
            if known is None:
                return None
            if known.is_fresh(self._lifetime):
                self._kept.move_to_end(key)
                return known
            del self._kept[key]
            return None

    def put(self, token: str, validation: Validation) -> None:
        """Remember Keystone's answer about a token."""
        key = _key(token)
        with self._lock:
            self._kept.pop(key, None)
            if len(self._kept) >= self._size:
                self._kept.popitem(last=False)
            self._kept[key] = validation


def _key(token: str) -> bytes:
    # A token is a password for hours: this memory must not hold any.
    # It may be any text at this point, also one that is no Unicode: that is no token's key.
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def _frozen(value: Any) -> Any:
    """Copy JSON so that no request can change the data of the next one."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    return value
