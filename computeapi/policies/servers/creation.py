"""The rules of creating servers."""

from computeapi.policies.roles import ADMIN, MEMBER, operation

CREATE = "os_compute_api:servers:create"
FORCED_HOST = f"{CREATE}:forced_host"
ATTACH_NETWORK = f"{CREATE}:attach_network"
ATTACH_VOLUME = f"{CREATE}:attach_volume"
ZERO_DISK_FLAVOR = f"{CREATE}:zero_disk_flavor"
TRUSTED_CERTIFICATES = f"{CREATE}:trusted_certs"
REQUESTED_DESTINATION = "compute:servers:create:requested_destination"

RULES = [
    operation(CREATE, MEMBER, "Create servers", "POST /servers"),
    operation(FORCED_HOST, ADMIN, "Create servers on a given host", "POST /servers"),
    operation(
        REQUESTED_DESTINATION,
        ADMIN,
        "Create servers on a host or a hypervisor that the request names",
        "POST /servers",
    ),
    operation(ATTACH_NETWORK, MEMBER, "Create servers with networks", "POST /servers"),
    operation(ATTACH_VOLUME, MEMBER, "Create servers with block devices", "POST /servers"),
    operation(
        TRUSTED_CERTIFICATES,
        MEMBER,
        "Create servers of an image that trusted certificates have to have signed",
        "POST /servers",
    ),
    operation(
        ZERO_DISK_FLAVOR,
        ADMIN,
        "Create servers of a flavor with disk 0, whose root disk is as large as the image",
        "POST /servers",
    ),
]
