"""Shows the services of a cloud with their addresses, and its servers."""

from collections.abc import Callable, Iterator

from computeapi.standalone import network, report, servers
from computeapi.standalone.parts import table
from computeapi.standalone.report import Row
from computeapi.standalone.settings import Settings, current_boot
from computeapi.standalone.state import StateFolder

DOWN = "down"


def show(state: StateFolder, say: Callable[[str], None]) -> bool:
    """Show the services and the servers; return whether all services answer.

    :raises CloudError: when there is no cloud.
    """
    state.require()
    settings = state.load()
    is_held = state.holder() is not None
    rows = [*_core(state, settings, is_held), *_parts(state, settings, is_held)]
    say(report.services(state, rows))
    if state.compute_conf.exists():
        listed = servers.listed(state)
        if settings.boot != current_boot():
            shown = report.servers(listed, report.shut_down)
        else:
            shown = report.servers(listed, report.known if is_held else report.last_known)
        say("\n" + shown)
    return all(row.state != DOWN for row in rows)


def _core(state: StateFolder, settings: Settings, is_held: bool) -> Iterator[Row]:
    urls = {
        "api": settings.url("compute") + "/",
        "console": settings.url("console") + "/",
        "keystone": settings.url("identity") + "/v3",
        "glance": settings.url("image") + "/versions",
    }
    states = {s: "answers" if is_held and network.answers(u) else DOWN for s, u in urls.items()}
    states["worker"] = "runs" if is_held and servers.worker_alive(state, settings.host) else DOWN
    for service, where in report.places(settings).items():
        yield Row(service, where, states[service])


def _parts(state: StateFolder, settings: Settings, is_held: bool) -> Iterator[Row]:
    for process in table.processes(state, settings):
        runs = is_held and process.is_ready()
        yield Row(process.name, process.where, "answers" if runs else DOWN)
    for part in table.unavailable(settings):
        reason = part.unavailable_reason(state, settings)
        yield Row(part.name, reason or "It can run from the next up on.", DOWN)
