"""The NUMA topology of a server."""

from wsme.types import ArrayType

from computeapi.pecan_impl.types.responses import ResponseField, ResponseType


class Node(ResponseType):
    """A NUMA node of a server."""

    memory_mb = int
    siblings = [ArrayType(int)]
    vcpu_set = [int]


class Topology(ResponseType):
    """The NUMA topology of a server."""

    nodes = [Node]
    pagesize_kb = ResponseField(int, nullable=True)
