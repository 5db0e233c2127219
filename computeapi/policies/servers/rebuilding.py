"""The rules of rebuilding servers."""

from computeapi.policies.roles import ACTION, MEMBER, operation

REBUILD = "os_compute_api:servers:rebuild"
TRUSTED_CERTIFICATES = f"{REBUILD}:trusted_certs"

RULES = [
    operation(REBUILD, MEMBER, "Rebuild a server", f"{ACTION} (rebuild)"),
    operation(
        TRUSTED_CERTIFICATES,
        MEMBER,
        "Rebuild a server of an image that trusted certificates have to have signed",
        f"{ACTION} (rebuild)",
    ),
]
