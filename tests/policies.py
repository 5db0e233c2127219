"""The rules of Nova's policy, and the roles that each admits."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

NOVA = Path(__file__).parent / "unit" / "data" / "nova_policies.tsv"

#: Paths that Nova's documentation misspells, as they are.
_MISSPELT = {"/os-hypervisors/details": "/os-hypervisors/detail"}


class Rule(NamedTuple):
    """A rule of Nova's.

    :ivar scopes: the scopes of tokens that it takes.
    :ivar own: the roles that it admits to resources of the caller's own user and project.
    :ivar other: the roles that it admits to resources of other users and projects.
    :ivar requests: the requests that it guards, as :func:`plain` returns them.
    """

    scopes: frozenset[str]
    own: frozenset[str]
    other: frozenset[str]
    requests: frozenset[str]

    def admits(self, scope: str, role: str, is_own: bool) -> bool:
        """Return whether the rule admits a caller.

        :param scope: of the token.
        :param is_own: whether the resource is of the caller's own user and project.
        """
        return scope in self.scopes and role in (self.own if is_own else self.other)


def plain(request: str) -> str:
    """Return a request without the names in its braces, and without its query.

    :param request: a method and a path, and the name of an action in parentheses.
    """
    for wrong, right in _MISSPELT.items():
        request = re.sub(f"{wrong}$", right, request)
    request = re.sub(r"{[^}]*}", "{}", request)
    return re.sub(r"/(?=$| )|[?][^ ]*", "", request)


class Rules(dict[str, Rule]):
    """The rules of Nova by name."""

    def __missing__(self, name: str) -> Rule:
        raise LookupError(
            f"{name} is no rule of Nova's (tests/unit/data/{NOVA.name}): each operation is one of "
            "Nova's, with the name of Nova's rule"
        )


@cache
def nova() -> Rules:
    """Return the rules of Nova by name."""
    lines = (line for line in NOVA.read_text().splitlines() if not line.startswith("#"))
    return Rules(
        {
            row["rule"]: Rule(
                frozenset(row["scopes"].split()),
                frozenset(row["own"].split()),
                frozenset(row["other"].split()),
                frozenset(map(plain, row["requests"].split("; "))),
            )
            for row in csv.DictReader(lines, delimiter="\t")
        }
    )
