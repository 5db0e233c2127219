"""The base of the types of responses.

Their values come from the domain, so they are not validated again: of a page of servers,
WSME's validation and its generic ``tojson`` would take nine tenths of the time.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

import wsme.types
from wsme.rest.json import tojson
from wsme.types import Unset

from computeapi.api.openapi.schemas import Schema
from computeapi.api.versions import ALWAYS, Span, Version
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.order import declare_order
from computeapi.pecan_impl.types.schemas import schema_of

Writer = Callable[[Any], Any]


class ResponseField(wsme.types.wsattr):
    """An attribute of a response.

    Several attributes may have one name in JSON, with spans that do not overlap.

    :param name: its name in JSON; that of the attribute when None.
    :param span: the microversions that show it; at others it is left out.
    :param nullable: whether it is null at times.
    :param optional: whether it is left out at times.
    """

    def __init__(
        self,
        datatype: Any,
        name: str | None = None,
        span: Span = ALWAYS,
        nullable: bool = False,
        optional: bool = False,
    ) -> None:
        super().__init__(datatype, name=name)
        self.span = span
        self.nullable = nullable
        self.optional = optional

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        return instance.__dict__.get(self.key, Unset)

    def __set__(self, instance: Any, value: Any) -> None:
        if value is Unset:
            instance.__dict__.pop(self.key, None)
        else:
            instance.__dict__[self.key] = value


class ResponseType(wsme.types.Base):
    """An object that a caller gets. An attribute that is Unset is left out, null is shown.

    :raises TypeError: when a value is of no attribute that is declared.
    """

    __wsattrclass__ = ResponseField

    def __init__(self, **values: Any) -> None:
        if not _declared(type(self)).issuperset(values):
            raise _undeclared(self, values)
        self.__dict__ = values
        for item in values.values():
            if item is Unset:
                self.__dict__ = {k: v for k, v in values.items() if v is not Unset}
                break

    def add(self, **values: Any) -> None:
        """Set several attributes, to other values than Unset.

        :raises TypeError: when one is not declared.
        """
        if not _declared(type(self)).issuperset(values):
            raise _undeclared(self, values)
        self.__dict__.update(values)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declare_order(cls)
        tojson.when_object(cls)(_tojson)


@cache
def _declared(datatype: type[ResponseType]) -> frozenset[str]:
    return frozenset(attribute.key for attribute in wsme.types.list_attributes(datatype))


def _undeclared(document: ResponseType, values: Iterable[str]) -> TypeError:
    unknown = ", ".join(sorted(set(values) - _declared(type(document))))
    return TypeError(f"{type(document).__name__} declares no {unknown}")


def _tojson(datatype: type[ResponseType], value: ResponseType) -> dict[str, Any]:
    return object_writer(datatype, current().version)(value)


@cache
def object_writer(datatype: type[ResponseType], version: Version) -> Writer:
    """Return the function that turns an object into its JSON form at a microversion."""
    hidden, changed = [], []
    for field in wsme.types.list_attributes(datatype):
        if version not in field.span:
            hidden.append(field.key)
            continue
        convert = _writer(field.datatype, version)
        if convert is not None or field.key != field.name:
            changed.append((field.key, field.name, convert))

    if not hidden and not changed:
        return attrgetter("__dict__")

    def write(value: ResponseType) -> dict[str, Any]:
        # Most attributes go as they are, so the loop is over the others.
        document = value.__dict__.copy()
        for key in hidden:
            document.pop(key, None)
        for key, name, convert in changed:
            if key in document:
                item = document.pop(key)
                document[name] = item if convert is None or item is None else convert(item)
        return document

    return write


def _writer(datatype: Any, version: Version) -> Writer | None:
    """Return the function that turns a value into JSON, or None when the renderer does."""
    if wsme.types.iscomplex(datatype):
        return object_writer(datatype, version)
    if isinstance(datatype, OrEmpty):
        write = object_writer(datatype.datatype, version)
        return lambda item: item and write(item)
    if wsme.types.isusertype(datatype):
        return datatype.tobasetype
    if wsme.types.isarray(datatype):
        return _array_writer(_writer(datatype.item_type, version))
    if wsme.types.isdict(datatype):
        return _dict_writer(_writer(datatype.value_type, version))
    return None


def _array_writer(write: Writer | None) -> Writer | None:
    return write and (lambda items: list(map(write, items)))


def _dict_writer(write: Writer | None) -> Writer | None:
    return write and (lambda items: {key: write(item) for key, item in items.items()})


class OrEmpty(wsme.types.UserType):
    """An object, or an empty string where there is none."""

    basetype = object
    name = "object or nothing"

    def __init__(self, datatype: type[ResponseType]) -> None:
        self.datatype = datatype

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"anyOf": [schema_of(self.datatype), {"type": "string", "maxLength": 0}]}


class ExactMoment(wsme.types.UserType):
    """A moment as the older extensions show it: ``2026-11-23T04:34:53.000000``, in UTC."""

    basetype = str
    name = "exact moment"

    def tobasetype(self, value: datetime) -> str:
        """Return the form of a naive UTC moment."""
        return value.isoformat("T", "microseconds")

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "string", "format": "exact-moment"}


EXACT_MOMENT = ExactMoment()
