"""Months and periods."""

from datetime import datetime

import pytest

from computeapi.domain.usage import last_month


@pytest.mark.parametrize(
    ("before", "beginning", "ending"),
    [
        ("2026-11-27 12:00", "2026-10-01", "2026-11-01"),
        ("2026-11-01 00:00", "2026-10-01", "2026-11-01"),
        ("2026-01-31 00:00", "2025-12-01", "2026-01-01"),
        ("2024-03-01 00:01", "2024-02-01", "2024-03-01"),
        ("0001-01-07 00:00", "0001-01-01", "0001-01-01"),
    ],
)
def test_the_last_month_that_was_over(before, beginning, ending):
    expected = (datetime.fromisoformat(beginning), datetime.fromisoformat(ending))
    assert last_month(datetime.fromisoformat(before)) == expected
