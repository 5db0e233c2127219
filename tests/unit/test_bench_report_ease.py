import textwrap
from pathlib import Path

import pytest

from bench import ease, virtualenvs

SOURCE = '''\
"""A module.

With a long docstring.
"""

import os  # code, and a comment

# A comment.
SCHEMA = {
    "name": 1,
}


class Input:
    """A class."""

    size = 3

    @property
    def large(self):
        """Say so."""
        text = """not a
        docstring"""
        return self.size > 3


class Asked(Input):
    colour = "red"
'''


@pytest.fixture
def end(tmp_path: Path) -> ease.FrontEnd:
    """A front end of one module."""
    folder = tmp_path / "falcon_impl"
    folder.mkdir()
    (folder / "app.py").write_text(SOURCE)
    return ease.FrontEnd(folder)


def test_each_line_counts_once(end):
    [file] = end.lines({"*.py": "glue"})

    assert file == {
        "file": "app.py", "role": "glue", "code": 13, "docstring": 6, "comment": 1, "blank": 8,
    }  # fmt: skip
    assert sum(file[kind] for kind in ("code", "docstring", "comment", "blank")) == len(
        SOURCE.splitlines()
    )


def test_a_file_without_a_role_is_stale(end):
    with pytest.raises(ease.Stale, match=r"app\.py has no role"):
        end.lines({"views/*": "documents"})


def test_validation_is_declared_or_written_out(end):
    assert end.validation(files=["app.py"]) == {"declared": 8, "written_out": 5}
    assert end.validation(files=[], base="Input") == {"declared": 2, "written_out": 0}
    assert end.validation(files=[], definitions=[["app.py", "Input.large"]]) == {
        "declared": 0, "written_out": 5,
    }  # fmt: skip


def test_a_definition_comes_with_its_decorators_and_without_its_margin(end):
    piece = end.piece("app.py", "Input.large")

    assert piece["source"].startswith("@property\ndef large(self):\n")
    assert (piece["line"], piece["lines"]) == (19, 5)
    assert piece["file"] == "computeapi/falcon_impl/app.py"


def test_attributes_leave_methods_out(end):
    source = end.piece("app.py", "Input", attributes=True)["source"]

    assert source == textwrap.dedent('''\
        class Input:
            """A class."""

            size = 3''')


def test_lines_with_a_text(end):
    assert end.piece("app.py", "SCHEMA", containing="name")["source"] == '"name": 1,'


@pytest.mark.parametrize(
    "place",
    [
        {"file": "gone.py", "name": "Input"},
        {"file": "app.py", "name": "Gone"},
        {"file": "app.py", "name": "Input.gone"},
        {"file": "app.py", "name": "SCHEMA", "containing": "gone"},
    ],
)
def test_what_is_not_there_is_stale(end, place):
    with pytest.raises(ease.Stale):
        end.piece(**place)


def test_every_place_of_the_comparison_is_there():
    measured = ease.measure()

    for name in ease.FRONT_ENDS:
        counted = {file["file"] for file in measured["lines"][name]}
        folder = virtualenvs.REPOSITORY / "computeapi" / f"{name}_impl"
        assert counted == {p.relative_to(folder).as_posix() for p in folder.rglob("*.py")}
    assert all(one["line"] for one in measured["corrections"])
    assert all(one[name]["lines"] > 0 for one in measured["operations"] for name in ease.FRONT_ENDS)


def test_the_frameworks_do_by_default_what_is_said_of_them():
    wrong = [one for one in ease.measure()["corrections"] if not one["holds"]]

    assert wrong == []


def test_requirements_come_from_setup_cfg():
    assert any(line.startswith("falcon") for line in virtualenvs.requirements("falcon"))
    assert any(line.startswith("SQLAlchemy") for line in virtualenvs.requirements())
    with pytest.raises(KeyError):
        virtualenvs.requirements("gone")
