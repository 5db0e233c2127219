"""The query of the security groups of a server (API reference, "Servers security groups")."""

from computeapi.api.parameters import Query
from computeapi.api.servers.changes import STRICT_PARTS

QUERY: Query[None] = Query(strict=STRICT_PARTS)
