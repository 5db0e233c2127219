"""Errors in the attributes of a request, with the path of the attribute in the document."""

from wsme.exc import InvalidInput, UnknownAttribute

#: The argument of a controller's method that is the body: no part of a document.
_BODY = "document"


class InvalidAttribute(InvalidInput):
    """A request has a value that its attribute cannot have.

    :ivar fieldname: the path of the attribute, as ``server.networks[0].uuid``.
    """

    fieldname: str

    def add_fieldname(self, name: str) -> None:
        """Put the name of the attribute that the object is the value of before the path."""
        self.fieldname = joined(name, self.fieldname)


class MissingAttribute(InvalidAttribute):
    """A request lacks an attribute."""

    def __init__(self, name: str) -> None:
        super().__init__(name, None)

    @property
    def faultstring(self) -> str:
        """The message for the caller. WSME would show a value, and there is none."""
        return f"Missing attribute: {self.fieldname}"


class NullAttribute(InvalidAttribute):
    """A request has null where an attribute needs a value."""

    @property
    def faultstring(self) -> str:
        """The message for the caller. WSME would show Python's word for null."""
        return f"Invalid input for field/attribute {self.fieldname}. Value should not be null"


class UndeclaredAttribute(UnknownAttribute):
    """A request has attributes that its type does not declare at this microversion."""

    fieldname: str | None

    def add_fieldname(self, name: str) -> None:
        """Put the name of the attribute that the object is the value of before the path."""
        if name != _BODY:
            self.fieldname = joined(name, self.fieldname or "")

    @property
    def faultstring(self) -> str:
        """The message for the caller. WSME would show the name of a variable."""
        names = ", ".join(joined(self.fieldname or "", name) for name in self.attributes)
        return f"Unknown attribute{'s' if len(self.attributes) > 1 else ''}: {names}"


def joined(path: str, rest: str) -> str:
    """Return the path of a part of a document: names follow a dot, and indices stand in brackets.

    :param path: of the whole; "" for the document.
    :param rest: the path of the part in the whole; "" for the whole.
    """
    return f"{path}.{rest}" if path and rest and not rest.startswith("[") else f"{path}{rest}"
