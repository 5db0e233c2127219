"""The action that evacuates a server."""

from wsme.types import StringType, Unset

from computeapi.api.servers import changes
from computeapi.domain.servers.evacuating import Evacuation
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import BOOLEAN, HOST


class EvacuateSomewhere(RequestType):
    """The parameters of an evacuation that all microversions have."""

    host = RequestField(HOST, default=None)
    admin_password = RequestField(StringType(), name="adminPass", default=None)


class EvacuateWithStorage(EvacuateSomewhere):
    """The parameters of an evacuation until 2.13."""

    on_shared_storage = RequestField(BOOLEAN, name="onSharedStorage", mandatory=True)


class Evacuate(EvacuateSomewhere):
    """The parameters of an evacuation from 2.14 on."""

    force = RequestField(BOOLEAN, span=changes.FORCED_EVACUATION, default=False)


class EvacuatingActions(RequestType):
    """``evacuate``."""

    evacuate_with_storage = RequestField(
        EvacuateWithStorage, name="evacuate", span=changes.ON_SHARED_STORAGE
    )
    evacuate = RequestField(Evacuate, span=changes.EVACUATED_WITHOUT_PASSWORD)


class EvacuatedServer(ResponseType):
    """The answer to a request to evacuate a server until 2.13."""

    admin_password = ResponseField(str, name="adminPass", nullable=True)


def evacuation(given: EvacuateSomewhere, is_forced: bool, stays_off: bool = False) -> Evacuation:
    """Return the evacuation that a request asks for."""
    shared = getattr(given, "on_shared_storage", Unset)
    return Evacuation(
        host=given.host,
        is_forced=is_forced,
        admin_password=given.admin_password,
        on_shared_storage=None if shared is Unset else shared,
        stays_off=stays_off,
    )
