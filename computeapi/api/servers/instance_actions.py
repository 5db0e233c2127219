"""Facts about the history of servers as callers see it (API reference, "Servers actions")."""

from collections.abc import Sequence
from datetime import datetime

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import COUNT, MOMENT, Parameter, Query
from computeapi.api.servers import changes
from computeapi.api.servers.status import host_id
from computeapi.api.versions import Version
from computeapi.domain.errors import Invalid
from computeapi.domain.operations import HistoryRequest, Operation, OperationState
from computeapi.domain.servers import actions

_DONE = {OperationState.DONE: "Success", OperationState.FAILED: "Error",
         OperationState.CANCELLED: "Error"}  # fmt: skip
#: Actions whose events Nova does not name after them.
_EVENTS = {"shelveOffload": "shelve_offload", "softDelete": "soft_delete"}


def action(operation: Operation) -> str:
    """Return the name of an operation's action; a delete that is deferred is a delete as well."""
    is_deferred = operation.action == actions.SOFT_DELETE.name
    return actions.DELETE.name if is_deferred else operation.action


def _nothing(into: None, name: str, given: Sequence[str]) -> None:
    """Leave a parameter to :func:`list_request`."""


#: The query of a list.
QUERY: Query[None] = Query(
    Parameter("limit", _nothing, changes.HISTORY_PAGES, single=True, schema=COUNT),
    Parameter("marker", _nothing, changes.HISTORY_PAGES, single=True),
    Parameter("changes-since", _nothing, changes.HISTORY_PAGES, single=True, schema=MOMENT),
    Parameter(
        "changes-before", _nothing, changes.HISTORY_CHANGES_BEFORE, single=True, schema=MOMENT
    ),
    strict=changes.HISTORY_PAGES,
)


def event(operation: Operation) -> str:
    """Return the name of an operation's event."""
    return f"compute_{_EVENTS.get(operation.action, operation.action)}_instance"


def result(operation: Operation) -> str | None:
    """Return "Success" or "Error"; None while the operation goes on."""
    return _DONE.get(OperationState(operation.state))


def message(operation: Operation) -> str | None:
    """Return the message of an action: the word that its failure has in Nova, or None."""
    return "Error" if result(operation) == "Error" else None


def reason(operation: Operation) -> str | None:
    """Return the reason why an operation failed, or None."""
    return operation.failure or operation.message


def event_host_id(operation: Operation) -> str:
    """Return the opaque name of the host that carried an operation out."""
    return host_id(operation.project_id, operation.host)


def list_request(params: Params, max_limit: int, version: Version) -> HistoryRequest:
    """Read the query of ``GET /servers/{server_id}/os-instance-actions``.

    :param max_limit: the most actions of a page.
    :raises Invalid: when a parameter makes no sense.
    """
    QUERY.read(params, version, None)
    if version not in changes.HISTORY_PAGES:
        return HistoryRequest(max_limit)
    limit = paging.integer(params, "limit")
    since_, before = (_moment(params, f"changes-{end}") for end in ("since", "before"))
    if since_ and before and since_ > before:
        raise Invalid("The value of changes-since must be less than or equal to changes-before.")
    limit = max_limit if limit is None else min(limit, max_limit)
    return HistoryRequest(limit, paging.last(params, "marker"), since_, before)


def _moment(params: Params, name: str) -> datetime | None:
    text = paging.last(params, name)
    if text is None:
        return None
    try:
        return values.moment(text)
    except ValueError as error:
        raise paging.invalid(name, text) from error
