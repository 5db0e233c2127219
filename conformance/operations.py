"""Prints Nova's operations with the microversions of each: ``tests/unit/data/nova_operations.tsv``.

Run in a virtualenv that has ``nova``: ``python -m conformance.operations``. Operations that answer
410 at every microversion are left out.
"""

import sys
from collections.abc import Iterator
from itertools import groupby

from conformance.nova_api import NovaApi, NovaOperation


def lines() -> Iterator[str]:
    """Yield the lines of the table, in the order of Nova's routes, and of the names of actions."""
    yield "\t".join(("method", "path", "action", "min", "removed_in"))
    there = (operation for operation in NovaApi().operations if not operation.is_removed)
    for (method, path), found in groupby(there, lambda each: (each.method, each.path)):
        for operation in sorted(found, key=lambda each: each.action):
            yield "\t".join((method, path, operation.action, *_ends(operation)))


def _ends(operation: NovaOperation) -> tuple[str, str]:
    """Return the first microversion of an operation, and the one after its last, if it has one."""
    first, last = (getattr(operation.function, f"{end}_version", None) for end in ("min", "max"))
    return first or "2.1", f"2.{int(last.partition('.')[2]) + 1}" if last else ""


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines())
