"""The base of the types of requests: they refuse every attribute that they do not declare.

WSME's conversion of objects answers 500 to a list or a string where an object belongs, takes
null for anything, and has no microversions.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Self

import wsme.types
from wsme.exc import ClientSideError, InvalidInput, UnknownAttribute
from wsme.rest.json import fromjson
from wsme.types import Unset

from computeapi.api.versions import ALWAYS, Span, Version
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.order import declare_order


class RequestField(wsme.types.wsattr):
    """An attribute of a request.

    Several attributes may have one name in JSON, with spans that do not overlap.

    :param name: its name in JSON; that of the attribute when None.
    :param span: the microversions that have it; at others it is an unknown attribute.
    :param nullable: whether null is a value.
    :param options: WSME's own: ``mandatory`` and ``default``.
    """

    def __init__(
        self,
        datatype: Any,
        name: str | None = None,
        span: Span = ALWAYS,
        nullable: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(datatype, name=name, **options)
        self.span = span
        self.nullable = nullable


class RequestType(wsme.types.Base):
    """An object that a caller sends."""

    __wsattrclass__ = RequestField

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declare_order(cls)
        fromjson.when_object(cls)(_fromjson)

    @classmethod
    def read(cls, document: Any) -> Self:
        """Convert a JSON value.

        :raises wsme.exc.ClientSideError: when an attribute is unknown, missing or invalid.
        :raises TypeError: when the value is no object.
        """
        if not isinstance(document, dict):
            raise TypeError("Value should be an object")
        fields = fields_at(cls, current().version)
        unknown = sorted(document.keys() - fields.keys())
        if unknown:
            raise UnknownAttribute(None, unknown)
        for name, field in fields.items():
            if field.mandatory and name not in document:
                raise InvalidInput(name, None, "Mandatory field missing.")
        instance = cls()
        for name, value in document.items():
            instance._set(fields[name], value)
        return instance

    def _set(self, field: RequestField, value: Any) -> None:
        if value is None and not field.nullable:
            raise InvalidInput(field.name, None, "Value should not be null")
        try:
            # An object reads no null.
            given = None if value is None else fromjson(field.datatype, value)
            setattr(self, field.key, given)
        except UnknownAttribute as error:
            error.add_fieldname(field.name)
            raise
        except ClientSideError:
            raise
        except (TypeError, ValueError) as error:
            raise InvalidInput(field.name, value, str(error)) from error

    def given(self) -> dict[str, Any]:
        """Return the attributes that the caller sent, by their names in JSON."""
        values = [(field.name, getattr(self, field.key)) for field in all_fields(type(self))]
        return {name: value for name, value in values if value is not Unset}


def all_fields(datatype: type[RequestType]) -> list[RequestField]:
    """Return the attributes that a type has at any microversion."""
    fields: list[RequestField] = wsme.types.list_attributes(datatype)
    return fields


@cache
def fields_at(datatype: type[RequestType], version: Version) -> Mapping[str, RequestField]:
    """Return the attributes that a type has at a microversion, by their names in JSON."""
    return {field.name: field for field in all_fields(datatype) if version in field.span}


def _fromjson(datatype: type[RequestType], value: Any) -> RequestType:
    return datatype.read(value)
