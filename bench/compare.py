"""Measure both front ends beside the floor and Nova: ``python -m bench.compare``."""

import argparse
import fcntl
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from bench import (
    boot,
    breakdown,
    dependencies,
    ease,
    figures,
    inprocess,
    over_http,
    pythons,
    report,
    scale,
)
from bench.lab import Lab
from bench.plan import FULL, QUICK, Plan, restricted
from bench.results import Results
from testing.processes import ROOT, ProgramError

_PACKAGES = ("falcon", "pecan", "WSME", "WebOb", "SQLAlchemy", "orjson", "psycopg", "eventlet",
             "greenlet", "keystonemiddleware", "keystone", "oslo.policy", "oslo.config",
             "jsonschema-rs", "jsonschema", "waitress", "PasteDeploy")  # fmt: skip
#: The folder of the committed report, that of other runs, and that of a full run's raw results.
_COMMITTED, _OWN, _RAW = "doc", "build/comparison-quick", "build/comparison"
_PARTS: dict[str, Callable[[Lab], None]] = {
    "startup": inprocess.startup,
    "inprocess": inprocess.measure,
    "http": over_http.measure,
    "scale": scale.measure,
    "breakdown": breakdown.measure,
    "lifecycle": boot.measure,
}


def machine() -> dict[str, Any]:
    """Return the description of the machine."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20,
        "kernel": platform.release(),
        "load": [round(value, 2) for value in os.getloadavg()],
    }


def run(plan: Plan, output: Path) -> dict[str, Any]:
    """Measure, write the raw results, and return them.

    :raises ProgramError: when something that is measured does not work.
    """
    results, began = Results(), time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {text}", flush=True)

    installed = {one.name: one.version for one in metadata.distributions()}
    meta: dict[str, Any] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "mode": plan.mode,
        "machine": machine(),
        "versions": {name: installed[name] for name in _PACKAGES if name in installed},
        "python": platform.python_version(),
    }
    # First, as a part that fails here costs minutes: after the speeds, it would cost those too.
    _others(plan, results, say)
    with Lab(plan, results, say) as place, _alone(place.cache):
        for name, measure in _PARTS.items():
            if name in plan.parts:
                measure(place)
        meta["versions"] |= place.versions()
    meta["duration_s"] = round(time.monotonic() - began, 1)
    say(f"Wrote {output}")
    return results.write(output, meta)


def _alone(cache: Path) -> Any:
    """Hold the cache: two runs at once would measure each other."""
    lock = (cache / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ProgramError(f"Another comparison is running with {cache}.") from error
    return lock


def _others(plan: Plan, results: Results, say: Callable[[str], None]) -> None:
    """Measure everything but speed, all at the same time."""
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "dependencies": partial(dependencies.measure, plan.quick),
        "pythons": pythons.measure,
        "ease": ease.measure,
    }
    wanted = [name for name in parts if name in plan.parts]
    if wanted:
        say(", ".join(wanted).capitalize())
    with ThreadPoolExecutor() as pool:
        under_way = {name: pool.submit(parts[name]) for name in wanted}
        results.more |= {name: one.result() for name, one in under_way.items()}


def folder(args: argparse.Namespace) -> Path:
    """Return the folder of the results: only a whole full run replaces the committed report."""
    whole = not (args.quick or args.only)
    return (args.folder or ROOT / (_COMMITTED if whole else _OWN)).resolve()


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some 3 minutes in place of 20")
    parser.add_argument("--folder", type=Path, help="where comparison.json and .html go (a full "
                        f"run: {_COMMITTED}; any other run: {_OWN})")  # fmt: skip
    parser.add_argument("--only", default="", help="parts, variants, databases, kinds of auth "
                        "or scenarios, with commas between")  # fmt: skip
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    args = arguments().parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        plan = restricted(QUICK if args.quick else FULL, [w for w in args.only.split(",") if w])
        target = folder(args)
        kept = ROOT / _RAW if target == ROOT / _COMMITTED else target
        raw = run(plan, kept / "raw.json")
    except (ValueError, RuntimeError, ProgramError) as error:
        print(f"bench.compare: {error}", file=sys.stderr)
        return 1
    target.mkdir(parents=True, exist_ok=True)
    written = report.write(figures.Figures(figures.of(raw)), target)
    print(f"Wrote {' and '.join(map(str, written))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
