"""Moments as response bodies show them. There are two ways, and each field has its own.

Most fields show seconds, ``2026-11-23T04:34:53Z``: the JSON writer makes them of moments, see
:mod:`computeapi.falcon_impl.app`.
"""

from datetime import datetime


def microseconds(moment: datetime) -> str:
    """Return e.g. ``2026-11-23T04:34:53.000000``."""
    return moment.isoformat("T", "microseconds")
