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
    "os-networks/{id}": ("DELETE",),
    "os-networks/{id}/action": ("POST",),
    "os-security-group-default-rules": ("GET", "POST"),
    "os-security-group-default-rules/{id}": ("GET", "DELETE"),
    "os-tenant-networks": ("POST",),
    "os-tenant-networks/{id}": ("DELETE",),
    "servers/{server_id}/consoles": ("GET", "POST"),
    "servers/{server_id}/consoles/{id}": ("GET", "DELETE"),
    "servers/{server_id}/os-virtual-interfaces": ("GET",),
}

#: The operations of the same paths that Nova has until 2.35, as proxies to a network service. They
#: are not there in any version: 404, and not the 405 of a method that a path never had.
PROXIES = {
    "os-networks": ("GET",),
    "os-networks/add": ("GET",),
    "os-networks/{id}": ("GET",),
    "os-tenant-networks": ("GET",),
    "os-tenant-networks/{id}": ("GET",),
}
