"""Response bodies of compute services (API reference, "Compute services")."""

from computeapi.api import services as contract
from computeapi.api.versions import Version
from computeapi.domain.services import COMPUTE
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.moments import microseconds
from computeapi.service.services import ShownService


def status(enabled: bool) -> str:
    """Return the status of a host's service."""
    return "enabled" if enabled else "disabled"


def state(up: bool) -> str:
    """Return the state of a host's service."""
    return "up" if up else "down"


SERVICE = Fields(
    Field("id", "service.number", contract.NUMBER),
    Field("id", "service.uuid", contract.UUID),
    Field("binary", Constant(COMPUTE)),
    Field("host", "service.host.name"),
    Field("zone", "zone"),
    Field("status", lambda shown, view: status(shown.service.host.enabled)),
    Field("state", lambda shown, view: state(shown.up)),
    Field("updated_at", lambda shown, view: microseconds(shown.service.host.seen_at)),
    Field("disabled_reason", "service.disabled_reason"),
    Field("forced_down", "service.host.forced_down", contract.FORCED_DOWN),
)


def detail(shown: ShownService, version: Version) -> Document:
    """Return the document of a service."""
    return SERVICE.document(shown, version)
