"""The patches fit the installed releases, change how fast a library is, and nothing else."""

import functools
import gc
import importlib.util
import inspect
import subprocess
import weakref

import pecan.compat
import pytest

from bench import patches

STOCK = pecan.compat.getargspec
NAMES = sorted(path.stem for path in patches.FOLDER.glob("*.patch"))


@pytest.fixture(scope="module")
def compat(tmp_path_factory):
    """The patched module, under another name."""
    folder = patches.copy(["pecan-getargspec"], tmp_path_factory.mktemp("patched"))
    spec = importlib.util.spec_from_file_location(
        "patched_compat", folder / "compat" / "__init__.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Controller:
    def plain(self, a, b=1):
        """A method."""

    def open(self, *args, **kwargs):
        """A method that takes anything."""

    def strict(self, *, key, other=None):
        """A method with keywords only."""

    @classmethod
    def of_class(cls, a):
        """A method of the class."""

    @staticmethod
    def static(a, b=()):
        """A function."""

    def __call__(self, a):
        """The call of an instance."""


@functools.wraps(Controller.plain)
def wrapped(*args, **kwargs):
    """A decorated method."""


def signed(*args):
    """A function that says what it takes."""


signed.__signature__ = inspect.signature(Controller.plain)


@pytest.mark.parametrize(
    "controller",
    [
        Controller.plain,
        Controller().plain,
        Controller().open,
        Controller().strict,
        Controller.of_class,
        Controller.static,
        Controller(),
        Controller,
        functools.partial(Controller.static, 1),
        functools.partial(Controller.static, b=1),
        wrapped,
        signed,
        lambda: None,
        len,
    ],
)
def test_argspecs_are_those_of_the_release(compat, controller):
    spec, expected = compat.getargspec(controller), STOCK(controller)
    assert spec == expected
    assert type(spec).__name__ == type(expected).__name__
    assert spec._asdict() == expected._asdict()


@pytest.mark.parametrize("no_controller", [None, 1, "index"])
def test_what_has_no_argspec_has_none_patched(compat, no_controller):
    with pytest.raises(TypeError) as expected:
        STOCK(no_controller)
    with pytest.raises(TypeError) as raised:
        compat.getargspec(no_controller)
    assert str(raised.value) == str(expected.value)


def test_no_class_is_made_a_call(compat):
    assert type(STOCK(signed)) is not type(STOCK(signed))
    assert type(compat.getargspec(signed)) is type(compat.getargspec(wrapped))


def test_nothing_is_kept_of_a_function(compat):
    def controller(self, a):
        """A function that goes away."""

    compat.getargspec(controller).args.clear()
    assert compat.getargspec(controller).args == ["self", "a"]
    controller.__defaults__ = (1,)
    assert compat.getargspec(controller).defaults == (1,)
    gone = weakref.ref(controller)
    del controller
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("name", NAMES)
def test_patches_fit_the_installed_release(name, tmp_path):
    text = (patches.FOLDER / f"{name}.patch").read_text()
    changed = [line.removeprefix("+++ b/") for line in text.splitlines() if line[:4] == "+++ "]
    assert any("tests" in path.split("/") for path in changed)
    folder = patches.copy([name], tmp_path)
    source = next(path for path in changed if path.startswith(f"{folder.name}/"))
    stock = importlib.util.find_spec(folder.name).submodule_search_locations[0]
    before = (patches.Path(stock).parent / source).read_text()
    after = (tmp_path / source).read_text()
    assert before != after
    compile(after, source, "exec")


def test_a_patch_that_does_not_fit_is_refused(tmp_path, monkeypatch):
    stale = (
        "--- a/pecan/core.py\n+++ b/pecan/core.py\n"
        "@@ -1,1 +1,1 @@\n-there is no such line\n+another\n"
    )
    (tmp_path / "pecan-stale.patch").write_text(stale)
    monkeypatch.setattr(patches, "FOLDER", tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        patches.copy(["pecan-stale"], tmp_path / "copy")
