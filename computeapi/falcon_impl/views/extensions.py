"""Response bodies of extensions (API reference, "Extensions")."""

from typing import Any

from computeapi.api.extensions import NAMESPACE, UPDATED
from computeapi.domain.extensions import Extension


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
