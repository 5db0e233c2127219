"""The table of the parts, and the parts that a cloud runs with."""

from collections.abc import Callable, Iterable, Sequence

from computeapi.standalone.identity import ENDPOINTS, GRANTS, Registration
from computeapi.standalone.parts.dashboard import DashboardPart
from computeapi.standalone.parts.network.part import NetworkPart
from computeapi.standalone.parts.orchestration import OrchestrationPart
from computeapi.standalone.parts.part import Part, Process
from computeapi.standalone.parts.volume import VolumePart
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder

#: Their ports follow each other in this order, whichever of them a cloud has.
PARTS: Sequence[Part] = (NetworkPart(), VolumePart(), OrchestrationPart(), DashboardPart())
ALL = "all"
#: Of the API, Keystone, Glance and the console proxy.
_CORE_PORTS = 4


def names() -> list[str]:
    """Return the names of all parts."""
    return [part.name for part in PARTS]


def parse(text: str) -> list[str]:
    """Return the names in a list with commas.

    :raises ValueError: when one is no part's.
    """
    wanted = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in wanted if word not in (*names(), ALL)]
    if unknown or not wanted:
        raise ValueError(
            f"{unknown[0] if unknown else text!r} is no part of a cloud: {', '.join(names())} "
            f"or {ALL}"
        )
    return names() if ALL in wanted else wanted


def choose(
    state: StateFolder, settings: Settings, wanted: Iterable[str], say: Callable[[str], None]
) -> None:
    """Settle which parts run: those wanted now or before that can.

    :param say: told in a sentence of each part that cannot run.
    """
    settings.parts = [name for name in names() if name in {*settings.parts, *wanted}]
    settings.active = []
    for part in (part for part in PARTS if part.name in settings.parts):
        if reason := part.unavailable_reason(state, settings):
            say(f"The cloud comes up without the part {part.name}: {reason}")
        else:
            settings.active.append(part.name)
    distance = _CORE_PORTS
    settings.part_ports = {}
    for part in PARTS:
        for number, port in enumerate(part.ports, distance):
            if part.name in settings.active:
                settings.part_ports[port] = number
        distance += len(part.ports)
    for part in active(settings):
        settings.add_passwords([*(grant.user for grant in part.grants), *part.secrets])


def active(settings: Settings) -> list[Part]:
    """Return the parts that run in a cloud."""
    return [part for part in PARTS if part.name in settings.active]


def processes(state: StateFolder, settings: Settings) -> list[Process]:
    """Return the processes of all parts that run in a cloud."""
    return [process for part in active(settings) for process in part.processes(state, settings)]


def port_uses(settings: Settings) -> dict[str, str]:
    """Return the use of each port of the parts that run in a cloud."""
    return {name: use for part in active(settings) for name, use in part.ports.items()}


def unavailable(settings: Settings) -> list[Part]:
    """Return the parts that the user asked for and that could not start."""
    missing = set(settings.parts) - set(settings.active)
    return [part for part in PARTS if part.name in missing]


def registration(settings: Settings) -> Registration:
    """Return the entries of the catalog, and the users, of the core and of its parts."""
    parts = active(settings)
    return Registration(
        endpoints=[*ENDPOINTS, *(each for part in parts for each in part.endpoints)],
        roles=[role for part in parts for role in part.roles],
        grants=[*GRANTS, *(grant for part in parts for grant in part.grants)],
    )


def api_app(settings: Settings) -> str:
    """Return the application of the API, by its section in the paste.deploy file."""
    return next((part.api_app for part in active(settings) if part.api_app), "main")


def take_down(state: StateFolder) -> None:
    """Remove the traces that outlive the processes of any part, those started last first."""
    for part in reversed(PARTS):
        part.down(state)
