"""The comparison in its smallest form: it measures, checks what it measures, and reports."""

import json
import subprocess
import sys
from pathlib import Path

from bench import spans
from testing.processes import unmeasured

ROOT = Path(__file__).parents[2]
VARIANTS = ("floor", "falcon", "pecan", "pecan-manual", "pecan-manual-patched")
ONLY = (*VARIANTS, "sqlite", "none", "show", "inprocess", "breakdown")


def test_the_comparison_runs_and_reports(tmp_path):
    committed = [path.read_bytes() for path in sorted((ROOT / "doc").glob("comparison.*"))]
    words = ["--quick", "--only", ",".join(ONLY), "--folder", tmp_path]
    subprocess.run(
        [sys.executable, "-m", "bench.compare", *words],
        cwd=ROOT,
        env=unmeasured() | {"COMPUTEAPI_BENCH_CACHE": str(tmp_path / "cache")},
        check=True,
        timeout=300,
    )
    raw = json.loads((tmp_path / "raw.json").read_text())
    measured = {entry["variant"]: entry["values"] for entry in raw["samples"]}
    assert set(measured) == set(VARIANTS)
    assert all(len(rounds) == 3 and min(map(min, rounds)) > 0 for rounds in measured.values())
    parts = {(entry["variant"], entry["part"]) for entry in raw["breakdown"]}
    for variant, borders in spans.BORDERS.items():
        assert {(variant, part) for part in borders.values()} <= parts
    found = json.loads((tmp_path / "comparison.json").read_text())
    assert set(found["speed"]["sqlite none cpu_us -"]["show"]) == set(VARIANTS)
    report = (tmp_path / "comparison.html").read_text()
    assert "<b>Not in this run:</b>" in report
    assert "next run" not in report
    assert committed == [path.read_bytes() for path in sorted((ROOT / "doc").glob("comparison.*"))]
