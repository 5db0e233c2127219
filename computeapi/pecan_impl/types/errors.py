"""Errors in the attributes of a request, with the path of the attribute in the document."""

from wsme.exc import InvalidInput, UnknownAttribute

#: The argument of a controller's method that is the body: no part of a document.
_BODY = "document"


class MissingAttribute(InvalidInput):
    """A request lacks an attribute."""

    fieldname: str

    def __init__(self, name: str) -> None:
        super().__init__(name, None)

    def add_fieldname(self, name: str) -> None:
        """Put the name of the attribute that the object is the value of before the path."""
        self.fieldname = f"{name}.{self.fieldname}"

    @property
    def faultstring(self) -> str:
        """The message for the caller. WSME would show a value, and there is none."""
        return f"Missing attribute: {self.fieldname}"


class NullAttribute(InvalidInput):
    """A request has null where an attribute needs a value."""

    @property
    def faultstring(self) -> str:
        """The message for the caller. WSME would show Python's word for null."""
        return f"Invalid input for field/attribute {self.fieldname}. Value should not be null"


class UndeclaredAttribute(UnknownAttribute):
    """A request has attributes that its type does not declare at this microversion."""

    @property
    def faultstring(self) -> str:
        """The message for the caller. WSME would show the name of a variable."""
        path = [name for name in (self.fieldname or "").split(".") if name not in ("", _BODY)]
        names = ", ".join(".".join([*path, name]) for name in self.attributes)
        return f"Unknown attribute{'s' if len(self.attributes) > 1 else ''}: {names}"
