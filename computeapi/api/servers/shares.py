"""Facts about the shares of servers (API reference, "Servers with shares attachments")."""

from computeapi.api.parameters import Query
from computeapi.api.servers.changes import SHARES

QUERY: Query[None] = Query(strict=SHARES)
#: The name by which a guest mounts a share.
TAG = r"[a-zA-Z0-9-]{1,255}"
