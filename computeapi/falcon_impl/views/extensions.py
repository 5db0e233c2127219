"""Response bodies of extensions (API reference, "Extensions")."""

from typing import Any

from computeapi.api.extensions import NAMESPACE, UPDATED
from computeapi.domain.extensions import Extension
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.schemas import LINKS, TEXT, entity

_EXTENSION = entity(
    {
        "alias": TEXT,
        "name": TEXT,
        "description": TEXT,
        "namespace": TEXT,
        "updated": TEXT,
        "links": LINKS,
    }
)
EXTENSION = entity({"extension": _EXTENSION})
EXTENSIONS = entity({"extensions": array(_EXTENSION)})


def detail(extension: Extension) -> dict[str, Any]:
    """Return the document of an extension."""
    return {
        "alias": extension.alias,
        "name": extension.name,
        "description": extension.description,
        "namespace": NAMESPACE,
        "updated": UPDATED,
        "links": [],
    }
