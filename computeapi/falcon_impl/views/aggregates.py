"""Response bodies of aggregates (API reference, "Host aggregates")."""

from computeapi.api import aggregates as contract
from computeapi.api.versions import Version
from computeapi.domain.aggregates import Aggregate
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.moments import microseconds

CREATED = Fields(
    Field("id", "id"),
    Field("uuid", "uuid", contract.UUID),
    Field("name", "name"),
    Field("availability_zone", "availability_zone"),
    Field("created_at", lambda aggregate, view: microseconds(aggregate.created_at)),
    Field(
        "updated_at",
        lambda aggregate, view: aggregate.updated_at and microseconds(aggregate.updated_at),
    ),
    Field("deleted", Constant(False)),
    Field("deleted_at", Constant(None)),
)
DETAIL = Fields(*CREATED, Field("hosts", "hosts"), Field("metadata", "metadata"))


def created(aggregate: Aggregate, version: Version) -> Document:
    """Return the document of a new aggregate, which shows neither hosts nor metadata."""
    return CREATED.document(aggregate, version)


def detail(aggregate: Aggregate, version: Version) -> Document:
    """Return the document of an aggregate."""
    return DETAIL.document(aggregate, version)
