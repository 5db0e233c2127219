"""Measures each part's own time in a request, without the time of the parts that it calls.

Runs in the process of :mod:`bench.target`. The functions at the borders of the parts are wrapped
before the variant is loaded; what a wrapper itself takes is measured, and taken off again.
"""

import functools
import importlib
from collections import Counter
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter_ns
from typing import Any

Function = Callable[..., Any]

#: "module:name" of a function at the border of a part -> the part
_SERVICE: Mapping[str, str] = {
    "computeapi.filters.request_id:RequestId.__call__": "filters",
    "computeapi.filters.methods:Methods.__call__": "filters",
    "computeapi.filters.paths:Paths.__call__": "filters",
    "computeapi.filters.faults:Faults.__call__": "filters",
    "computeapi.filters.size_limit:SizeLimit.__call__": "filters",
    "computeapi.filters.noauth:NoAuth.__call__": "auth",
    "computeapi.filters.auth_token:AuthToken.__call__": "auth",
    "computeapi.api.context:from_environ": "caller, version, query",
    "computeapi.api.versions:negotiate": "caller, version, query",
    "computeapi.api.servers.query:list_request": "caller, version, query",
    "computeapi.policies.enforcer:Enforcer.allows": "policy",
    "computeapi.policies.enforcer:Enforcer.authorize": "policy",
    "computeapi.service.servers.listing:Listing.get": "service",
    "computeapi.service.servers.listing:Listing.list_details": "service",
    "computeapi.db.session:Session.__init__": "database",
    "computeapi.db.session:Session.end": "database",
    "computeapi.db.servers:Servers.get": "database",
    "computeapi.db.servers:Servers.list": "database",
    "orjson:dumps": "JSON",
}
BORDERS: Mapping[str, Mapping[str, str]] = {
    "falcon": {
        **_SERVICE,
        "falcon:App.__call__": "framework",
        "computeapi.falcon_impl.views.servers.listing:details": "view or types",
        "computeapi.falcon_impl.views.servers.listing:shown": "view or types",
    },
    "pecan": {
        **_SERVICE,
        "pecan.core:PecanBase.__call__": "framework",
        "computeapi.pecan_impl.types.servers.listing:ListedServer.of": "view or types",
        "computeapi.pecan_impl.renderer:Renderer.render": "view or types",
    },
    "floor": {
        "bench.floor:Floor.__call__": "raw WSGI",
        "bench.floor:_detail": "view or types",
        "bench.floor_database:Rows.get": "database",
        "bench.floor_database:Rows.page": "database",
        "orjson:dumps": "JSON",
    },
}
_CALIBRATION = 20_000


class Clock:
    """Adds up each part's own time, in nanoseconds, and counts its calls.

    :ivar runs: what is called while it does not is not timed.
    """

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        #: calls that a part made into other parts
        self.made: Counter[str] = Counter()
        self.runs = True
        self._inner: list[int] = []
        self._parts: list[str] = []

    def timed(self, part: str, function: Function) -> Function:
        """Wrap a function."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if not self.runs:
                return function(*args, **kwargs)
            if self._parts:
                self.made[self._parts[-1]] += 1
            self._inner.append(0)
            self._parts.append(part)
            began = perf_counter_ns()
            try:
                return function(*args, **kwargs)
            finally:
                took = perf_counter_ns() - began
                self._parts.pop()
                self.spent[part] += took - self._inner.pop()
                self.calls[part] += 1
                if self._inner:
                    self._inner[-1] += took

        return call

    def reset(self) -> None:
        """Begin anew."""
        for counter in (self.spent, self.calls, self.made):
            counter.clear()


CLOCK = Clock()


def install(variant: str) -> None:
    """Wrap the functions of a variant. To be done before it is loaded."""
    for border, part in BORDERS[variant].items():
        module, _, path = border.partition(":")
        owner: Any = importlib.import_module(module)
        *parents, name = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        found = vars(owner)[name]
        if isinstance(found, classmethod):
            setattr(owner, name, classmethod(CLOCK.timed(part, found.__func__)))
        else:
            setattr(owner, name, CLOCK.timed(part, found))


def overhead() -> tuple[float, float]:
    """Return the time that a wrapper adds to its own part and to its caller, in nanoseconds."""
    clock = Clock()

    def nothing() -> None:
        return None

    inner = clock.timed("inner", nothing)

    def loop() -> None:
        for _ in range(_CALIBRATION):
            inner()

    def bare() -> None:
        for _ in range(_CALIBRATION):
            nothing()

    clock.timed("outer", loop)()
    began = perf_counter_ns()
    bare()
    plain = (perf_counter_ns() - began) / _CALIBRATION
    own = clock.spent["inner"] / _CALIBRATION
    return own, max(0.0, clock.spent["outer"] / _CALIBRATION - plain)


def measure(app: Any, calls: list[Any], count: int) -> dict[str, float]:
    """Return each part's own time in a request, µs, and the ``remainder``.

    Each of ``count`` requests is made twice, once with the clock stopped: the medians of these
    are the whole, and the remainder is what the whole has beyond the parts.
    """
    own, callers = overhead()
    found: dict[str, list[float]] = {}
    wholes = []
    for number in range(count):
        call = calls[number % len(calls)]
        CLOCK.runs = False
        began = perf_counter_ns()
        call.make(app)
        wholes.append(perf_counter_ns() - began)
        CLOCK.runs = True
        CLOCK.reset()
        call.make(app)
        for part, spent in CLOCK.spent.items():
            added = CLOCK.calls[part] * own + CLOCK.made[part] * callers
            found.setdefault(part, []).append(spent - added)
    parts = {part: median(values) / 1e3 for part, values in found.items()}
    return {**parts, "remainder": median(wholes) / 1e3 - sum(parts.values())}
