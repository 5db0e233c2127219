"""The base of the types of actions: one key of the body names the action.

Servers, flavors, aggregates and migrations have them.
"""

from typing import Any, Self

from wsme.exc import ClientSideError
from wsme.types import Unset

from computeapi.api import faults
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.requests import RequestType, all_fields, fields_at


class OneOf(RequestType):
    """An object of which a caller sends exactly one attribute: the action, with its parameters.

    The attributes may come from several types, one for each theme.
    """

    @classmethod
    def read(cls, document: Any) -> Self:
        """Convert a JSON value.

        :raises wsme.exc.ClientSideError: with 400 when it is not exactly one action, or an
            invalid one, and with 404 when the action is not there at this microversion.
        """
        if not isinstance(document, dict):
            raise ClientSideError(faults.NOT_JSON)
        if len(document) != 1:
            raise ClientSideError(faults.NOT_ONE_ACTION)
        (name,) = document
        if name not in {field.name for field in all_fields(cls)}:
            raise ClientSideError(f"There is no such action: {name}")
        if name not in fields_at(cls, current().version):
            raise ClientSideError(faults.NOT_FOUND, status_code=404)
        return super().read(document)

    def only(self) -> tuple[str, Any]:
        """Return the attribute that the caller sent: its name in Python, and its value."""
        values = {field.key: getattr(self, field.key) for field in all_fields(type(self))}
        ((key, value),) = ((key, value) for key, value in values.items() if value is not Unset)
        return key, value
