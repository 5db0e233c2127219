"""The base of the types of requests: they refuse every attribute that they do not declare.

WSME's conversion of objects answers 500 to a list or a string where an object belongs, takes
null for anything, and has no microversions.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, ClassVar, Self

import wsme.types
from wsme.exc import InvalidInput
from wsme.rest.json import fromjson
from wsme.types import ArrayType, Unset, validate_value

from computeapi.api.versions import ALWAYS, Span, Version
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.errors import (
    InvalidAttribute,
    MissingAttribute,
    NullAttribute,
    UndeclaredAttribute,
)
from computeapi.pecan_impl.types.order import declare_order


class RequestField(wsme.types.wsattr):
    """An attribute of a request.

    Several attributes may have one name in JSON, with spans that do not overlap.

    :param name: its name in JSON; that of the attribute when None.
    :param span: the microversions that have it; at others it is an unknown attribute.
    :param nullable: whether null is a value.
    :param size: the least and the most items of an array; None: any number.
    :param options: WSME's own: ``mandatory`` and ``default``.
    """

    def __init__(
        self,
        datatype: Any,
        name: str | None = None,
        span: Span = ALWAYS,
        nullable: bool = False,
        size: tuple[int, int | None] = (0, None),
        **options: Any,
    ) -> None:
        super().__init__(datatype, name=name, **options)
        self.span = span
        self.nullable = nullable
        self.size = size

    @property
    def constraints(self) -> dict[str, int]:
        """The bounds of an array, as JSON Schema names them."""
        minimum, maximum = self.size
        bounds = {"minItems": minimum} if minimum else {}
        return bounds if maximum is None else {**bounds, "maxItems": maximum}

    def check(self, value: Any) -> None:
        """Check the size of an array.

        :raises ValueError: when there are too few or too many items.
        """
        minimum, maximum = self.size
        if isinstance(value, list) and not minimum <= len(value) <= (
            len(value) if maximum is None else maximum
        ):
            raise ValueError(
                f"Value should have from {minimum} to {maximum or 'any number of'} items"
            )


class RequestType(wsme.types.Base):
    """An object that a caller sends.

    :cvar _least: how many attributes a caller must send; WSME takes other names for attributes.
    :cvar _is_open: whether attributes that it does not declare are left out, and no error.
    """

    __wsattrclass__ = RequestField
    _least: ClassVar[int] = 0
    _is_open: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declare_order(cls)
        fromjson.when_object(cls)(_fromjson)

    @classmethod
    def read(cls, document: Any) -> Self:
        """Convert a JSON value.

        :raises wsme.exc.ClientSideError: when an attribute is unknown, missing or invalid.
        :raises TypeError: when the value is no object.
        :raises ValueError: when it has too few attributes.
        """
        if not isinstance(document, dict):
            raise TypeError("Value should be an object")
        fields = fields_at(cls, current().version)
        unknown = sorted(document.keys() - fields.keys())
        if unknown and not cls._is_open:
            raise UndeclaredAttribute(None, unknown)
        for name, field in fields.items():
            if field.mandatory and name not in document:
                raise MissingAttribute(name)
        if len(document) < cls._least:
            raise ValueError(f"Value should have at least {cls._least} attributes")
        instance = cls()
        for name, value in document.items():
            if name in fields:
                instance._set(fields[name], value)
        return instance

    def _set(self, field: RequestField, value: Any) -> None:
        if value is None and not field.nullable:
            raise NullAttribute(field.name, None)
        with naming(field.name, value):
            field.check(value)
            setattr(self, field.key, converted(field.datatype, value))

    def given(self) -> dict[str, Any]:
        """Return the attributes that the caller sent, by their names in JSON."""
        values = [(field.name, getattr(self, field.key)) for field in all_fields(type(self))]
        return {name: value for name, value in values if value is not Unset}


@contextmanager
def naming(name: str, value: Any) -> Iterator[None]:
    """Add the name of a part of a document to the errors in it.

    :param name: of an attribute, or ``[0]`` for the first item of an array.
    :param value: of the part.
    :raises wsme.exc.ClientSideError: with the path of the part that is wrong.
    """
    try:
        yield
    except (InvalidAttribute, UndeclaredAttribute) as error:
        error.add_fieldname(name)
        raise
    except InvalidInput as error:
        # WSME's own names the attribute alone.
        raise InvalidAttribute(name, error.value, error.msg) from error
    except (TypeError, ValueError) as error:
        raise InvalidAttribute(name, value, str(error)) from error


def converted(datatype: Any, value: Any) -> Any:
    """Return a JSON value as WSME converts it, with the index of an item in its errors.

    :raises wsme.exc.ClientSideError: when an attribute in it is unknown, missing or invalid.
    :raises TypeError: when it has another type.
    :raises ValueError: when it has another value.
    """
    if value is None:
        return None  # An object reads no null.
    if not isinstance(datatype, ArrayType) or not isinstance(value, list):
        return fromjson(datatype, value)
    items = []
    for index, item in enumerate(value):
        with naming(f"[{index}]", item):
            items.append(validate_value(datatype.item_type, fromjson(datatype.item_type, item)))
    return items


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
