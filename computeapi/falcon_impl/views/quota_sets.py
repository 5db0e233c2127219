"""Response bodies of quota sets and quota classes (API reference, "Quota sets")."""

from functools import partial

from computeapi.api import quota_class_sets, quota_sets
from computeapi.api.versions import ALWAYS, Version
from computeapi.domain.quotas import Quotas, QuotaUsage
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.views.fields import Document, Field, Fields
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, constantly, entity


def _detail(resource: str, quotas: Quotas, used: QuotaUsage) -> Document:
    return {
        "limit": getattr(quotas, resource),
        "in_use": used.in_use(resource),
        "reserved": 0,
    }


_DETAIL = entity({"limit": INTEGER, "in_use": INTEGER, "reserved": INTEGER})
QUOTA_SET = Fields(
    *(Field(name, name, INTEGER, span) for name, span in quota_sets.RESOURCES.items())
)
#: The functions get the use of the resources as the view.
DETAIL = Fields(
    *(
        Field(name, partial(_detail, name), _DETAIL, span)
        for name, span in quota_sets.RESOURCES.items()
    )
)
CLASS_SET = Fields(
    *(Field(name, name, INTEGER, span) for name, span in quota_class_sets.RESOURCES.items())
)


def _document(name: str, table: Fields, with_id: bool = False) -> Schema:
    """Return the schema of a response; some leave out the id of the project or the class."""
    schema = table.schema
    if with_id:
        schema["properties"]["id"] = constantly(TEXT, ALWAYS)
    return entity({name: schema})


CHANGED_QUOTA_SET = _document("quota_set", QUOTA_SET)
SHOWN_QUOTA_SET = _document("quota_set", QUOTA_SET, with_id=True)
SHOWN_DETAIL = _document("quota_set", DETAIL, with_id=True)
CHANGED_CLASS_SET = _document("quota_class_set", CLASS_SET)
SHOWN_CLASS_SET = _document("quota_class_set", CLASS_SET, with_id=True)


def quota_set(quotas: Quotas, version: Version) -> Document:
    """Return the document of the quotas of a project."""
    return QUOTA_SET.document(quotas, version)


def detail(quotas: Quotas, used: QuotaUsage, version: Version) -> Document:
    """Return the document of the quotas of a project, with their use."""
    return DETAIL.document(quotas, version, used)


def class_set(quotas: Quotas, version: Version) -> Document:
    """Return the document of the quotas of a quota class."""
    return CLASS_SET.document(quotas, version)
