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

from computeapi.api import versions
from computeapi.api.versions import Version
from computeapi.pecan_impl.request import current

Writer = Callable[[Any], Any]


class shown(wsme.types.wsattr):
    """An attribute of a response.

    :param since: the feature of :data:`computeapi.api.versions.SINCE` that brought it; older
        requests do not get it.
    """

    def __init__(self, datatype: Any, name: str | None = None, since: str | None = None) -> None:
        super().__init__(datatype, name=name)
        self.since = since

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        return instance.__dict__.get(self.key, Unset)

    def __set__(self, instance: Any, value: Any) -> None:
        if value is Unset:
            instance.__dict__.pop(self.key, None)
        else:
            instance.__dict__[self.key] = value


class Output(wsme.types.Base):
    """An object that a caller gets. What is Unset is left out, null is shown.

    :raises TypeError: when a value is of no attribute that is declared: what is not, nobody gets.
    """

    __wsattrclass__ = shown

    def __init__(self, **values: Any) -> None:
        if not _declared(type(self)).issuperset(values):
            raise _undeclared(self, values)
        self.__dict__ = values
        for item in values.values():
            if item is Unset:
                self.__dict__ = {k: v for k, v in values.items() if v is not Unset}
                break

    def add(self, **values: Any) -> None:
        """Set attributes, many at once; none to Unset.

        :raises TypeError: when one is not declared.
        """
        if not _declared(type(self)).issuperset(values):
            raise _undeclared(self, values)
        self.__dict__.update(values)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        tojson.when_object(cls)(_tojson)


@cache
def _declared(datatype: type[Output]) -> frozenset[str]:
    return frozenset(attribute.key for attribute in wsme.types.list_attributes(datatype))


def _undeclared(document: Output, values: Iterable[str]) -> TypeError:
    unknown = ", ".join(sorted(set(values) - _declared(type(document))))
    return TypeError(f"{type(document).__name__} declares no {unknown}")


def _tojson(datatype: type[Output], value: Output) -> dict[str, Any]:
    return _object_writer(datatype, current().version)(value)


@cache
def _object_writer(datatype: type[Output], version: Version) -> Writer:
    """Return what turns an object into its JSON form at a microversion."""
    too_new, changed = [], []
    for attribute in wsme.types.list_attributes(datatype):
        key, name, convert = attribute.key, attribute.name, _writer(attribute.datatype, version)
        if attribute.since is not None and not versions.has(version, attribute.since):
            too_new.append(key)
        elif convert is not None or key != name:
            changed.append((key, name, convert))

    if not too_new and not changed:
        return attrgetter("__dict__")

    def write(value: Output) -> dict[str, Any]:
        # Most attributes go as they are, so the loop is over the others.
        document = value.__dict__.copy()
        for key in too_new:
            document.pop(key, None)
        for key, name, convert in changed:
            if key in document:
                item = document.pop(key)
                document[name] = item if convert is None or item is None else convert(item)
        return document

    return write


def _writer(datatype: Any, version: Version) -> Writer | None:
    """Return what turns a value into what the renderer writes, or None when it is that already."""
    if wsme.types.iscomplex(datatype):
        return _object_writer(datatype, version)
    if isinstance(datatype, OrEmpty):
        write = _object_writer(datatype.datatype, version)
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

    def __init__(self, datatype: type[Output]) -> None:
        self.datatype = datatype


class ExactMoment(wsme.types.UserType):
    """A moment as the older extensions show it: ``2026-11-23T04:34:53.000000``, in UTC."""

    basetype = str
    name = "exact moment"

    def tobasetype(self, value: datetime) -> str:
        """Return the form of a naive UTC moment."""
        return value.isoformat("T", "microseconds")


EXACT_MOMENT = ExactMoment()
