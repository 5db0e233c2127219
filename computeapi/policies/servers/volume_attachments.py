"""The rules of the volumes that are attached to servers."""

from computeapi.policies.roles import MEMBER, READER, SERVICE, operation

INDEX = "os_compute_api:os-volumes-attachments:index"
SHOW = "os_compute_api:os-volumes-attachments:show"
CREATE = "os_compute_api:os-volumes-attachments:create"
UPDATE = "os_compute_api:os-volumes-attachments:update"
SWAP = "os_compute_api:os-volumes-attachments:swap"
DELETE = "os_compute_api:os-volumes-attachments:delete"

_ALL = "/servers/{server_id}/os-volume_attachments"
_ONE = "/servers/{server_id}/os-volume_attachments/{volume_id}"

RULES = [
    operation(INDEX, READER, "List the volumes of a server", f"GET {_ALL}"),
    operation(SHOW, READER, "Show a volume of a server", f"GET {_ONE}"),
    operation(CREATE, MEMBER, "Attach a volume to a server", f"POST {_ALL}"),
    operation(UPDATE, MEMBER, "Change the attachment of a volume", f"PUT {_ONE}"),
    operation(SWAP, SERVICE, "Put another volume in the place of an attached one", f"PUT {_ONE}"),
    operation(DELETE, MEMBER, "Detach a volume from a server", f"DELETE {_ONE}"),
]
