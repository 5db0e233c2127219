"""The shape by which two answers are compared: the status, and the keys of the body."""

from collections.abc import Iterator, Mapping
from typing import Any

#: The objects whose keys are data: names that users and operators gave, or hosts and services.
_NAMED = frozenset(
    {"addresses", "availability_zones", "extra_specs", "hosts", "log", "metadata", "properties"}
)
#: The lists of items that callers name: their order is compared, too.
_NOUNS = ("servers", "keypairs", "server_groups", "aggregates")
#: The objects that are data of the hypervisor.
_OPAQUE = frozenset({"cpu_info"})


def keys(body: Any, prefix: str = "", are_data: bool = False) -> Iterator[str]:
    """Yield the keys of a document as paths; a list has the keys of all of its entries.

    :param prefix: the path of the document.
    :param are_data: whether the keys of the document are data, and not part of its shape.
    """
    if isinstance(body, Mapping):
        for name, value in body.items():
            path = f"{prefix}.{'*' if are_data else name}" if prefix else name
            if not are_data:
                yield path
            # The hosts of a zone have services by their names.
            is_host = are_data and prefix.endswith(".hosts")
            if name not in _OPAQUE:
                yield from keys(value, path, (not are_data and name in _NAMED) or is_host)
    elif isinstance(body, list):
        for entry in body:
            yield from keys(entry, f"{prefix}[]")


def listed(body: Any) -> list[str] | None:
    """Return the names of a document's list of items that callers named, in their order."""
    nouns = [noun for noun in _NOUNS if noun in body] if isinstance(body, Mapping) else []
    if not nouns:
        return None
    return [item.get("keypair", item)["name"] for item in body[nouns[0]]]


def differences(ours: tuple[int, Any], novas: tuple[int, Any]) -> Iterator[str]:
    """Yield the differences between two answers.

    :param ours: the status and the body.
    """
    if ours[0] != novas[0]:
        yield f"the status is {ours[0]}, that of Nova {novas[0]}"
        return
    mine, theirs = set(keys(ours[1])), set(keys(novas[1]))
    if listed(ours[1]) != listed(novas[1]):
        yield f"lists {listed(ours[1])}, and Nova {listed(novas[1])}"
    yield from (f"only here: {path}" for path in sorted(mine - theirs))
    yield from (f"only in Nova: {path}" for path in sorted(theirs - mine))
