"""The document of a security group of a server."""

from computeapi.api.versions import MIN
from computeapi.domain.networks import SecurityGroup
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields

_GROUP = Fields(
    Field("id", "id"),
    Field("name", "name"),
    Field("description", "description"),
    Field("tenant_id", "project_id"),
    Field("rules", Constant([])),
)


def detail(group: SecurityGroup) -> Document:
    """Return the document of a security group."""
    return _GROUP.document(group, MIN)
