"""Facts about the floating IPs that this API shows for the network service, until 2.35.

API reference, "Floating IPs (os-floating-ips) (DEPRECATED)".
"""

from computeapi.api.versions import until

PROXIED = until(35, "Floating IPs are not shown any more: clients ask the network service.")
