"""Response bodies of compute services (API reference, "Compute services")."""

from computeapi.api import services as contract
from computeapi.api.versions import Version
from computeapi.domain.services import COMPUTE
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.moments import microseconds
from computeapi.falcon_impl.views.schemas import (
    BOOL,
    EXACT_MOMENT,
    INTEGER,
    TEXT,
    at_times,
    constantly,
    entity,
    nullable,
)
from computeapi.service.services import ShownService


def status(enabled: bool) -> str:
    """Return the status of a host's service."""
    return "enabled" if enabled else "disabled"


def state(up: bool) -> str:
    """Return the state of a host's service."""
    return "up" if up else "down"


SERVICE = Fields(
    Field("id", "service.number", INTEGER, contract.NUMBER),
    Field("id", "service.uuid", TEXT, contract.UUID),
    Field("binary", Constant(COMPUTE), TEXT),
    Field("host", "service.host.name", TEXT),
    Field("zone", "zone", TEXT),
    Field("status", lambda shown, view: status(shown.service.host.enabled), TEXT),
    Field("state", lambda shown, view: state(shown.up), TEXT),
    Field("updated_at", lambda shown, view: microseconds(shown.service.host.seen_at), EXACT_MOMENT),
    Field("disabled_reason", "service.disabled_reason", nullable(TEXT)),
    Field("forced_down", "service.host.forced_down", BOOL, contract.FORCED_DOWN),
)

#: The answer to a change by host shows the changed fields alone.
_CHANGED = {
    "host": TEXT,
    "binary": TEXT,
    "status": at_times(TEXT),
    "disabled_reason": at_times(TEXT),
    "forced_down": at_times(BOOL, contract.FORCED_DOWN),
}
CHANGED_SERVICE = entity(
    {
        "service": (
            constantly(entity(_CHANGED), contract.UPDATE_BY_HOST),
            constantly(SERVICE.schema, contract.UUID),
        )
    }
)
SERVICES = entity({"services": array(SERVICE.schema)})


def detail(shown: ShownService, version: Version) -> Document:
    """Return the document of a service."""
    return SERVICE.document(shown, version)
