"""Brings a cloud up and keeps it up."""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from computeapi.standalone import config, hypervisor, image, network, report, servers
from computeapi.standalone.errors import CloudError
from computeapi.standalone.identity import Administrator
from computeapi.standalone.image import Found
from computeapi.standalone.parts import table
from computeapi.standalone.parts.starting import Starter
from computeapi.standalone.processes import Service, Supervisor
from computeapi.standalone.progress import Progress
from computeapi.standalone.settings import Settings, current_boot
from computeapi.standalone.state import StateFolder

FLAVOR = "m1.nano"
#: Seconds that a service may take to answer: at the first start many prepare themselves at the same
#: time, on a machine that may be slow, and shared. One that ends is reported at once.
READY_TIMEOUT = 600.0


@dataclass(frozen=True, slots=True)
class Options:
    """The options that the user gave; None keeps the value of before, or the default.

    :ivar image: a file to offer as an image.
    :ivar parts: names of the parts to add.
    """

    port: int | None = None
    listen: str | None = None
    front_end: str | None = None
    driver: str | None = None
    image: Path | None = None
    server: str | None = None
    parts: Sequence[str] = ()


def up(state: StateFolder, options: Options, progress: Progress) -> None:
    """Bring a cloud up and keep it up until interrupted.

    :raises CloudError: when it cannot come up, or stay up.
    """
    if options.image:
        image.given(options.image)
    made = state.create()
    with state.locked():
        try:
            _run(_prepare(state, options, progress), options, progress)
        finally:
            if not state.settings_file.exists():
                # It was refused before anything began: nothing of it stays.
                state.undo(made)


def _prepare(state: StateFolder, options: Options, progress: Progress) -> "Cloud":
    first = not state.settings_file.exists()
    settings = _settle(state, options, progress)
    network.check_ports(settings, table.port_uses(settings))
    progress.say(f"{'Setting up' if first else 'Starting'} the cloud in {state.path}")
    return Cloud(state, settings, progress)


def _run(cloud: "Cloud", options: Options, progress: Progress) -> None:
    try:
        cloud.start(options.image)
        cloud.announce()
        cloud.watch()
    except KeyboardInterrupt:
        progress.say("")
    finally:
        cloud.stop()


def _settle(state: StateFolder, options: Options, progress: Progress) -> Settings:
    """Make settings of the former ones and the wishes of a command."""
    settings = state.load()
    for name in ("port", "listen", "front_end", "server"):
        if (wish := getattr(options, name)) is not None:
            setattr(settings, name, wish)
    settings.driver, sentence = hypervisor.choose(state, settings, options.driver)
    if sentence:
        progress.say(sentence)
    table.choose(state, settings, options.parts, progress.say)
    return settings


class Cloud:
    """The services of a cloud."""

    def __init__(self, state: StateFolder, settings: Settings, progress: Progress) -> None:
        self._state = state
        self._settings = settings
        self._progress = progress
        self._supervisor = Supervisor(progress.say)
        self._parts = Starter(state, settings, progress, self._supervisor)

    def start(self, image_file: Path | None) -> None:
        """Start everything, and return when all of it answers.

        :raises CloudError: when something does not.
        """
        offered, build = self._image(image_file)
        self._settings.boot = current_boot()
        self._state.save(self._settings)
        self._write_files()
        built = self._supervisor.begin(build) if build else None
        self._start_services()
        self._register()
        self._wait("glance", lambda: network.answers(self._settings.url("image") + "/versions"))
        self._wait("api", lambda: network.answers(self._settings.url("compute") + "/"))
        self._wait("worker", self._worker_began)
        self._wait("console", lambda: network.answers(self._settings.url("console") + "/"))
        self._parts.wait(READY_TIMEOUT)
        if built:
            offered = self._built_image(built)
        if offered:
            self._upload(offered)

    def _built_image(self, built: Callable[[], None]) -> Found | None:
        try:
            with self._progress.step("building the test image"):
                built()
        except CloudError as error:
            self._keep_image(error)
            return None
        return image.find(self._state)

    def announce(self) -> None:
        """Print the addresses of the services, and the next commands to type."""
        say = self._progress.say
        places = report.places(self._settings)
        places |= {p.name: p.where for p in table.processes(self._state, self._settings)}
        rows = [
            report.Row(name, where, f"process {self._supervisor.process_id(name)}")
            for name, where in places.items()
        ]
        say(f"Up after {self._progress.seconds():.1f} s.\n")
        say(report.services(self._state, rows))
        if not network.is_loopback(self._settings.listen):
            say("\nOther machines can reach these addresses; what goes there is not encrypted.")
        if listed := servers.listed(self._state):
            say("\n" + report.servers(listed))
        say("\nNow, in another shell:\n")
        open_up = [command for part in table.active(self._settings) for command in part.open_up]
        say(report.commands(self._state, self._settings.images[-1], FLAVOR, open_up))
        for part in table.active(self._settings):
            for hint in part.hints(self._state, self._settings):
                say(f"\n{hint}")
        say("\nCtrl-C here stops the services and leaves the servers running.")

    def _write_files(self) -> None:
        sections = ""
        files: dict[Path, str] = {}
        for part in table.active(self._settings):
            sections += part.compute_sections(self._state, self._settings)
            files |= part.files(self._state, self._settings)
        config.write(self._state, self._settings, sections, files)

    def watch(self) -> None:
        """Keep the services running until interrupted.

        :raises CloudError: when one cannot be kept running.
        """
        while True:
            self._supervisor.watch()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop the services; guests run on."""
        # A second Ctrl-C while the services end would leave the lock without its holder.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._progress.say("Stopping the services.")
        self._supervisor.stop()

    def _image(self, given: Path | None) -> tuple[Found | None, Service | None]:
        """Return the image to upload, if any, or the program that builds it."""
        if given:
            return image.given(given), None
        if self._settings.images and not image.is_outdated(self._settings):
            return None, None
        if self._settings.driver == "fake":
            return image.empty(self._state), None
        if existing := image.find(self._state):
            return existing, None
        try:
            return None, image.builder(self._state)
        except CloudError as error:
            self._keep_image(error)
            return None, None

    def _keep_image(self, error: CloudError) -> None:
        """Go on with the image of an earlier version, if there is one.

        :raises CloudError: the error, when there is none.
        """
        if not self._settings.images:
            raise error
        self._progress.say(f"The test image stays that of an earlier version: {error}")

    def _start_services(self) -> None:
        conf = ["--config-file", str(self._state.compute_conf)]
        manage = self._service("db-sync", "computeapi.cmd.manage", *conf, "db", "sync")
        for name in ("keystone", "glance"):
            module = f"computeapi.standalone.{name}"
            self._supervisor.start(self._service(name, module, str(self._state.path)))
        self._parts.start()
        synced = self._supervisor.begin(manage)
        fetched = self._supervisor.begin(self._service("novnc", "computeapi.standalone.novnc"))
        with self._progress.step("database"):
            synced()
        self._worker_began = servers.worker_probe(self._state, self._settings.host)
        app = ["--app", table.api_app(self._settings)]
        self._supervisor.start(self._service("api", "computeapi.cmd.api", *conf, *app))
        self._supervisor.start(self._service("worker", "computeapi.cmd.worker", *conf))
        try:
            # The console proxy looks for the files when it starts.
            fetched()
        except CloudError as error:
            self._progress.say(f"Consoles have no page to show screens: {error}")
        self._supervisor.start(self._service("console", "computeapi.cmd.console", *conf))

    def _service(self, name: str, module: str, *arguments: str) -> Service:
        command = [sys.executable, "-m", module, *arguments]
        return Service(name, command, self._state.logs / f"{name}.log")

    def _wait(self, name: str, probe: Callable[[], bool]) -> None:
        with self._progress.step(name):
            self._supervisor.wait_ready(name, probe, READY_TIMEOUT)

    def _register(self) -> None:
        self._wait("keystone", lambda: network.answers(self._settings.url("identity") + "/v3"))
        wanted = table.registration(self._settings)
        endpoints = wanted.catalog(self._settings)
        if self._settings.registered == endpoints:
            return
        with self._progress.step("users, projects, catalog"):
            Administrator(self._settings).register(wanted)
        self._settings.registered = endpoints
        self._state.save(self._settings)

    def _upload(self, offered: Found) -> None:
        with self._progress.step(f"image {offered.name}"):
            Administrator(self._settings).upload(offered)
        if offered.name not in self._settings.images:
            self._settings.images.append(offered.name)
        self._settings.image_version = offered.version or self._settings.image_version
        self._state.save(self._settings)
