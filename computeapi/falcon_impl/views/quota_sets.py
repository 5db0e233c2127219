"""Response bodies of quota sets and quota classes (API reference, "Quota sets")."""

from functools import partial

from computeapi.api import quota_class_sets, quota_sets
from computeapi.api.versions import Version
from computeapi.domain.quotas import Quotas, QuotaUsage
from computeapi.falcon_impl.views.fields import Document, Field, Fields


def _detail(resource: str, quotas: Quotas, used: QuotaUsage) -> Document:
    return {
        "limit": getattr(quotas, resource),
        "in_use": used.in_use(resource),
        "reserved": 0,
    }


QUOTA_SET = Fields(*(Field(name, name, span) for name, span in quota_sets.RESOURCES.items()))
#: The functions get the use of the resources as the view.
DETAIL = Fields(
    *(Field(name, partial(_detail, name), span) for name, span in quota_sets.RESOURCES.items())
)
CLASS_SET = Fields(*(Field(name, name, span) for name, span in quota_class_sets.RESOURCES.items()))


def quota_set(quotas: Quotas, version: Version) -> Document:
    """Return the document of the quotas of a project."""
    return QUOTA_SET.document(quotas, version)


def detail(quotas: Quotas, used: QuotaUsage, version: Version) -> Document:
    """Return the document of the quotas of a project, with their use."""
    return DETAIL.document(quotas, version, used)


def class_set(quotas: Quotas, version: Version) -> Document:
    """Return the document of the quotas of a quota class."""
    return CLASS_SET.document(quotas, version)
