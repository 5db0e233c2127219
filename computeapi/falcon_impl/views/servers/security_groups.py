"""The document of a security group of a server."""

from computeapi.api.versions import MIN
from computeapi.domain.networks import SecurityGroup
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.schemas import ANY, TEXT, entity

_GROUP = Fields(
    Field("id", "id", TEXT),
    Field("name", "name", TEXT),
    Field("description", "description", TEXT),
    Field("tenant_id", "project_id", TEXT),
    Field("rules", Constant([]), array(ANY)),
)

GROUPS = entity({"security_groups": array(_GROUP.schema)})


def detail(group: SecurityGroup) -> Document:
    """Return the document of a security group."""
    return _GROUP.document(group, MIN)
