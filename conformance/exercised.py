"""The operations that clients and Tempest have carried out: ``exercised.tsv``, kept in the tree.

The page on conformance of the documents shows them, with the days of the runs. Each run of those
proofs writes its part of the file anew.
"""

import contextlib
import csv
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from tests.operations import Operation, operations

FILE = Path(__file__).with_name("exercised.tsv")
#: The line of a run: the proof, and its day in UTC.
_RUN = re.compile(r"(?m)^# (?P<proof>\w+): (?P<day>[-\d]+)$")
_ENDPOINT = re.compile(r"^/v2(\.1)?(?=/|$)")


def kept() -> dict[str, set[Operation]]:
    """Return the operations by the name of the proof that carried them out."""
    found: dict[str, set[Operation]] = {}
    lines = (line for line in FILE.read_text().splitlines() if not line.startswith("#"))
    for proof, *operation in csv.reader(lines, delimiter="\t"):
        found.setdefault(proof, set()).add(Operation(*operation))
    return found


def days() -> dict[str, date]:
    """Return the day of the last run of each proof, in UTC."""
    runs = _RUN.finditer(FILE.read_text())
    return {run["proof"]: date.fromisoformat(run["day"]) for run in runs}


@contextlib.contextmanager
def recorded(proof: str) -> Iterator[Path]:
    """Provide a folder for the records of a proof; write down its operations at the end."""
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder)
        yield records
        keep(proof, records)


def keep(proof: str, records: Path) -> None:
    """Write down the operations of a proof in place of those of its last run.

    :param records: a folder of the requests, as ``recorder.py`` writes them.
    """
    lines = (line for file in records.iterdir() for line in file.read_text().splitlines())
    found = kept() | {proof: set(of(lines))}
    rows = sorted((name, *operation) for name, each in found.items() for operation in each)
    ran = days() | {proof: datetime.now(UTC).date()}
    FILE.write_text(
        "".join(f"# {name}: {day}\n" for name, day in sorted(ran.items()))
        + "".join("\t".join(row) + "\n" for row in rows)
    )


def of(records: Iterable[str]) -> Iterator[Operation]:
    """Yield the operations of the requests that succeeded."""
    known = list(operations("falcon"))
    for line in records:
        record = json.loads(line)
        if record["status"] < 400:
            path = _ENDPOINT.sub("", record["path"]) or "/"
            body = record["request"]
            action = next(iter(body), "") if isinstance(body, dict) else ""
            found = find(known, record["method"], path, action)
            if found is not None:
                yield found


def find(known: Iterable[Operation], method: str, path: str, action: str = "") -> Operation | None:
    """Return the operation of a request, or None.

    :param path: without the version and the query.
    :param action: the first key of the body.
    """
    fitting = [
        operation
        for operation in known
        if operation.method == method
        and operation.action in ("", action)
        and re.fullmatch(operation.path.replace("{}", "[^/]+"), path.rstrip("/") or "/")
    ]
    # /servers/detail is a list, not a server whose id is "detail".
    return min(fitting, key=lambda operation: operation.path.count("{"), default=None)
