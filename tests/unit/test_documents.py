"""The documents: what Sphinx renders otherwise than it was meant, without a warning."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (*(ROOT / "doc" / "source").rglob("*.rst"), *ROOT.glob("*.rst"))
)
_ADORNMENT = re.compile(r"([-=~^\"'`#*+.:_])\1{2,}$")
#: Of a simple table.
_BORDER = re.compile(r"\s*=+( +=+)+$")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.|#\.) \S")


def indentation(line):
    return len(line) - len(line.lstrip())


def swallowed(text):
    """Yield the lines that become words of the paragraph above, for lack of a blank line.

    These are headings with their underlines, directives, and the first items of lists. A line above
    of another indentation ends a list item or a definition, and no paragraph.
    """
    lines = ["", *text.splitlines(), ""]
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        if not above.strip() or indentation(above) != indentation(line):
            continue
        is_heading = line.strip() and not _ADORNMENT.match(above) and _ADORNMENT.match(below)
        is_first = (_ITEM.match(line) and not _ITEM.match(above)) or line.lstrip().startswith(".. ")
        in_table = _BORDER.match(above) or _BORDER.match(below)
        if is_heading or (is_first and not in_table):
            yield line


@pytest.mark.parametrize("page", PAGES)
def test_blocks_begin_after_a_blank_line(page):
    found = list(swallowed((ROOT / page).read_text()))
    assert not found, "a blank line is missing before each of these"


@pytest.mark.parametrize(
    "block", ["Heading\n-------\n", "- an item\n", "1. an item\n", ".. note:: this\n"]
)
def test_a_missing_blank_line_is_seen(block):
    assert list(swallowed(f"Some words.\n{block}")) == [block.splitlines()[0]]
    assert not list(swallowed(f"Some words.\n\n{block}"))
