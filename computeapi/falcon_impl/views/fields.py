"""Documents as tables of fields, each there at the microversions of its span."""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, NamedTuple

from computeapi.api.versions import ALWAYS, Span, Version
from computeapi.falcon_impl.schemas.spans import In, Schema

Document = dict[str, Any]
Write = Callable[[Any, Any], Document]

#: The value of a field that a document leaves out.
ABSENT = object()


class Attribute(NamedTuple):
    """The value of a field: an attribute of the domain's object.

    :ivar name: its name.
    :ivar otherwise: stands in the document where the attribute is None or empty.
    """

    name: str
    otherwise: Any


class Constant(NamedTuple):
    """The value of a field that is the same for all objects."""

    value: Any


class Function(NamedTuple):
    """The value of a field: a function of the domain's object alone."""

    call: Callable[[Any], Any]


class Field(NamedTuple):
    """A field of a document.

    Several fields may have one name, with spans that do not overlap.

    :ivar name: its name in the document.
    :ivar get: the name of the attribute that has its value, another of the kinds above, or a
        function of the object and the view.
    :ivar schema: of its value, for a reader of the API's description.
    :ivar span: the microversions at which the document has it.
    :ivar optional: whether the document leaves it out at times.
    """

    name: str
    get: str | Attribute | Constant | Function | Callable[[Any, Any], Any]
    schema: Schema
    span: Span = ALWAYS
    optional: bool = False


class Fields:
    """The fields of a document, at all microversions."""

    def __init__(self, *fields: Field) -> None:
        self._fields = fields
        self._writers: dict[Version, Write] = {}

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields)

    @property
    def schema(self) -> Schema:
        """The schema of the document, with spans; as those of requests have them."""
        properties: dict[str, tuple[In, ...]] = {}
        for field in self._fields:
            part = In(field.span, field.schema, required=not field.optional)
            properties[field.name] = (*properties.get(field.name, ()), part)
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def document(self, item: Any, version: Version, view: Any = None) -> Document:
        """Return the document of an object at a microversion.

        :param view: is passed to the functions of the fields.
        """
        return self._writer(version)(item, view)

    def documents(self, items: Iterable[Any], version: Version, view: Any = None) -> list[Document]:
        """Return the documents of several objects; see :meth:`document`."""
        write = self._writer(version)
        return [write(item, view) for item in items]

    def _writer(self, version: Version) -> Write:
        write = self._writers.get(version)
        if write is None:
            shown = (field for field in self._fields if version in field.span)
            write = self._writers[version] = _writer(shown)
        return write


def fitting(part: Fields, whole: Fields) -> Schema:
    """Return the schema of a document that has the fields of one table, or those of both."""
    more, properties = whole.schema["properties"], part.schema["properties"]
    for name, alternatives in more.items():
        spans = [one.span for one in properties.get(name, ())]
        optional = (In(one.span, one.schema) for one in alternatives if one.span not in spans)
        properties[name] = (*properties.get(name, ()), *optional)
    return {**part.schema, "properties": properties}


def _writer(fields: Iterable[Field]) -> Write:
    """Return the function that writes a document: the fields that it may leave out come last."""
    getters = [(one.name, _getter(one.get)) for one in sorted(fields, key=attrgetter("optional"))]

    def write(item: Any, view: Any) -> Document:
        document = {}
        for name, get in getters:
            value = get(item, view)
            if value is not ABSENT:
                document[name] = value
        return document

    return write


def _getter(get: Any) -> Callable[[Any, Any], Any]:
    """Return the function of the object and the view that returns a field's value."""
    if isinstance(get, str):
        read = attrgetter(get)
        return lambda item, view: read(item)
    if isinstance(get, Attribute):
        found, otherwise = attrgetter(get.name), get.otherwise
        return lambda item, view: found(item) or otherwise
    if isinstance(get, Constant):
        return lambda item, view: get.value
    if isinstance(get, Function):
        return lambda item, view: get.call(item)
    function: Callable[[Any, Any], Any] = get
    return function
