"""The names of actions and of their events are Nova's."""

import pytest

from computeapi.api.servers import instance_actions
from computeapi.domain.operations import Operation
from computeapi.domain.servers import actions, attaching

#: The events that a Nova records, by the actions that it records them for.
EVENTS = {
    "create": "compute__do_build_and_run_instance",
    "start": "compute_start_instance",
    "stop": "compute_stop_instance",
    "reboot": "compute_reboot_instance",
    "pause": "compute_pause_instance",
    "unpause": "compute_unpause_instance",
    "suspend": "compute_suspend_instance",
    "resume": "compute_resume_instance",
    "resize": "compute_resize_instance",
    "migrate": "compute_resize_instance",
    "confirmResize": "compute_confirm_resize",
    "revertResize": "compute_revert_resize",
    "live-migration": "compute_live_migration",
    "evacuate": "compute_rebuild_instance",
    "shelve": "compute_shelve_instance",
    "shelveOffload": "compute_shelve_offload_instance",
    "unshelve": "compute_unshelve_instance",
    "createImage": "compute_snapshot_instance",
    "createBackup": "compute_backup_instance",
    "trigger_crash_dump": "compute_trigger_crash_dump",
    "rebuild": "compute_rebuild_instance",
    "rescue": "compute_rescue_instance",
    "unrescue": "compute_unrescue_instance",
    "attach_interface": "compute_attach_interface",
    "detach_interface": "compute_detach_interface",
    "attach_volume": "compute_attach_volume",
    "detach_volume": "compute_detach_volume",
    "swap_volume": "compute_swap_volume",
    "extend_volume": "compute_extend_volume",
    "delete": "compute_terminate_instance",
    "softDelete": "compute_soft_delete_instance",
    "restore": "compute_restore_instance",
    "changePassword": "compute_set_admin_password",
    "lock": "api_lock",
    "unlock": "api_unlock",
}
#: A delete that is deferred is a delete for Nova as well.
ACTIONS = {"softDelete": "delete"}


def test_every_action_that_is_recorded_is_tested_here() -> None:
    at_once = (actions.CHANGE_PASSWORD, actions.LOCK, actions.UNLOCK)
    recorded = {action.name for action in (*actions.ACTIONS, *at_once)}
    assert recorded - {action.name for action in attaching.UNLISTED} == EVENTS.keys()


@pytest.mark.parametrize("name", EVENTS)
def test_an_action_and_its_event_have_novas_names(name: str) -> None:
    operation = Operation(None, "s", "p", "u", "req-1", "host1", name)
    assert instance_actions.event(operation) == EVENTS[name]
    assert instance_actions.action(operation) == ACTIONS.get(name, name)
