import ast
import re
from pathlib import Path

from bench import ease

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
'''


def test_lines_of_code_are_neither_comments_nor_docstrings(tmp_path: Path):
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "servers.py").write_text(SOURCE)
    (tmp_path / "app.py").write_text('"""An application."""\n\nx = 1\n')

    assert ease.lines(tmp_path) == {"the rest": 1, "views": 11}


def test_both_front_ends_are_counted():
    measured = ease.measure()

    assert all(sum(lines.values()) > 500 for lines in measured["lines"].values())
    assert all(len(entries) > 5 for entries in measured["defaults"].values())


def test_the_chapter_shows_code_that_is_there():
    chapter = ease.ROOT / "doc" / "source" / "falcon-or-pecan.rst"
    found = re.findall(r"literalinclude:: (\S+)(?:\n +:pyobject: (\S+))?", chapter.read_text())
    assert len(found) > 5
    for file, name in found:
        tree = ast.parse((chapter.parent / file).read_text())
        for part in filter(None, name.split(".")):
            [tree] = [node for node in tree.body if getattr(node, "name", None) == part]
