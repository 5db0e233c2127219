"""Extensions."""

from computeapi.api.extensions import NAMESPACE, UPDATED
from computeapi.domain.extensions import Extension as DomainExtension
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.responses import ResponseType


class Extension(ResponseType):
    """An extension."""

    alias = str
    description = str
    links = [Link]
    name = str
    namespace = str
    updated = str

    @classmethod
    def of(cls, extension: DomainExtension) -> "Extension":
        """Return the document of an extension."""
        return cls(
            alias=extension.alias,
            description=extension.description,
            links=[],
            name=extension.name,
            namespace=NAMESPACE,
            updated=UPDATED,
        )


class ExtensionDocument(ResponseType):
    """An extension."""

    extension = Extension


class Extensions(ResponseType):
    """The list of extensions."""

    extensions = [Extension]
