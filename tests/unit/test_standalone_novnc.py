"""noVNC for a cloud on one machine."""

import pytest

from computeapi.standalone import image_packages, novnc
from computeapi.standalone.errors import CloudError


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The cache of a user on whose machine noVNC is not installed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(novnc, "INSTALLED", tmp_path / "usr" / "share" / "novnc")
    return tmp_path / "cache" / "computeapi" / "novnc"


@pytest.fixture
def unpacked(monkeypatch):
    """The calls that unpack packages; each gives the files that the test names."""
    calls = []

    def unpack(packages, work, root):
        calls.append(list(packages))
        target = root / novnc.INSTALLED.relative_to("/")
        target.mkdir(parents=True)
        for name in unpack.files:
            (target / name).write_text("<p>")

    unpack.files = [novnc.PAGE]
    monkeypatch.setattr(image_packages, "unpack", unpack)
    monkeypatch.setattr(novnc.shutil, "which", lambda program: f"/usr/bin/{program}")
    unpack.calls = calls
    return unpack


def test_an_installed_package_is_used(cache, unpacked):
    novnc.INSTALLED.mkdir(parents=True)
    (novnc.INSTALLED / novnc.PAGE).write_text("<p>")
    novnc.fetch()
    assert novnc.folder() == novnc.INSTALLED
    assert not cache.exists()
    assert unpacked.calls == []


def test_the_files_are_fetched_once(cache, unpacked):
    assert novnc.folder() == cache
    assert not novnc.is_there()
    for _ in range(2):
        novnc.fetch()
        assert novnc.is_there()
    assert unpacked.calls == [["novnc"]]
    assert [path.name for path in cache.parent.iterdir()] == ["novnc"]


def test_half_a_copy_is_replaced(cache, unpacked):
    cache.mkdir(parents=True)
    (cache / "half").write_text("")
    novnc.fetch()
    assert [path.name for path in cache.iterdir()] == [novnc.PAGE]


def test_a_package_without_the_page_is_refused(cache, unpacked):
    unpacked.files = ["vnc.html"]
    with pytest.raises(CloudError, match=r"holds no vnc_lite\.html"):
        novnc.fetch()
    assert not cache.exists()


def test_without_apt_the_package_is_named(cache, monkeypatch):
    monkeypatch.setattr(novnc.shutil, "which", lambda _program: None)
    with pytest.raises(CloudError, match="install the package novnc"):
        novnc.fetch()
