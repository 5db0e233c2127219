"""Moments as response bodies show them. There are two ways, and each field has its own."""

from datetime import datetime


def seconds(moment: datetime) -> str:
    """Return e.g. ``2026-11-23T04:34:53Z``."""
    return moment.isoformat(timespec="seconds") + "Z"


def microseconds(moment: datetime) -> str:
    """Return e.g. ``2026-11-23T04:34:53.000000``."""
    return moment.isoformat(timespec="microseconds")
