"""The rules of bare metal nodes, which the API shows until 2.35."""

from computeapi.policies.roles import ADMIN, operation

LIST = "os_compute_api:os-baremetal-nodes:list"
SHOW = "os_compute_api:os-baremetal-nodes:show"

RULES = [
    operation(LIST, ADMIN, "List bare metal nodes", "GET /os-baremetal-nodes"),
    operation(SHOW, ADMIN, "Show a bare metal node", "GET /os-baremetal-nodes/{node_id}"),
]
