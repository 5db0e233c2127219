"""The query parameters that an operation takes: their microversions, and how each is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.patterns import is_pattern
from computeapi.api.versions import ALWAYS, Span, Version
from computeapi.domain.errors import Invalid

T = TypeVar("T")
Schema = Mapping[str, Any]

#: The schemas of the values of query parameters.
TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
BOOLEAN: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
REGEX: Schema = {"type": "string", "format": "regex"}
#: The checks of values by these schemas; texts and booleans have none of their own.
_CHECKS: tuple[tuple[Schema, Callable[[str], bool]], ...] = (
    (COUNT, values.is_integer),
    (MOMENT, values.is_moment),
    (REGEX, is_pattern),
)


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """A query parameter.

    :ivar name: its name; one that ends in ``*`` stands for all names that begin like it, with one
        character.
    :ivar read: notes its values in a query that is being read; called with the query, the name as
        it came, and all values in the order they came.
    :ivar span: the microversions at which it counts.
    :ivar single: whether it may come only once.
    :ivar schema: the JSON Schema of a value that makes sense. Each value is checked against it
        before one is read, also where the service leaves the parameter out.
    """

    name: str
    read: Callable[[T, str, Sequence[str]], None]
    span: Span = ALWAYS
    single: bool = False
    schema: Schema = field(default_factory=lambda: TEXT)


class Query(Generic[T]):
    """The query parameters of an operation.

    :param strict: the microversions at which a parameter that the operation does not know is an
        error; it is left out at other ones.
    :ivar parameters: the parameters, by name.
    """

    def __init__(self, *parameters: Parameter[T], strict: Span | None = None) -> None:
        self.strict = strict
        self.parameters: dict[str, list[Parameter[T]]] = {}
        for parameter in parameters:
            self.parameters.setdefault(parameter.name, []).append(parameter)

    def read(self, params: Params, version: Version, into: T) -> T:
        """Read the parameters of a request.

        :param into: the parameters note their values there; it is returned.
        :raises Invalid: when a value makes no sense, when a parameter comes twice that may come
            once, and when a strict query has an unknown one.
        """
        for name, given in params.items():
            parameter = self._find(name, version)
            if parameter is not None:
                if parameter.single and len(given) > 1:
                    raise Invalid(f"Invalid input for query parameters {name}. It comes twice.")
                _check(name, given, parameter.schema)
                parameter.read(into, name, given)
            elif self.strict is not None and version in self.strict:
                raise Invalid(
                    f"Invalid input for query parameters {name}. There is no such parameter."
                )
        return into

    def _find(self, name: str, version: Version) -> Parameter[T] | None:
        named = self.parameters.get(name) or self.parameters.get(f"{name[:1]}*") or ()
        return next((parameter for parameter in named if version in parameter.span), None)


def _check(name: str, given: Sequence[str], schema: Schema) -> None:
    """Check each value of a parameter, also those that a later one replaces.

    :raises Invalid: when one is not as the schema has it.
    """
    for checked, is_valid in _CHECKS:
        if schema is checked:
            for value in given:
                if not is_valid(value):
                    raise paging.invalid(name, value)


def _paging(into: Any, name: str, given: Sequence[str]) -> None:
    """Leave a parameter to :func:`computeapi.api.paging.page_request`."""


#: The parameters of every list that has pages and an order.
PAGING: tuple[Parameter[Any], ...] = (
    Parameter("limit", _paging, schema=COUNT),
    Parameter("marker", _paging),
    Parameter("sort_key", _paging),
    Parameter("sort_dir", _paging, schema={"type": "string", "enum": ["asc", "desc"]}),
)


def last(into: dict[str, str], name: str, given: Sequence[str]) -> None:
    """Note the last value of a parameter by its name."""
    into[name] = given[-1]


def first(into: dict[str, str], name: str, given: Sequence[str]) -> None:
    """Note the first value of a parameter by its name."""
    into[name] = given[0]
