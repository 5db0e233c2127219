"""The commands of doc/source/operator/installing.rst, as a person types them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "doc" / "source" / "operator" / "installing.rst"
#: ``sudo``, which the machine of the tests need not have: root becomes the user, and any other user
#: runs the command as itself.
SUDO = """#!/usr/bin/env bash
set -eu
if [ "$1" = -u ]; then
    user=$2; shift 2
    [ "$(id -u)" != 0 ] || [ -z "${SUDO_SWITCHES:-}" ] ||
        exec setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups "$@"
fi
exec "$@"
"""
_TITLE = re.compile(r"^(?P<title>\S.*)\n-{3,}$", re.MULTILINE)
_BLOCK = re.compile(r"\.\. code-block:: (?:console|text)\n\n(?P<text>(?: {3}.*\n|\n)+)")
_LITERAL = re.compile(r"::\n\n(?P<text>(?: {4}.*\n|\n)+)")


def sections() -> dict[str, list[str]]:
    """Return the console blocks of the guide as shell scripts, by the title of their section."""
    return {
        title: [_script(block["text"], 3) for block in _BLOCK.finditer(text)]
        for title, text in _texts().items()
    }


def packages() -> list[str]:
    """Return the commands that prepare a machine, one a line."""
    (block,) = _LITERAL.finditer(_texts()["Packages"])
    return _script(block["text"], 4).replace("\\\n", "").splitlines()


def _texts() -> dict[str, str]:
    parts = _TITLE.split(GUIDE.read_text())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _script(block: str, indentation: int) -> str:
    """Return a block without its prompts: a line with a prompt begins a command."""
    lines = [line[indentation:] for line in block.splitlines()]
    return "\n".join(line.removeprefix("$ ") for line in lines).strip() + "\n"
