"""Compare two runs, ratio by ratio: ``python -m bench.again FIRST.json SECOND.json``.

Takes every ratio that the report tells, and exits with 1 when one of them differs by more than
the tolerance (0.15, or ``--within``).
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.report_data import Results
from bench.report_tables import ratios


def differences(first: Results, second: Results) -> Iterator[tuple[str, float, float, float]]:
    """Yield each ratio that both have: what it is of, both medians, and the relative difference."""
    other = ratios(second)
    for what, ratio in ratios(first).items():
        if what in other:
            one, two = ratio.median, other[what].median
            yield what, one, two, abs(two / one - 1)


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m bench.again", description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--within", type=float, default=0.15)
    args = parser.parse_args(argv)
    found = list(differences(Results.load(args.first), Results.load(args.second)))
    found.sort(key=lambda one: -one[3])
    for what, one, two, difference in found:
        print(f"{difference:7.1%}  {one:9.2f} {two:9.2f}  {what}")
    beyond = sum(1 for one in found if one[3] > args.within)
    print(f"{len(found)} ratios, {beyond} of them not within {args.within:.0%}")
    return 1 if beyond or not found else 0


if __name__ == "__main__":
    sys.exit(main())
