"""Shows the memory of each process of a cloud: ``python -m bench.cloud_memory [STATE]``.

It is the proportional share (PSS) of ``computeapi up`` itself, and of the process that it started
for each service with all that this one started, guests not counted.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from computeapi.standalone import report
from computeapi.standalone.parts import table
from computeapi.standalone.state import StateFolder, default_folder

_MIB = 1024
#: In the command line of a guest's QEMU.
_GUEST = b"qemu-system"


def main(folder: Path) -> None:
    """Print a table of the processes that ``up`` runs, in MiB."""
    state = StateFolder(folder)
    state.require()
    holder = state.holder()
    if holder is None:
        sys.exit(f"The cloud in {folder} is not up.")
    settings = state.load()
    names = [*report.places(settings), *(p.name for p in table.processes(state, settings))]
    sizes = {"up": _pss(holder) / _MIB}
    sizes |= zip(names, _sizes(holder, names, state), strict=True)
    for name, size in sizes.items():
        print(f"{name:<16}{size:7.0f} MiB")
    print(f"{'together':<16}{sum(sizes.values()):7.0f} MiB")


def _sizes(holder: int, names: list[str], state: StateFolder) -> Iterator[float]:
    """Yield the memory of each service: its log is the standard output of its process."""
    logs = {_log(child): child for child in _children(holder)}
    for name in names:
        process = logs.get(str(state.logs / f"{name}.log"))
        yield sum(map(_pss, _tree(process))) / _MIB if process else 0.0


def _log(process: int) -> str:
    return str(Path(f"/proc/{process}/fd/1").resolve())


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _tree(process: int) -> Iterator[int]:
    if _GUEST in Path(f"/proc/{process}/cmdline").read_bytes():
        return
    yield process
    for child in _children(process):
        yield from _tree(child)


def _pss(process: int) -> float:
    """Return the proportional share of a process, in KiB (proc(5), smaps_rollup)."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = re.search(r"(?m)^Pss:\s+(\d+) kB", text)
    return float(found[1]) if found else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default_folder())
