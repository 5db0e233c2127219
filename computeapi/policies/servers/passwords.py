"""The rules of the passwords that servers keep for their owners."""

from computeapi.policies.roles import MEMBER, READER, operation

_PATH = "/servers/{server_id}/os-server-password"
SHOW = "os_compute_api:os-server-password:show"
CLEAR = "os_compute_api:os-server-password:clear"

RULES = [
    operation(SHOW, READER, "Show the encrypted password of a server", f"GET {_PATH}"),
    operation(CLEAR, MEMBER, "Clear the encrypted password of a server", f"DELETE {_PATH}"),
]
