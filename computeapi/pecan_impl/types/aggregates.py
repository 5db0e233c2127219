"""Aggregates."""

from typing import Any, Self

from wsme.types import StringType

from computeapi.api import aggregates as contract
from computeapi.api import values
from computeapi.api.openapi.schemas import Schema
from computeapi.domain.aggregates import Aggregate as DomainAggregate
from computeapi.domain.aggregates import AggregateChange
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.key_values import Metadata
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import EXACT_MOMENT, ResponseField, ResponseType
from computeapi.pecan_impl.types.schemas import metadata_of, schema_of_text
from computeapi.pecan_impl.types.values import NAME, UUID, Anything, Name, matching

_METADATA = Metadata()


class ZoneName(Name):
    """The name of an availability zone."""

    name = "zone"
    format = "zone"

    def validate(self, value: Any) -> str:
        """Check a value."""
        text = super().validate(value)
        if not values.is_zone_name(text):
            raise ValueError("Value should have no colon")
        return text


class PaddedName(StringType):
    """A name that may have white space around it, which is left out."""

    name = "padded name"

    def __init__(self) -> None:
        super().__init__(min_length=1, max_length=values.MAX_LENGTH)

    def validate(self, value: Any) -> str:
        """Check a value."""
        text: str = super().validate(value)
        if not values.is_padded_name(text):
            raise ValueError("Value should be printable, and more than white space")
        return text

    def frombasetype(self, value: Any) -> str:
        """Convert the value that came."""
        return self.validate(value).strip()

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {**schema_of_text(self), "format": "padded-name"}


class MetadataChange(Anything):
    """Keys, and values of up to 255 characters each; null removes a key."""

    name = "metadata change"

    def validate(self, value: Any) -> dict[str, str | None]:
        """Check a value."""
        if not isinstance(value, dict):
            raise TypeError("Value should be an object")
        _METADATA.validate({key: "" if item is None else item for key, item in value.items()})
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return metadata_of({"type": ["string", "null"], "maxLength": values.MAX_LENGTH})


class AggregateCreate(RequestType):
    """The aggregate in a request to create one."""

    name = RequestField(NAME, mandatory=True)
    availability_zone = RequestField(ZoneName(), nullable=True, default=None)


class AggregateCreateDocument(RequestType):
    """The body of a request to create an aggregate."""

    aggregate = RequestField(AggregateCreate, mandatory=True)


class AggregateUpdate(RequestType):
    """The fields of an aggregate that a request changes."""

    _least = 1

    name = RequestField(PaddedName())
    availability_zone = RequestField(ZoneName(), nullable=True)


class AggregateUpdateDocument(RequestType):
    """The body of a request to change an aggregate."""

    aggregate = RequestField(AggregateUpdate, mandatory=True)

    def change(self) -> AggregateChange:
        """Return the change."""
        name, zone = self.aggregate.name, self.aggregate.availability_zone
        return AggregateChange(name or None, zone or None, removes_zone=zone is None)


class HostName(RequestType):
    """A host to add or to remove."""

    host = RequestField(matching(values.HOST_NAME), mandatory=True)


class NewMetadata(RequestType):
    """Metadata to set."""

    metadata = RequestField(MetadataChange(), mandatory=True)


class AggregateAction(OneOf):
    """An action on an aggregate: exactly one of these."""

    add_host = RequestField(HostName)
    remove_host = RequestField(HostName)
    set_metadata = RequestField(NewMetadata)


class WantedImage(RequestType):
    """An image to fetch."""

    id = RequestField(UUID, mandatory=True)


class WantedImages(RequestType):
    """The body of a request to fetch images in advance."""

    cache = RequestField([WantedImage], size=(1, None), mandatory=True)


class NewAggregate(ResponseType):
    """A new aggregate, which shows neither hosts nor metadata."""

    availability_zone = ResponseField(str, nullable=True)
    created_at = EXACT_MOMENT
    deleted = bool
    deleted_at = ResponseField(EXACT_MOMENT, nullable=True)
    id = int
    name = str
    updated_at = ResponseField(EXACT_MOMENT, nullable=True)
    uuid = ResponseField(str, span=contract.UUID)

    @classmethod
    def created(cls, aggregate: DomainAggregate) -> Self:
        """Return a new aggregate."""
        return cls(
            availability_zone=aggregate.availability_zone,
            created_at=aggregate.created_at,
            deleted=False,
            deleted_at=None,
            id=aggregate.id,
            name=aggregate.name,
            updated_at=aggregate.updated_at,
            uuid=aggregate.uuid,
        )


class Aggregate(NewAggregate):
    """An aggregate."""

    hosts = [str]
    metadata = {str: str}

    @classmethod
    def whole(cls, aggregate: DomainAggregate) -> "Aggregate":
        """Return all of an aggregate."""
        document = cls.created(aggregate)
        document.add(hosts=aggregate.hosts, metadata=aggregate.metadata)
        return document


class NewAggregateDocument(ResponseType):
    """A new aggregate."""

    aggregate = NewAggregate


class AggregateDocument(ResponseType):
    """An aggregate."""

    aggregate = Aggregate


class Aggregates(ResponseType):
    """The list of aggregates."""

    aggregates = [Aggregate]
