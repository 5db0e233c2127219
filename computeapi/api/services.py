"""The changes that microversions made to compute services, and the requests to change one.

API reference, "Compute services" and "REST API Version History".
"""

from collections.abc import Mapping
from typing import Any

from computeapi.api import values
from computeapi.api.parameters import Parameter, Query, last
from computeapi.api.versions import since, until
from computeapi.domain.errors import Invalid, NotFound
from computeapi.domain.services import ServiceChange

FORCED_DOWN = since(11, "A compute service can be forced down, and shows whether it is.")
NUMBER = until(52)
UUID = since(53, "Compute services are named by UUID.")
UPDATE_BY_HOST = until(
    52, "A compute service is changed by its id, with all fields in one request."
)
STRICT_QUERY = since(75, "The list of compute services refuses unknown query parameters.")

STATUSES = ("enabled", "disabled")
#: The query of the list.
QUERY: Query[dict[str, str]] = Query(
    Parameter("host", last), Parameter("binary", last), strict=STRICT_QUERY
)
FORCE_DOWN = "force-down"
LOG_REASON = "disable-log-reason"
_ENABLED = {"enable": True, "disable": False, LOG_REASON: False}


def changed_by_host(action: str, service: Mapping[str, Any], can_force: bool) -> ServiceChange:
    """Read a request to change the service of a host (until 2.52).

    :param action: the last segment of the path: "enable", "disable", ...
    :param service: the body.
    :param can_force: whether the request's microversion has :data:`FORCED_DOWN`.
    :raises NotFound: when there is no such action.
    :raises Invalid: when the action needs a field that the body lacks.
    """
    if action == FORCE_DOWN and can_force:
        if service.get("forced_down") is None:
            raise Invalid("Missing forced_down field.")
        return ServiceChange(forced_down=values.boolean(service["forced_down"]))
    if action not in _ENABLED:
        raise NotFound("Unknown action.")
    if action != LOG_REASON:
        return ServiceChange(_ENABLED[action])
    if service.get("disabled_reason") is None:
        raise Invalid("Missing disabled_reason field.")
    return ServiceChange(False, service["disabled_reason"])


def changed(service: Mapping[str, Any]) -> ServiceChange:
    """Read a request to change a service (since 2.53)."""
    status, forced_down = service.get("status"), service.get("forced_down")
    return ServiceChange(
        None if status is None else status == "enabled",
        service.get("disabled_reason"),
        None if forced_down is None else values.boolean(forced_down),
    )


def document_by_host(
    action: str, host: str, binary: str, change: ServiceChange
) -> dict[str, object]:
    """Return the service that the answer to such a request shows."""
    document: dict[str, object] = {"host": host, "binary": binary}
    if change.forced_down is not None:
        document["forced_down"] = change.forced_down
        return document
    document["status"] = STATUSES[0] if change.enabled else STATUSES[1]
    if action == LOG_REASON:
        document["disabled_reason"] = change.disabled_reason
    return document
