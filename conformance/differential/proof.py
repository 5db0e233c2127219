"""Sends the same requests to this service and to a real Nova, and explains what differs."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from computeapi.api.history import BOUNDARIES
from computeapi.api.versions import ALWAYS, MAX, MIN, Version
from conformance.differential import queries
from conformance.differential.shapes import differences
from conformance.differential.sides import Ours, Real, Side
from tests.operations import REMOVED, nova

FRONT_ENDS = ("falcon", "pecan")
#: The project of the fixtures that Nova runs with.
PROJECT = "6f70656e737461636b20342065766572"
CALLERS = {
    "admin": f"root:{PROJECT}:admin,manager,member,reader",
    "member": f"alice:{PROJECT}:member,reader",
    "reader": f"carol:{PROJECT}:reader",
    "other": "dave:p2:member,reader",
}
_HERE = Path(__file__).parent
_NAME = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Request:
    """A request; ``requests.yaml`` says what the fields are."""

    send: str
    caller: str
    body: Any
    versions: tuple[str, ...]
    keep: Mapping[str, str]

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing."""
        return self.send.startswith("GET ")


@dataclass(frozen=True)
class Explanation:
    """A difference that is expected: patterns of the request and of the difference."""

    request: str
    difference: str
    because: str

    def explains(self, request: str, difference: str) -> bool:
        """Return whether a difference is the one expected."""
        return bool(re.search(self.request, request) and re.search(self.difference, difference))


def requests() -> Iterator[Request]:
    """Yield the requests in their order."""
    for entry in (*yaml.safe_load((_HERE / "requests.yaml").read_text()), *queries.requests()):
        fields: Mapping[str, Any] = {"send": entry} if isinstance(entry, str) else entry
        every = [str(version) for version in sorted({MIN, *BOUNDARIES, MAX})]
        versions = fields.get("at") or (every if fields["send"].startswith("GET ") else [str(MAX)])
        yield Request(
            fields["send"], fields.get("as", "admin"), fields.get("body"), tuple(versions),
            fields.get("keep", {}),
        )  # fmt: skip


def routes() -> Iterator[Request]:
    """Yield requests for every operation of Nova, also for those that it removed.

    Each is sent at the microversions at which the operation comes and goes, and at those before.
    Its path names items that do not exist, and its body says nothing but the action.
    """
    for operation, span in {**dict.fromkeys(REMOVED, ALWAYS), **nova()}.items():
        boundaries = span.boundaries - {MIN}
        versions = {MIN, MAX, *boundaries, *(Version(2, each.minor - 1) for each in boundaries)}
        path = operation.path.replace("{}", "missing")
        empty = {operation.action: None} if operation.action else {}
        body = empty if operation.method in ("POST", "PUT") else None
        ordered = tuple(str(version) for version in sorted(versions))
        yield Request(f"{operation.method} {path}", "admin", body, ordered, {})


def explanations() -> list[Explanation]:
    """Return the differences that are expected."""
    entries = yaml.safe_load((_HERE / "explained.yaml").read_text())
    return [Explanation(**entry) for entry in entries]


def send(side: Side, request: Request, version: str) -> tuple[int, Any]:
    """Send a request to a side; return the status and the body, and keep values of it."""
    method, path = _named(side, request.send).split(" ", 1)
    url = path if path == "/" else f"/v2.1{path}"
    headers = {
        "x-auth-token": CALLERS[request.caller],
        "openstack-api-version": f"compute {version}",
    }
    status, body = side.request(method, url, _named(side, request.body), headers)
    if not request.is_read:
        side.settle()
    for name, place in request.keep.items():
        if status < 400 and name not in side.names:
            side.names[name] = str(_value(body, place))
    return status, body


def _named(side: Side, value: Any) -> Any:
    """Return a value with that which stands for the names in its texts."""
    if isinstance(value, str):
        return _NAME.sub(lambda name: side.names.get(name[1], name[1]), value)
    if isinstance(value, Mapping):
        return {key: _named(side, each) for key, each in value.items()}
    return [_named(side, each) for each in value] if isinstance(value, list) else value


def _value(body: Any, place: str) -> Any:
    for part in place.split("."):
        body = body[int(part)] if part.isdecimal() else body[part]
    return body


def compare(ours: Mapping[str, Side], nova: Side) -> tuple[int, Counter[tuple[str, str]]]:
    """Send all requests; return their number, and how often each difference occurred."""
    for side in (*ours.values(), nova):
        side.names["project"] = PROJECT
    sent, found = 0, Counter[tuple[str, str]]()
    for request in (*requests(), *routes()):
        for version in request.versions:
            expected = send(nova, request, version)
            for name, side in ours.items():
                sent += 1
                for difference in differences(send(side, request, version), expected):
                    shown = f"{request.send} {_shown(request.body)}as {request.caller}"
                    found[f"{name} {shown}", f"{difference} at {version}"] += 1
    return sent, found


def _shown(body: Any) -> str:
    return "" if body is None else f"{body!s:.300} "


def run(python: str) -> int:
    """Compare both front ends with Nova; return 1 when a reason is missing, or stale.

    :param python: of the virtualenv that has a whole Nova.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        nova = stack.enter_context(closing(Real(Path(python), folder)))
        ours = {
            front_end: stack.enter_context(closing(Ours(front_end, folder / front_end)))
            for front_end in FRONT_ENDS
        }
        sent, found = compare(ours, nova)
    unexplained, stale = report(found, explanations())
    print(
        f"{sent} requests, {len(found)} differences, {unexplained} of them without a reason, "
        f"{stale} reasons without a difference"
    )
    return int(bool(unexplained or stale))


def report(found: Iterable[tuple[str, str]], expected: Sequence[Explanation]) -> tuple[int, int]:
    """Print the differences with their reasons.

    :param found: requests with their differences.
    :returns: the number of differences without a reason, and of reasons without a difference.
    """
    unexplained, used = 0, set()
    for request, difference in found:
        why = next((each for each in expected if each.explains(request, difference)), None)
        unexplained += why is None
        used.add(why)
        print(f"{request}: {difference}: {why.because if why else 'NOT EXPLAINED'}")
    stale = [each for each in expected if each not in used]
    for each in stale:
        print(f"{each.request}: {each.difference}: NO SUCH DIFFERENCE: {each.because}")
    return unexplained, len(stale)
