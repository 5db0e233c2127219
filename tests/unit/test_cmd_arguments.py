"""The command lines of all commands."""

import pytest

from computeapi.cmd import api, arguments, cloud, manage, metadata, worker

COMMANDS = {
    "computeapi": cloud,
    "computeapi-api": api,
    "computeapi-manage": manage,
    "computeapi-metadata": metadata,
    "computeapi-worker": worker,
}


def fail(main, *words):
    """Return the exit status of a command line that is refused."""
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return ended.value.code


@pytest.mark.parametrize("name", COMMANDS)
def test_version_is_told(name, capsys):
    assert fail(COMMANDS[name].main, "--version") == 0
    assert capsys.readouterr().out == f"{name} {arguments.version()}\n"


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        (["up", "--stat-dir", "x"], "computeapi up"),
        (["up", "--front-ent=pecan"], "computeapi up"),
        (["up", "extra"], "computeapi up"),
        (["status", "--port", "1"], "computeapi status"),
        (["destroy", "--force"], "computeapi destroy"),
        (["--state-dir", "x", "up"], "computeapi"),
        (["upp"], "computeapi"),
        ([], "computeapi"),
    ],
)
def test_typo_prints_the_usage_of_its_own_command(words, usage, capsys):
    assert fail(cloud.main, *words) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"usage: {usage} [-h]")
    assert f"\n{usage}: error: " in said


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        (["db", "sync", "--al"], "computeapi-manage db sync"),
        (["db", "synk"], "computeapi-manage db"),
        (["host", "release"], "computeapi-manage host release"),
        (["--config", "x", "db", "sync"], "computeapi-manage"),
    ],
)
def test_typo_prints_the_usage_of_its_own_noun(words, usage, capsys):
    assert fail(manage.main, *words) == 2
    assert capsys.readouterr().err.startswith(f"usage: {usage} [-h]")


def test_typo_of_the_api_prints_its_usage(capsys):
    assert fail(api.main, "--config-file", "x", "--ap", "both") == 2
    assert "unrecognized arguments: --ap both (is --app meant?)" in capsys.readouterr().err


def test_option_that_was_meant_is_suggested(capsys):
    fail(cloud.main, "up", "--stat-dir", "x")
    assert "--stat-dir x (is --state-dir meant?)" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "-1", "65536", "99999", "abc", "1.5", "", "\u0661"])
def test_a_port_is_one_that_exists(port, capsys):
    assert fail(cloud.main, "up", f"--port={port}") == 2
    assert "is no number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "names"),
    [(["ssh"], "[USER@]SERVER"), (["ssh", "-i", "key"], "[USER@]SERVER")],
)
def test_only_arguments_that_must_be_given_are_asked_for(words, names, capsys):
    assert fail(cloud.main, *words) == 2
    assert capsys.readouterr().err.endswith(f"the following arguments are required: {names}\n")


def test_state_folder_has_a_name(capsys):
    assert fail(cloud.main, "up", "--state-dir=") == 2
    assert "argument --state-dir: it is empty" in capsys.readouterr().err
