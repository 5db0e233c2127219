"""The patches of the comparison change how fast a library is, and nothing else."""

import functools
import gc
import importlib
import inspect
import sys
import weakref
from pathlib import Path

import pecan.compat
import pytest

from bench import patches

STOCK = pecan.compat.getargspec
PATCHES = ["falcon-jsonschema", "pecan-custom-segments", "pecan-cycle", "pecan-getargspec",
           "pecan-invoke-controller"]  # fmt: skip


@pytest.fixture
def compat(monkeypatch):
    """The module, imported once more, patched."""
    monkeypatch.setattr(pecan, "compat", pecan.compat)
    monkeypatch.delitem(sys.modules, "pecan.compat")
    module = importlib.import_module("pecan.compat")
    imported = module.getargspec
    patches.apply("pecan-getargspec")
    assert module.getargspec is imported
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
        """What an instance does."""


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


def test_others_are_not_patched():
    assert pecan.compat.getargspec.__code__ is STOCK.__code__
    assert not hasattr(pecan.compat, "ArgSpec")


@pytest.mark.parametrize("name", PATCHES)
def test_patches_fit_what_is_installed(name):
    text = (patches.ROOT / "doc" / "upstream" / f"{name}.patch").read_text()
    changed = patches.hunks_by_file(text)
    assert any("tests" in Path(path).parts for path in changed)
    installed = Path(pecan.__file__).parent.parent
    # Pecan's tests are installed with it, Falcon's are not.
    there = {path: hunks for path, hunks in changed.items() if (installed / path).exists()}
    assert there
    for path, hunks in there.items():
        source = (installed / path).read_text()
        text = patches.patched(source, hunks)
        assert text != source
        compile(text, path, "exec")


def test_stale_patches_are_refused():
    hunks = patches.hunks_by_file("--- a/m.py\n+++ b/m.py\n@@ -2,2 +2,2 @@\n two\n-three\n+3\n")
    assert patches.patched("one\ntwo\nthree\nfour\n", hunks["m.py"]) == "one\ntwo\n3\nfour\n"
    for other in ("one\ntwo\nTHREE\n", "zero\none\ntwo\nthree\n", "one\ntwo\n"):
        with pytest.raises(patches.StaleError):
            patches.patched(other, hunks["m.py"])


def test_methods_are_changed_where_they_are(monkeypatch, tmp_path):
    (tmp_path / "patched_methods.py").write_text(
        "class A:\n    x = 1\n\n    def name(self):\n        return 'one'\n\n"
        "    def other(self):\n        return self.x\n"
    )
    folder = tmp_path / "doc" / "upstream"
    folder.mkdir(parents=True)
    (folder / "one.patch").write_text(
        "--- a/patched_methods.py\n+++ b/patched_methods.py\n"
        "@@ -4,2 +4,2 @@\n     def name(self):\n-        return 'one'\n+        return 'two'\n"
    )
    monkeypatch.setattr(patches, "ROOT", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("patched_methods")
    kind, instance, other = module.A, module.A(), module.A.other
    patches.apply("one")
    assert module.A is kind
    assert instance.name() == "two"
    assert module.A.other is other


def test_patch_of_a_class_is_refused(monkeypatch, tmp_path):
    (tmp_path / "patched_module.py").write_text("class A:\n    x = 1\n")
    folder = tmp_path / "doc" / "upstream"
    folder.mkdir(parents=True)
    (folder / "one.patch").write_text(
        "--- a/patched_module.py\n+++ b/patched_module.py\n"
        "@@ -1,2 +1,2 @@\n class A:\n-    x = 1\n+    x = 2\n"
    )
    monkeypatch.setattr(patches, "ROOT", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(patches.StaleError, match="class"):
        patches.apply("one")
