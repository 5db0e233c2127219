"""The operator's policy files, at the start and while the service runs."""

import logging
import os

import pytest
from oslo_config import cfg

from computeapi.domain.context import Context
from computeapi.policies import enforcer as module
from computeapi.policies.enforcer import Enforcer
from computeapi.policies.files import PolicyFileError

DELETE = "os_compute_api:servers:delete"
MEMBER = Context("u1", "p1", "r", frozenset({"member", "reader"}))
ADMIN = Context("u9", "p1", "r", frozenset({"admin", "member", "reader"}))
ADMINS_ONLY = f'"{DELETE}": "role:admin"\n'
BROKEN = {
    "yaml": f'"{DELETE}": "role:admin\n',
    "list": f"- {DELETE}\n",
    "text": "role:admin\n",
    "nothing said": f'"{DELETE}":\n',
    "number": f'"{DELETE}": 7\n',
    "mapping": f'"{DELETE}": {{"role": "admin"}}\n',
    "grammar": f'"{DELETE}": "role:admin or or"\n',
    "kind of check": f'"{DELETE}": "role admin"\n',
    "unknown rule": f'"{DELETE}": "rule:nonsense"\n',
    "circle": f'"{DELETE}": "rule:a"\n"a": "rule:b"\n"b": "rule:a"\n',
    "octets": "\x00\x01",
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "policy.yaml"


@pytest.fixture
def make(file, monkeypatch):
    monkeypatch.setattr(module, "LIFETIME", 0)

    def made(*, named=True):
        config = file.with_name("computeapi.conf")
        config.write_text(f"[oslo_policy]\npolicy_file = {file}\n" if named else "[DEFAULT]\n")
        conf = cfg.ConfigOpts()
        conf(["--config-file", str(config)], project="computeapi")
        return Enforcer(conf)

    return made


def write(file, text):
    """Write a file in a way that its state differs, however coarse the clock is."""
    file.write_text(text)
    write.moment += 1_000_000_000
    os.utime(file, ns=(write.moment, write.moment))


write.moment = 1_700_000_000_000_000_000


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_broken_file_stops_the_start_with_a_sentence(file, make, text):
    file.write_text(text)
    with pytest.raises(PolicyFileError) as refused:
        make()
    assert "\n" not in str(refused.value)
    assert str(file) in str(refused.value) or DELETE in str(refused.value)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_file_that_breaks_leaves_the_rules_in_force(file, make, text, caplog):
    write(file, ADMINS_ONLY)
    enforcer = make()
    write(file, text)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert not enforcer.allows(MEMBER, DELETE)
            assert enforcer.allows(ADMIN, DELETE)
    assert len([r for r in caplog.records if "stay as they were" in r.message]) == 1
    write(file, f'"{DELETE}": "role:member"\n')
    assert enforcer.allows(MEMBER, DELETE), "a file that was mended is taken"


@pytest.mark.parametrize("named", [True, False])
def test_file_that_goes_leaves_the_rules_in_force(file, make, named, caplog):
    write(file, ADMINS_ONLY)
    enforcer = make(named=named)
    assert not enforcer.allows(MEMBER, DELETE)
    file.unlink()
    assert not enforcer.allows(MEMBER, DELETE)
    assert f"policy file {file}" in caplog.text
    write(file, "{}\n")
    assert enforcer.allows(MEMBER, DELETE)


def test_file_that_is_being_written_leaves_the_rules_in_force(file, make):
    write(file, ADMINS_ONLY)
    enforcer = make()
    write(file, "")
    assert not enforcer.allows(MEMBER, DELETE)


def test_named_file_must_be_there(make):
    with pytest.raises(PolicyFileError, match=r"There is no policy file .*policy\.yaml"):
        make()


def test_file_that_comes_is_taken(file, make):
    enforcer = make(named=False)
    assert enforcer.allows(MEMBER, DELETE)
    write(file, ADMINS_ONLY)
    assert not enforcer.allows(MEMBER, DELETE)


def test_files_in_the_folder_are_watched(file, make, caplog):
    folder = file.with_name("policy.d")
    folder.mkdir()
    enforcer = make(named=False)
    write(folder / "more.yaml", ADMINS_ONLY)
    assert not enforcer.allows(MEMBER, DELETE)
    write(folder / "more.yaml", "- role\n")
    assert not enforcer.allows(MEMBER, DELETE)
    assert "more.yaml" in caplog.text


@pytest.mark.parametrize("rule", ["", "@", "!"])
def test_rules_for_everybody_and_for_nobody_are_rules(file, make, rule):
    file.write_text(f'"{DELETE}": "{rule}"\n')
    assert make().allows(MEMBER, DELETE) is (rule != "!")


def test_empty_file_changes_nothing(file, make):
    file.write_text("# no rules\n")
    assert make().allows(MEMBER, DELETE)
