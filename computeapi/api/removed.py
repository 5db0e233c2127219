"""The operations that Nova removed: each answers 410 in all versions (API reference, "Obsolete").

They are what remains of nova-network, cells, agents, cloudpipes, certificates and old consoles. A
segment such as ``detail`` takes the methods of ``{id}``, too.
"""

#: Path behind the API's version -> methods; ``{id}`` stands for one segment.
PATHS = {
    "os-agents": ("GET", "POST"),
    "os-agents/{id}": ("PUT", "DELETE"),
    "os-cells": ("GET", "POST"),
    "os-cells/capacities": ("GET", "PUT", "DELETE"),
    "os-cells/detail": ("GET", "PUT", "DELETE"),
    "os-cells/info": ("GET", "PUT", "DELETE"),
    "os-cells/sync_instances": ("GET", "POST", "PUT", "DELETE"),
    "os-cells/{id}": ("GET", "PUT", "DELETE"),
    "os-cells/{id}/capacities": ("GET",),
    "os-certificates": ("POST",),
    "os-certificates/{id}": ("GET",),
    "os-cloudpipe": ("GET", "POST"),
    "os-cloudpipe/{id}": ("PUT",),
    "os-fixed-ips/{id}": ("GET",),
    "os-fixed-ips/{id}/action": ("POST",),
    "os-floating-ip-dns": ("GET",),
    "os-floating-ip-dns/{id}": ("PUT", "DELETE"),
    "os-floating-ip-dns/{id}/entries/{entry_id}": ("GET", "PUT", "DELETE"),
    "os-floating-ips-bulk": ("GET", "POST"),
    "os-floating-ips-bulk/{id}": ("GET", "PUT"),
    "os-fping": ("GET",),
    "os-fping/{id}": ("GET",),
    "os-networks": ("POST",),
    "os-networks/add": ("POST", "DELETE"),
    "os-networks/{network_id}": ("DELETE",),
    "os-networks/{network_id}/action": ("POST",),
    "os-security-group-default-rules": ("GET", "POST"),
    "os-security-group-default-rules/{id}": ("GET", "DELETE"),
    "os-tenant-networks": ("POST",),
    "os-tenant-networks/{network_id}": ("DELETE",),
    "servers/{server_id}/consoles": ("GET", "POST"),
    "servers/{server_id}/consoles/{id}": ("GET", "DELETE"),
    "servers/{server_id}/os-virtual-interfaces": ("GET",),
}

#: The paths of which other operations are there until 2.35.
SHARED = frozenset(
    (
        "os-networks",
        "os-networks/{network_id}",
        "os-tenant-networks",
        "os-tenant-networks/{network_id}",
    )
)

#: The methods of the other paths that are there in no version, but answer 404, and not the 405 of a
#: method that a path never had: no network has the id "add".
ABSENT = {"os-networks/add": ("GET",)}
