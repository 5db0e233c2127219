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
from computeapi.domain.servers import actions, attaching

_DONE = {OperationState.DONE: "Success", OperationState.FAILED: "Error",
         OperationState.CANCELLED: "Error"}  # fmt: skip
#: The events that Nova does not call ``compute_{action}_instance``. Of the several events that it
#: has for a resize, a migration or an evacuation, the one in which the server goes over.
_EVENTS = {
    actions.CREATE.name: "compute__do_build_and_run_instance",
    actions.DELETE.name: "compute_terminate_instance",
    actions.SOFT_DELETE.name: "compute_soft_delete_instance",
    actions.MIGRATE.name: "compute_resize_instance",
    actions.CONFIRM_RESIZE.name: "compute_confirm_resize",
    actions.REVERT_RESIZE.name: "compute_revert_resize",
    actions.LIVE_MIGRATE.name: "compute_live_migration",
    actions.EVACUATE.name: "compute_rebuild_instance",
    actions.SHELVE_OFFLOAD.name: "compute_shelve_offload_instance",
    actions.CREATE_IMAGE.name: "compute_snapshot_instance",
    actions.CREATE_BACKUP.name: "compute_backup_instance",
    actions.TRIGGER_CRASH_DUMP.name: "compute_trigger_crash_dump",
    actions.CHANGE_PASSWORD.name: "compute_set_admin_password",
    actions.LOCK.name: "api_lock",
    actions.UNLOCK.name: "api_unlock",
    attaching.ATTACH_INTERFACE.name: "compute_attach_interface",
    attaching.DETACH_INTERFACE.name: "compute_detach_interface",
    attaching.ATTACH_VOLUME.name: "compute_attach_volume",
    attaching.DETACH_VOLUME.name: "compute_detach_volume",
    attaching.SWAP_VOLUME.name: "compute_swap_volume",
    attaching.EXTEND_VOLUME.name: "compute_extend_volume",
}


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
    return _EVENTS.get(operation.action, f"compute_{operation.action}_instance")


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
