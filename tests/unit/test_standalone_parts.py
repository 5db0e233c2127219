"""The parts that a cloud is brought up with: which run, their ports, users and refusals."""

from dataclasses import replace

import pytest

from computeapi.cmd import cloud as command
from computeapi.standalone import config, identity, network, status
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts import table
from computeapi.standalone.parts.part import Part, Process, packaged_file
from computeapi.standalone.parts.starting import Starter
from computeapi.standalone.processes import Supervisor
from computeapi.standalone.progress import Progress
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder


class Clock(Part):
    """A part with two ports; its package is one that is installed."""

    name = "clock"
    project = "Clock"
    package = "pytest"
    ports = {"clock": "Clock", "chimes": "Clock's chimes"}
    endpoints = (identity.Endpoint("time", "clock", "clock", "/v1"),)
    roles = ("watchmaker",)
    grants = (identity.Grant("clock", "service", ("service",)),)
    secrets = ("pendulum",)
    api_app = "with_clock"

    def files(self, state, settings):
        return {state.etc / "clock.conf": f"port = {settings.ports['clock']}\n"}

    def processes(self, state, settings):
        url = settings.url("clock")
        return [Process(name, ["true"], url, lambda: False) for name in ("spring", "hands")]


class Absent(Clock):
    """A part whose package is not installed."""

    name = "absent"
    project = "Absent"
    package = "computeapi-absent"
    ports = {"absent": "Absent"}


@pytest.fixture(autouse=True)
def parts(monkeypatch):
    monkeypatch.setattr(table, "PARTS", (Absent(), Clock()))


@pytest.fixture
def state(tmp_path):
    folder = StateFolder(tmp_path / "cloud")
    folder.create()
    return folder


@pytest.fixture
def choose(state):
    """Choose parts for a cloud; return the sentences said."""

    def run(settings, *wanted):
        said = []
        table.choose(state, settings, wanted, said.append)
        return said

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clock", ["clock"]),
        ("clock, absent", ["clock", "absent"]),
        ("all", ["absent", "clock"]),
        ("clock,all", ["absent", "clock"]),
    ],
)
def test_parts_are_named_with_commas_between_them(text, expected):
    assert table.parse(text) == expected


@pytest.mark.parametrize("text", ["", ",", "clocks", "clock,tower", "Clock", "none"])
def test_unknown_parts_are_refused_with_the_names_of_all(state, capsys, text):
    with pytest.raises(SystemExit) as ended:
        command.main(["up", "--state-dir", str(state.path), "--with", text])
    assert ended.value.code
    assert "is no part of a cloud: absent, clock or all" in capsys.readouterr().err
    assert not state.settings_file.exists()


def test_parts_are_remembered_and_added_to(choose):
    settings = Settings()
    assert choose(settings, "clock") == []
    assert (settings.parts, settings.active) == (["clock"], ["clock"])
    choose(settings, "absent")
    assert (settings.parts, settings.active) == (["absent", "clock"], ["clock"])
    assert choose(Settings()) == []


def test_part_that_cannot_run_is_told_and_the_others_run(choose):
    settings = Settings()
    (sentence,) = choose(settings, "absent", "clock")
    assert sentence == (
        "The cloud comes up without the part absent: Absent is not installed: "
        "pip install 'computeapi[absent]'."
    )
    assert "absent" not in settings.ports
    assert [part.name for part in table.active(settings)] == ["clock"]


def test_ports_stay_whichever_parts_a_cloud_has(choose, monkeypatch):
    settings = Settings(port=9000)
    choose(settings, "clock")
    assert settings.ports["clock"] == 9005
    assert settings.ports["chimes"] == 9006
    monkeypatch.setattr(Absent, "package", "pytest")
    choose(settings, "absent")
    assert settings.ports["absent"] == 9004
    assert settings.ports["clock"] == 9005
    assert settings.url("chimes") == "http://127.0.0.1:9006"


def test_a_part_chooses_the_application_of_the_api(choose):
    settings = Settings()
    assert table.api_app(settings) == "main"
    choose(settings, "clock")
    assert table.api_app(settings) == "with_clock"


def test_busy_port_is_named_with_its_part(choose):
    settings = Settings(port=65530)
    choose(settings, "clock")
    with pytest.raises(CloudError, match="65530 to 65536 are needed"):
        network.check_ports(settings, table.port_uses(settings))


def test_passwords_are_generated_once(choose):
    settings = Settings()
    choose(settings, "clock")
    first = dict(settings.passwords)
    assert {"clock", "pendulum"} <= first.keys()
    choose(settings)
    assert settings.passwords == first


def test_settings_survive_the_folder(state, choose):
    settings = Settings()
    choose(settings, "clock")
    state.save(settings)
    assert state.load() == settings


def test_files_of_parts_are_written_with_the_others(state, choose):
    settings = Settings(driver="fake")
    choose(settings, "clock")
    (part,) = table.active(settings)
    config.write(state, settings, "\n[clock]\nurl = x\n", part.files(state, settings))
    assert (state.etc / "clock.conf").read_text() == "port = 8779\n"
    assert (state.etc / "clock.conf").stat().st_mode & 0o777 == 0o600
    assert state.compute_conf.read_text().endswith("[clock]\nurl = x\n")


def test_missing_file_of_a_package_is_named():
    with pytest.raises(CloudError, match="pytest is installed without its file"):
        packaged_file("pytest", "etc/clock.ini")


def test_status_shows_processes_and_parts_that_cannot_run(state, choose):
    settings = Settings()
    choose(settings, "absent", "clock")
    state.save(settings)
    said = []
    assert status.show(state, said.append) is False
    rows = [line.split()[0] for line in said[0].splitlines()]
    assert rows[-3:] == ["spring", "hands", "absent"]
    assert "pip install 'computeapi[absent]'" in said[0]


class Keystone:
    """The requests that an administrator sends, answered as a Keystone that knows everything."""

    def __init__(self, monkeypatch):
        self.sent = []
        monkeypatch.setattr(identity.Administrator, "_token", lambda _: "token")
        monkeypatch.setattr(identity.Administrator, "send", self.send)
        monkeypatch.setattr(identity.Administrator, "ensure", self.ensure)

    def send(self, method, url, **arguments):
        self.sent.append((method, url.partition("/v3")[2], arguments.get("params")))
        return self

    def ensure(self, kind, match, more):
        self.sent.append((kind, *match.values(), *more.values()))
        return f"{kind}-id"

    def json(self):
        roles = [{"name": n, "id": f"{n}-id"} for n in ("admin", "member", "service")]
        return {"services": [{"id": "old-id"}], "roles": roles}


def test_catalog_and_users_of_parts_are_registered(choose, monkeypatch):
    settings = Settings()
    choose(settings, "clock")
    wanted = table.registration(settings)
    assert wanted.catalog(settings)["time"] == "clock http://127.0.0.1:8779/v1"
    keystone = Keystone(monkeypatch)
    identity.Administrator(settings).register(wanted)
    assert ("service", "time", "clock") in keystone.sent
    assert ("endpoint", "service-id", "public", config.REGION, "http://127.0.0.1:8779/v1") in (
        keystone.sent
    )
    assert ("role", "watchmaker") in keystone.sent
    assert ("user", "clock", "default", settings.passwords["clock"]) in keystone.sent
    assert not [sent for sent in keystone.sent if sent[0] == "DELETE"]


def test_part_that_does_not_run_leaves_the_catalog(choose, monkeypatch):
    settings = Settings(registered={"time": "clock http://127.0.0.1:8779/v1", "image": "…"})
    choose(settings)
    keystone = Keystone(monkeypatch)
    identity.Administrator(settings).register(table.registration(settings))
    assert [sent for sent in keystone.sent if sent[0] == "DELETE"] == [
        ("DELETE", "/services/old-id", None)
    ]
    assert ("GET", "/services", {"type": "time"}) in keystone.sent


class Tower(Clock):
    """A part that answers once the clock was set up."""

    name = "tower"
    project = "Tower"
    set_up_version = 1

    def processes(self, state, settings):
        is_ready = (state.path / "clock is set up").exists
        return [Process("bell", ["sleep", "60"], "", is_ready)]

    def set_up(self, admin, state, settings):
        (state.path / "tower is set up").touch()


class QuickClock(Clock):
    """A part that answers at once."""

    set_up_version = 1

    def processes(self, state, settings):
        return [Process("hands", ["sleep", "60"], "", lambda: True)]

    def set_up(self, admin, state, settings):
        (state.path / "clock is set up").touch()


class EagerClock(Clock):
    """A part with a process that waits by itself for the one before it, which is never ready."""

    def processes(self, state, settings):
        never = Process("spring", ["sleep", "60"], "", lambda: False)
        return [
            never,
            replace(never, name="hands"),
            replace(never, name="bell", starts_at_once=True),
        ]


def test_processes_follow_each_other_but_those_that_wait_themselves(state, choose, monkeypatch):
    monkeypatch.setattr(table, "PARTS", (EagerClock(),))
    settings = Settings()
    choose(settings, "clock")
    supervisor = Supervisor(print)
    try:
        Starter(state, settings, Progress(), supervisor).start()
        assert supervisor.process_id("spring") != supervisor.process_id("bell")
        with pytest.raises(KeyError):
            supervisor.process_id("hands")
    finally:
        supervisor.stop()


def test_each_part_is_set_up_once_it_answers_itself(state, choose, monkeypatch, capsys):
    monkeypatch.setattr(table, "PARTS", (Tower(), QuickClock()))
    Keystone(monkeypatch)
    settings = Settings()
    said = choose(settings, "tower", "clock")
    supervisor = Supervisor(said.append)
    starter = Starter(state, settings, Progress(), supervisor)
    try:
        starter.start()
        starter.wait(60)
    finally:
        supervisor.stop()
    assert (state.path / "tower is set up").exists()
    assert state.load().set_up == {"tower": 1, "clock": 1}
    assert said == []
    shown = capsys.readouterr().out
    steps = [shown.index(text) for text in ("tower, clock .", "find in Clock", "find in Tower")]
    assert steps == sorted(steps)
