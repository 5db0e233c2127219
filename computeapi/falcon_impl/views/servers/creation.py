"""The response body of a request that created servers (API reference, "Create Server")."""

from computeapi.domain.servers import CreatedServers
from computeapi.falcon_impl.views.fields import Document, Field, Fields
from computeapi.falcon_impl.views.servers.view import View, links, security_groups

CREATED = Fields(
    Field("id", "id"),
    Field("links", links),
    Field("OS-DCF:diskConfig", "disk_config"),
    Field("security_groups", security_groups),
)


def created(created: CreatedServers, view: View) -> Document:
    """Return the document of the first server that was accepted."""
    document = CREATED.document(created.servers[0], view.version, view)
    if created.admin_password is None:
        return document
    return {**document, "adminPass": created.admin_password}
