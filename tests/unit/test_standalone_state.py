"""The folder of a cloud."""

import os
import stat

import pytest

from computeapi.standalone import state as state_module
from computeapi.standalone.errors import CloudError
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder, write_private


@pytest.fixture
def state(tmp_path):
    return StateFolder(tmp_path / "cloud")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_enter(state):
    umask = os.umask(0)
    try:
        state.create()
        state.save(Settings())
    finally:
        os.umask(umask)
    for path in [state.path, *state.path.rglob("*")]:
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path


def test_an_existing_folder_is_closed_to_others(state):
    state.path.mkdir(mode=0o755)
    state.create()
    assert mode(state.path) == 0o700


def test_private_file_replaces_a_public_one(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert mode(path) == 0o600


def test_somebody_elses_folder_is_refused(state):
    state.path.mkdir()
    (state.path / "thesis.txt").write_text("years of work")
    with pytest.raises(CloudError, match="holds no cloud"):
        state.create()
    assert [p.name for p in state.path.iterdir()] == ["thesis.txt"]


def test_only_our_folder_is_removed(state):
    state.path.mkdir()
    kept = state.path / "thesis.txt"
    kept.write_text("years of work")
    with pytest.raises(CloudError, match="no cloud"):
        state.remove()
    assert kept.exists()
    kept.unlink()
    state.create()
    state.remove()
    assert not state.path.exists()


def test_removal_that_failed_can_be_tried_again(state, monkeypatch):
    state.create()

    def fail(path):
        raise OSError(path)

    with monkeypatch.context() as patched:
        patched.setattr(state_module.shutil, "rmtree", fail)
        with pytest.raises(OSError, match="cloud"):
            state.remove()
    assert state.is_ours()
    state.remove()
    assert not state.path.exists()


def test_what_a_link_leads_to_is_kept(state, tmp_path):
    kept = tmp_path / "elsewhere"
    kept.mkdir()
    (kept / "thesis.txt").write_text("years of work")
    state.create()
    (state.path / "link").symlink_to(kept)
    state.remove()
    assert (kept / "thesis.txt").exists()


@pytest.mark.parametrize("name", ["a b", "a$b", "a%b", "a\nb", "a?b", "a:b"])
def test_path_that_a_configuration_file_would_misread_is_refused(tmp_path, name):
    with pytest.raises(CloudError, match="cannot be used"):
        StateFolder(tmp_path / name)


def test_settings_outlive_a_start(state):
    state.create()
    settings = state.load()
    settings.port, settings.images = 9000, ["one"]
    state.save(settings)
    assert state.load() == settings


def test_passwords_are_generated_for_each_cloud():
    one, other = Settings().passwords, Settings().passwords
    assert len({*one.values(), *other.values()}) == len(one) + len(other)
    assert min(len(p) for p in one.values()) >= 24


def test_folder_has_one_holder(state):
    state.create()
    assert state.holder() is None
    with state.locked():
        assert state.holder() == os.getpid()
        with (
            pytest.raises(CloudError, match=f"already up .process {os.getpid()}"),
            state.locked(),
        ):
            pass
    assert state.holder() is None


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8775/v3"),
        ("192.0.2.7", "http://192.0.2.7:8775/v3"),
        ("::1", "http://[::1]:8775/v3"),
    ],
)
def test_catalog_names_the_address_listened_on(listen, url):
    assert Settings(listen=listen).endpoints["identity"] == url


def test_catalog_never_names_the_wildcard_address():
    assert "0.0.0.0" not in Settings(listen="0.0.0.0").endpoints["compute"]
