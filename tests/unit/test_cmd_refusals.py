"""Commands that cannot do their work say so in one sentence."""

import json
import logging
import struct
import subprocess
import sys

import pytest

from computeapi.cmd import api, cloud, manage, metadata, worker
from computeapi.db import migration, schema
from computeapi.standalone import report
from computeapi.standalone.settings import Settings, current_boot
from computeapi.standalone.state import StateFolder
from tests.functional.api_process import empty_database

MAINS = {
    "api": api.main,
    "manage": manage.main,
    "metadata": metadata.main,
    "worker": worker.main,
}
BOOT_SECTOR = bytes(510) + b"\x55\xaa"
CONFIGURATIONS = {
    "value": ("[api]\nport = x\n", "port"),
    "range": ("[worker]\nthreads = 0\n", "threads"),
    "choice": ("[worker]\ndriver = xen\n", "driver"),
    "section": ("[api\nport = 1\n", "computeapi.conf"),
    "line": ("[api]\nport\n", "computeapi.conf"),
}
DATABASES = {
    "no URL": ("nonsense", "URL"),
    "unknown": ("oracular://x/y", "oracular"),
    "memory": ("sqlite://", "must be a file"),
}


def qcow2(backing=0, features=0, version=3):
    head = struct.pack(">4sIQIIQ", b"QFI\xfb", version, backing, 0, 16, 1 << 20)
    return head.ljust(72, b"\0") + struct.pack(">Q", features) + bytes(600)


IMAGES = {
    "text": (b"root:x:0:0:root:/root:/bin/sh\n" * 100, "no disk image"),
    "empty": (b"", "no disk image"),
    "zeros": (bytes(1 << 20), "no disk image"),
    "vmdk": (b"KDMV" + bytes(1000), "VMDK"),
    "vdi": (b"<<< Oracle VM VirtualBox Disk Image >>>\n" + bytes(1000), "VDI"),
    "cut": (qcow2()[:20], "cut off"),
    "version": (qcow2(version=9), "Version 9"),
    "backing": (qcow2(backing=512), "another file"),
    "data file": (qcow2(features=4), "another file"),
}


@pytest.fixture
def refused(capsys, monkeypatch):
    """Run a command; return the sentence by which it refuses."""
    # A command that came as far as to set its log up would leave a handler for this test's stream.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])

    def run(main, *words):
        try:
            status = main([str(word) for word in words])
        except SystemExit as ended:
            status = ended.code
        assert status == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1, said
        return said

    return run


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "computeapi.conf"

    def write(text):
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(("text", "named"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
@pytest.mark.parametrize("main", MAINS.values(), ids=MAINS)
def test_wrong_configuration_is_named(refused, config, main, text, named):
    more = ["db", "version"] if main is manage.main else []
    assert named in refused(main, "--config-file", config(text), *more)


@pytest.mark.parametrize("path", ["/nowhere/computeapi.conf", "/etc"])
@pytest.mark.parametrize("main", MAINS.values(), ids=MAINS)
def test_missing_configuration_is_named(refused, main, path):
    more = ["db", "version"] if main is manage.main else []
    assert path in refused(main, "--config-file", path, *more)


@pytest.mark.parametrize(("url", "named"), DATABASES.values(), ids=DATABASES)
@pytest.mark.parametrize("main", [manage.main, worker.main], ids=["manage", "worker"])
def test_wrong_database_is_named(refused, config, main, url, named):
    more = ["db", "version"] if main is manage.main else []
    text = f"[database]\nconnection = {url}\n[worker]\ndriver = fake\n"
    assert named in refused(main, "--config-file", config(text), *more)


def test_worker_without_tables_says_how_to_make_them(refused, config, tmp_path):
    path = config(f"[DEFAULT]\nstate_path = {tmp_path}\n[worker]\ndriver = fake\n")
    assert "no tables: run computeapi-manage" in refused(worker.main, "--config-file", path)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("", "metadata_proxy_shared_secret is not set"),
        ("metadata_proxy_shared_secret = x\nvendordata_jsonfile_path = {list}", "no JSON object"),
        ("metadata_proxy_shared_secret = x\nvendordata_jsonfile_path = {text}", "vendordata"),
        ("metadata_proxy_shared_secret = x\nvendordata_jsonfile_path = /nowhere", "/nowhere"),
    ],
)
def test_the_metadata_service_says_what_it_lacks(refused, tmp_path, options, named):
    for name, content in (("list", "[1]"), ("text", "a: b")):
        (tmp_path / name).write_text(content)
    (tmp_path / "paste.ini").write_text(
        "[server:main]\nuse = egg:computeapi#threads\n"
        "[app:metadata]\npaste.app_factory = computeapi.metadata_api.app:app_factory\n"
    )
    (tmp_path / "computeapi.sqlite").write_bytes(empty_database())
    conf = tmp_path / "computeapi.conf"
    options = options.format(list=tmp_path / "list", text=tmp_path / "text")
    conf.write_text(
        f"[DEFAULT]\nstate_path = {tmp_path}\n[api]\npaste_config = paste.ini\n"
        f"[metadata]\nport = 0\n{options}\n"
    )
    assert named in refused(metadata.main, "--config-file", conf)


@pytest.mark.parametrize("front_end", ["falcon", "pecan"])
def test_api_without_tables_says_how_to_make_them(tmp_path, front_end):
    (tmp_path / "computeapi.conf").write_text(
        f"[DEFAULT]\nstate_path = {tmp_path}\n[api]\npaste_config = paste.ini\n"
    )
    (tmp_path / "paste.ini").write_text(f"[app:main]\nuse = egg:computeapi#{front_end}\n")
    program = "import sys; from computeapi.cmd import wsgi"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False,
        env={"COMPUTEAPI_CONFIG_FILE": str(tmp_path / "computeapi.conf")}, timeout=120,
    )  # fmt: skip
    assert done.returncode != 0
    assert "The database has no tables: run computeapi-manage" in done.stderr.splitlines()[-1]


def test_tables_of_an_earlier_version_are_refused(tmp_path):
    url = f"sqlite:///{tmp_path}/tables.sqlite"
    with pytest.raises(schema.OutdatedTables, match="no tables"):
        schema.check(url)
    assert not list(tmp_path.iterdir())
    migration.upgrade(url, "0001")
    with pytest.raises(schema.OutdatedTables, match="of version 0001"):
        schema.check(url)
    migration.upgrade(url)
    schema.check(url)


def test_database_that_does_not_answer_is_no_reason_not_to_start(caplog):
    schema.check("postgresql://nobody@127.0.0.1:1/nothing")
    assert "does not answer" in caplog.text


@pytest.mark.parametrize(
    "path", ["/etc/hostname", "/etc/hostname/below", "/dev/null", "/proc/below"]
)
def test_state_folder_that_cannot_be_is_refused(refused, path):
    said = refused(cloud.main, "up", "--driver", "fake", "--state-dir", path)
    assert f"state folder {path} cannot be had" in said
    for name in ("status", "down", "destroy"):
        assert "There is no cloud" in refused(cloud.main, name, "--state-dir", path)


@pytest.mark.parametrize("text", ['{"port":', "[]", '{"port": "x"}', '{"nonsense": 1}', "\x00"])
@pytest.mark.parametrize("name", ["up", "status"])
def test_damaged_settings_are_named(refused, tmp_path, text, name):
    state = StateFolder(tmp_path / "cloud")
    state.create()
    state.settings_file.write_text(text)
    said = refused(cloud.main, name, "--state-dir", state.path)
    assert str(state.settings_file) in said


@pytest.mark.parametrize("address", ["", "300.1.1.1", "192.0.2.1", "::zz", "a b"])
def test_address_of_another_machine_is_refused(refused, tmp_path, address):
    words = ["up", "--driver", "fake", "--state-dir", tmp_path / "cloud", f"--listen={address}"]
    assert "--listen" in refused(cloud.main, *words)


@pytest.mark.parametrize(("content", "reason"), IMAGES.values(), ids=IMAGES)
def test_file_that_is_no_image_is_refused(refused, tmp_path, content, reason):
    path = tmp_path / "file.img"
    path.write_bytes(content)
    words = ["up", "--driver", "fake", "--state-dir", tmp_path / "cloud", "--image", path]
    said = refused(cloud.main, *words)
    assert str(path) in said
    assert reason in said
    assert not (tmp_path / "cloud").exists(), "nothing is made before that is known"


@pytest.mark.parametrize("path", ["/nowhere", "/etc", "/dev/zero"])
def test_path_that_is_no_file_is_refused(refused, tmp_path, path):
    words = ["up", "--driver", "fake", "--state-dir", tmp_path / "cloud", "--image", path]
    assert f"The image {path} " in refused(cloud.main, *words)


@pytest.mark.parametrize(
    ("content", "disk_format"), [(qcow2(), "qcow2"), (BOOT_SECTOR + bytes(512), "raw")]
)
def test_image_is_offered(tmp_path, content, disk_format):
    path = tmp_path / "an-image.img"
    path.write_bytes(content)
    found = cloud.cloud.image.given(path)
    assert (found.name, found.disk_format) == ("an-image", disk_format)


class Row:
    """A server as the report reads it."""

    name, id, vm_state, task_state, ssh_port = "demo", "1-2-3", "active", None, 2200


@pytest.mark.parametrize(
    ("state_of", "shown"),
    [
        (report.known, "active"),
        (report.last_known, "active when last seen"),
        (report.shut_down, "stopped"),
    ],
)
def test_state_is_told_by_who_knows_it(state_of, shown):
    assert f"1-2-3  {shown}" in report.servers([Row()], state_of)


def test_guests_are_known_to_be_shut_down(tmp_path, monkeypatch, capsys):
    state = StateFolder(tmp_path / "cloud")
    state.create()
    state.compute_conf.write_text("")
    monkeypatch.setattr(cloud.cloud.servers, "listed", lambda _: [Row()])
    shown = []
    for boot in (current_boot(), "", "another"):
        state.save(Settings(driver="fake", boot=boot))
        assert cloud.main(["status", "--state-dir", str(state.path)]) == 3
        shown.append("stopped" if "stopped" in capsys.readouterr().out else "active")
    assert shown == ["active", "stopped", "stopped"]
    assert json.loads(state.settings_file.read_text())["boot"] == "another"
