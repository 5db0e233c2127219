"""The names of the notifications about operations, by action and stage.

The names are those of Nova's unversioned notifications, without ``compute.instance.``. Nova has an
``.error`` for a few actions, and names the method that failed for others; here each action has its
``.error``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from computeapi.domain.servers import VmState


@dataclass(frozen=True, slots=True)
class StageEvents:
    """The notifications about a stage, or about several that follow each other.

    :ivar begin: those at the begin. :ivar end: those at the end.
    :ivar only_in: the state that the server has to have; None for any.
    """

    begin: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    only_in: VmState | None = None


@dataclass(frozen=True, slots=True)
class ActionEvents:
    """The notifications about an action.

    :ivar failed: those when it has failed for good.
    :ivar default: those about stages that are not in ``stages``.
    """

    failed: tuple[str, ...]
    default: StageEvents = StageEvents()
    stages: Mapping[str, StageEvents] = field(default_factory=dict)

    def at(self, stage: str) -> StageEvents:
        """Return the notifications about a stage."""
        return self.stages.get(stage, self.default)


def _pair(name: str) -> StageEvents:
    return StageEvents((f"{name}.start",), (f"{name}.end",))


def _afterwards(name: str, only_in: VmState | None = None) -> StageEvents:
    """Return both notifications for the end of a stage."""
    return StageEvents((), (f"{name}.start", f"{name}.end"), only_in)


def _whole(name: str) -> ActionEvents:
    return ActionEvents((f"{name}.error",), _pair(name))


def _single(name: str) -> ActionEvents:
    """Return the one notification of an action that has no start and no end."""
    return ActionEvents((f"{name}.error",), StageEvents((), (name,)))


_RESIZE = ActionEvents(
    ("resize.error",),
    stages={
        "prepare": _pair("resize.prep"),
        "pack": _pair("resize"),
        "unpack": _pair("finish_resize"),
    },
)
_DELETE = StageEvents(("delete.start", "shutdown.start"), ("shutdown.end", "delete.end"))
#: By the names of actions; see :mod:`computeapi.domain.servers.actions`.
EVENTS: Mapping[str, ActionEvents] = {
    "create": _whole("create"),
    "start": _whole("power_on"),
    "stop": _whole("power_off"),
    "reboot": _whole("reboot"),
    "pause": _whole("pause"),
    "unpause": _whole("unpause"),
    "suspend": _whole("suspend"),
    "resume": _whole("resume"),
    "resize": _RESIZE,
    "migrate": _RESIZE,
    "confirmResize": _whole("resize.confirm"),
    "revertResize": _whole("resize.revert"),
    "shelve": ActionEvents(
        ("shelve.error",),
        _pair("shelve"),
        {"offload": _afterwards("shelve_offload", VmState.SHELVED_OFFLOADED)},
    ),
    "shelveOffload": _whole("shelve_offload"),
    "unshelve": _whole("unshelve"),
    "createImage": _whole("snapshot"),
    "createBackup": _whole("snapshot"),
    "trigger_crash_dump": _whole("trigger_crash_dump"),
    "rebuild": _whole("rebuild"),
    "evacuate": _whole("rebuild"),
    "rescue": _whole("rescue"),
    "unrescue": _whole("unrescue"),
    "live-migration": ActionEvents(
        ("live_migration._rollback.start", "live_migration._rollback.end"),
        stages={
            "prepare": _pair("live_migration.pre"),
            "send": _afterwards("live_migration._post"),
            "receive": _pair("live_migration.post.dest"),
        },
    ),
    "attach_interface": _whole("interface_attach"),
    "detach_interface": _whole("interface_detach"),
    "attach_volume": _single("volume.attach"),
    "detach_volume": _single("volume.detach"),
    "swap_volume": _single("volume.swap"),
    "extend_volume": _single("volume.extend"),
    "volume_snapshot_create": ActionEvents(()),
    "volume_snapshot_delete": ActionEvents(()),
    "delete": ActionEvents(("delete.error",), _DELETE),
    "softDelete": _whole("soft_delete"),
    "restore": _whole("restore"),
}
