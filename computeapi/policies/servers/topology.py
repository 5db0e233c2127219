"""The rule of the NUMA topology of servers."""

from computeapi.policies.roles import READER, operation

SHOW = "compute:server:topology:index"

RULES = [
    operation(SHOW, READER, "Show the topology of a server", "GET /servers/{server_id}/topology"),
]
