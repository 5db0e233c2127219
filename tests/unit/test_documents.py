"""The documents: what Sphinx renders otherwise than it was meant, without a warning."""

import re
from pathlib import Path

import pytest

from computeapi.policies.servers import interfaces
from computeapi.service.servers.interfaces import Interfaces

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (*(ROOT / "doc" / "source").rglob("*.rst"), *ROOT.glob("*.rst"))
)
_PATH = re.compile(
    r"`((?:computeapi|tests|testing|conformance|bench|tools|doc|etc)/[\w./-]+)"
    r"|\]\(((?!http)[\w./-]+)\)"
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


@pytest.mark.parametrize("page", [*PAGES, "README.md"])
def test_files_that_a_page_names_are_there(page):
    named = {code or link for code, link in _PATH.findall((ROOT / page).read_text())}
    missing = sorted(name for name in named if not (ROOT / name).exists())
    # ``make docs`` makes these.
    assert [name for name in missing if not name.startswith("doc/build")] == []


def test_readme_links_pages_that_can_be_read_before_they_are_built():
    linked = set(re.findall(r"\]\((doc/[\w./-]+\.rst)\)", (ROOT / "README.md").read_text()))
    assert len(linked) > 5
    for page in linked:
        text = (ROOT / page).read_text()
        assert not re.search(r"(?m)^\.\. \S*(conformance|watched|deaths|api-|guest-)\S*::", text)
        for included in re.findall(r"literalinclude:: (?:\.\./)+(\S+)", text):
            assert f"``{included}``" in text, f"{page} does not name the file that it includes"


def recipe(title):
    """Return the text of a recipe for adding an operation."""
    text = (ROOT / "doc/source/contributor/adding-an-operation.rst").read_text()
    return re.split(r"\n\n(?=.*\n-+\n)", text.partition(f"\n{title}\n")[2])[0]


@pytest.mark.parametrize(
    ("title", "theme"), [("An action", "power"), ("A resource below a server", "interfaces")]
)
def test_a_recipe_names_the_files_of_its_example(title, theme):
    """One theme has one name in every layer, so that a reader can follow the example."""
    named = set(re.findall(rf"computeapi/[a-z_/]+/servers/{theme}\.py", recipe(title)))
    there = {str(p.relative_to(ROOT)) for p in (ROOT / "computeapi").rglob(f"servers/{theme}.py")}
    assert named == there != set()


def test_the_resource_of_a_recipe_has_its_rules_and_methods():
    rules = {each["path"] for rule in interfaces.RULES for each in rule.operations}
    path = re.search(r"``(/servers/\{server_id\}/\S+)``", recipe("A resource below a server"))
    assert path
    assert {rule.partition("/{port_id}")[0] for rule in rules} == {path[1]}
    methods = [name for name in vars(Interfaces) if not name.startswith("_")]
    assert len(methods) == len(interfaces.RULES)
