"""The type of the column that keeps how a port is bound."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from computeapi.domain.server_ports import BoundPort


class BoundPortType(TypeDecorator[BoundPort]):
    """A bound port as one JSON column."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self, value: BoundPort | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        """Turn a bound port into values of JSON."""
        return None if value is None else asdict(value)

    def process_result_value(
        self, value: dict[str, Any] | None, dialect: Dialect
    ) -> BoundPort | None:
        """Turn a row's value into a bound port."""
        return None if value is None else BoundPort.of(value)
