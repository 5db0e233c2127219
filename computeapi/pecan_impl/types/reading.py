"""The base of the types of requests: they refuse every attribute that they do not declare.

WSME's conversion of objects answers 500 to a list or a string where an object belongs, takes
null for anything, and knows nothing of microversions.
"""

from functools import cache
from typing import Any, Self

import wsme.types
from wsme.exc import ClientSideError, InvalidInput, UnknownAttribute
from wsme.rest.json import fromjson
from wsme.types import Unset

from computeapi.api import versions
from computeapi.api.versions import Version
from computeapi.pecan_impl.request import current


class asked(wsme.types.wsattr):
    """An attribute of a request.

    :param since: the feature of :data:`computeapi.api.versions.SINCE` that brought it; for
        older requests it is an unknown one.
    :param nullable: whether null is a value.
    """

    def __init__(
        self,
        datatype: Any,
        name: str | None = None,
        since: str | None = None,
        nullable: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(datatype, name=name, **options)
        self.since = since
        self.nullable = nullable


class Input(wsme.types.Base):
    """An object that a caller sends."""

    __wsattrclass__ = asked

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        fromjson.when_object(cls)(_fromjson)

    @classmethod
    def read(cls, document: Any) -> Self:
        """Make one of a JSON value.

        :raises wsme.exc.ClientSideError: when it is none.
        :raises TypeError: when it is no object at all.
        """
        if not isinstance(document, dict):
            raise TypeError("Value should be an object")
        attributes = _attributes(cls, current().version)
        unknown = sorted(document.keys() - attributes.keys())
        if unknown:
            raise UnknownAttribute(None, unknown)
        for name, attribute in attributes.items():
            if attribute.mandatory and name not in document:
                raise InvalidInput(name, None, "Mandatory field missing.")
        instance = cls()
        for name, value in document.items():
            instance._take(attributes[name], value)
        return instance

    def _take(self, attribute: asked, value: Any) -> None:
        if value is None and not attribute.nullable:
            raise InvalidInput(attribute.name, None, "Value should not be null")
        try:
            setattr(self, attribute.key, fromjson(attribute.datatype, value))
        except UnknownAttribute as error:
            error.add_fieldname(attribute.name)
            raise
        except ClientSideError:
            raise
        except (TypeError, ValueError) as error:
            raise InvalidInput(attribute.name, value, str(error)) from error

    def came(self) -> dict[str, Any]:
        """Return what came, by the caller's names."""
        attributes = wsme.types.list_attributes(type(self))
        values = {a.name: getattr(self, a.key) for a in attributes}
        return {name: value for name, value in values.items() if value is not Unset}


@cache
def _attributes(datatype: type[Input], version: Version) -> dict[str, asked]:
    """Return the attributes of a type at a microversion, by name."""
    return {
        attribute.name: attribute
        for attribute in wsme.types.list_attributes(datatype)
        if attribute.since is None or versions.has(version, attribute.since)
    }


def _fromjson(datatype: type[Input], value: Any) -> Input:
    return datatype.read(value)
