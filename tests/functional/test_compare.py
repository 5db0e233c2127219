"""The comparison in its smallest form: it measures, checks what it measures, and reports."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
VARIANTS = ("floor", "falcon", "pecan", "pecan-stock", "pecan-patched")
ONLY = (*VARIANTS, "sqlite", "none", "show", "inprocess", "breakdown")


def test_the_comparison_runs_and_reports(tmp_path):
    words = ["--quick", "--only", ",".join(ONLY), "--folder", tmp_path]
    subprocess.run(
        [sys.executable, "-m", "bench.compare", *words],
        cwd=ROOT,
        env={**os.environ, "COMPUTEAPI_BENCH_CACHE": str(tmp_path / "cache")},
        check=True,
        timeout=300,
    )
    told = json.loads((tmp_path / "comparison.json").read_text())
    measured = {entry["variant"]: entry["values"] for entry in told["samples"]}
    assert set(measured) == set(VARIANTS)
    assert all(len(rounds) == 3 and min(map(min, rounds)) > 0 for rounds in measured.values())
    assert {entry["variant"] for entry in told["breakdown"]} == set(VARIANTS) - {"pecan-patched"}
    report = (tmp_path / "comparison.md").read_text()
    assert "Pecan/WSME, times the cost of Falcon: show a server" in report
    assert "**Not in this run:**" in report
    assert "</html>" in (tmp_path / "comparison.html").read_text()
