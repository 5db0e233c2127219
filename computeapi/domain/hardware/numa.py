"""The NUMA nodes of a guest: the processors and the memory of each.

API reference, "Flavors extra-specs"; Nova's administration guide, "CPU topologies".
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from computeapi.domain.errors import Invalid
from computeapi.domain.hardware.kept import CPUS
from computeapi.domain.hardware.values import Integer, Values

_NODES = re.compile(r"hw[:_]numa_(nodes|cpus\.\d+|mem\.\d+)")
_SIZE = Integer(1)
#: The extra specs of nodes; ``{num}`` stands for the number of one.
EXTRA_SPECS: Mapping[str, Values] = {
    "hw:numa_nodes": _SIZE,
    "hw:numa_cpus.{num}": CPUS,
    "hw:numa_mem.{num}": _SIZE,
}


class Node(NamedTuple):
    """A NUMA node of a guest.

    :ivar cpus: the numbers of its processors.
    :ivar memory_mb: MiB.
    """

    cpus: tuple[int, ...]
    memory_mb: int


def nodes(
    vcpus: int, memory_mb: int, extra_specs: Mapping[str, str], properties: Mapping[str, str]
) -> tuple[Node, ...] | None:
    """Return the NUMA nodes that a flavor and an image ask for; None when they ask for none.

    Processors and memory are spread evenly, where neither flavor nor image says how.

    :raises Invalid: when a value is malformed, when the nodes have not exactly the processors and
        the memory of the flavor, or when both the flavor and the image describe nodes.
    """
    of_flavor, of_image = _settings(extra_specs), _settings(properties)
    if of_flavor and of_image:
        raise Invalid("The flavor describes NUMA nodes, so that the image must not.")
    found = of_flavor or of_image
    if "nodes" not in found:
        return None
    count = _read(found, "nodes", _SIZE)
    if not 1 <= count <= vcpus:
        raise Invalid(f"{vcpus} vCPUs cannot be spread over {count} NUMA nodes.")
    if len(found) > 1:
        return _described(found, count, vcpus, memory_mb)
    return _even(count, vcpus, memory_mb)


def _settings(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of nodes without their prefix, as "cpus.0"."""
    matches = ((_NODES.fullmatch(name), text) for name, text in texts.items())
    return {match[1]: text for match, text in matches if match}


def _read(found: Mapping[str, str], name: str, values: Values) -> int:
    try:
        number: int = values.read(found[name])
    except ValueError as error:
        reason = f"hw:numa_{name} is {found[name]!r}; it should be {values.description}."
        raise Invalid(reason) from error
    return number


def _even(count: int, vcpus: int, memory_mb: int) -> tuple[Node, ...]:
    if vcpus % count or memory_mb % count:
        raise Invalid(
            f"{vcpus} vCPUs and {memory_mb} MiB cannot be spread evenly over {count} NUMA nodes."
        )
    each = vcpus // count
    return tuple(
        Node(tuple(range(first, first + each)), memory_mb // count)
        for first in range(0, vcpus, each)
    )


def _described(
    found: Mapping[str, str], count: int, vcpus: int, memory_mb: int
) -> tuple[Node, ...]:
    expected = {f"{part}.{node}" for part in ("cpus", "mem") for node in range(count)}
    for name in sorted(expected ^ (found.keys() - {"nodes"})):
        reason = "is missing" if name in expected else f"is of none of {count} NUMA nodes"
        raise Invalid(f"hw:numa_{name} {reason}.")
    described = tuple(
        Node(_cpus(found[f"cpus.{node}"]), _read(found, f"mem.{node}", _SIZE))
        for node in range(count)
    )
    if sorted(cpu for node in described for cpu in node.cpus) != list(range(vcpus)):
        raise Invalid(f"The NUMA nodes must have each of the flavor's {vcpus} vCPUs once.")
    if sum(node.memory_mb for node in described) != memory_mb:
        raise Invalid(f"The NUMA nodes must have the flavor's {memory_mb} MiB of memory.")
    return described


def _cpus(text: str) -> tuple[int, ...]:
    """Read a list of processors such as ``0-3,^2``."""
    try:
        CPUS.read(text)
        included, excluded = (set(_numbers(text, each)) for each in (False, True))
    except ValueError as error:
        reason = f"A NUMA node's CPUs are {text!r}; they should be {CPUS.description}."
        raise Invalid(reason) from error
    return tuple(sorted(included - excluded))


def _numbers(text: str, excluded: bool) -> Iterator[int]:
    for part in text.split(","):
        if part.startswith("^") == excluded:
            first, _, last = part.removeprefix("^").partition("-")
            yield from range(int(first), min(int(last or first), 1 << 16) + 1)
