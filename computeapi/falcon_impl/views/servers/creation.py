"""The response body of a request that created servers (API reference, "Create Server")."""

from computeapi.domain.servers import CreatedServers
from computeapi.falcon_impl.views.fields import Document, Field, Fields
from computeapi.falcon_impl.views.schemas import LINKS, TEXT, at_times, entity
from computeapi.falcon_impl.views.servers.view import (
    SECURITY_GROUPS,
    ServerView,
    links,
    security_groups,
)

CREATED = Fields(
    Field("id", "id", TEXT),
    Field("links", links, LINKS),
    Field("OS-DCF:diskConfig", "disk_config", TEXT),
    Field("security_groups", security_groups, SECURITY_GROUPS),
)

_CREATED = CREATED.schema
#: One server, or the reservation that several have in common.
NEW_SERVERS = entity(
    {
        "server": at_times(
            {**_CREATED, "properties": {**_CREATED["properties"], "adminPass": at_times(TEXT)}}
        ),
        "reservation_id": at_times(TEXT),
    }
)


def created(created: CreatedServers, view: ServerView) -> Document:
    """Return the document of the first server that was accepted."""
    document = CREATED.document(created.servers[0], view.version, view)
    if created.admin_password is None:
        return document
    return {**document, "adminPass": created.admin_password}
