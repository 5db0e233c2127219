"""Response bodies of aggregates (API reference, "Host aggregates")."""

from computeapi.api import aggregates as contract
from computeapi.api.versions import Version
from computeapi.domain.aggregates import Aggregate
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.moments import microseconds
from computeapi.falcon_impl.views.schemas import (
    BOOL,
    EXACT_MOMENT,
    INTEGER,
    TEXT,
    entity,
    mapping,
    nullable,
)

CREATED = Fields(
    Field("id", "id", INTEGER),
    Field("uuid", "uuid", TEXT, contract.UUID),
    Field("name", "name", TEXT),
    Field("availability_zone", "availability_zone", nullable(TEXT)),
    Field("created_at", lambda aggregate, view: microseconds(aggregate.created_at), EXACT_MOMENT),
    Field(
        "updated_at",
        lambda aggregate, view: aggregate.updated_at and microseconds(aggregate.updated_at),
        nullable(EXACT_MOMENT),
    ),
    Field("deleted", Constant(False), BOOL),
    Field("deleted_at", Constant(None), nullable(EXACT_MOMENT)),
)
DETAIL = Fields(
    *CREATED, Field("hosts", "hosts", array(TEXT)), Field("metadata", "metadata", mapping(TEXT))
)

AGGREGATE = entity({"aggregate": DETAIL.schema})
NEW_AGGREGATE = entity({"aggregate": CREATED.schema})
AGGREGATES = entity({"aggregates": array(DETAIL.schema)})


def created(aggregate: Aggregate, version: Version) -> Document:
    """Return the document of a new aggregate, which shows neither hosts nor metadata."""
    return CREATED.document(aggregate, version)


def detail(aggregate: Aggregate, version: Version) -> Document:
    """Return the document of an aggregate."""
    return DETAIL.document(aggregate, version)
