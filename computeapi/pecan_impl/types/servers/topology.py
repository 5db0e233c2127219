"""The NUMA topology of a server."""

from typing import Self

from wsme.types import ArrayType

from computeapi.domain.hardware import numa
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType


class Node(ResponseType):
    """A NUMA node of a server."""

    memory_mb = int
    siblings = [ArrayType(int)]
    vcpu_set = [int]

    @classmethod
    def of(cls, node: numa.Node) -> Self:
        """Return the document of a node."""
        return cls(memory_mb=node.memory_mb, siblings=[], vcpu_set=list(node.cpus))


class Topology(ResponseType):
    """The NUMA topology of a server."""

    nodes = [Node]
    pagesize_kb = ResponseField(int, nullable=True)
