"""The networks of a network service, for clients that ask this one for them.

A method may ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.networks import CloudNetwork


class Networks(Protocol):
    """The networks of a cloud. The network service decides which ones a caller may see."""

    def list(self, context: Context) -> Sequence[CloudNetwork]:
        """Return the networks that the caller may know of."""

    def get(self, context: Context, network_id: str) -> CloudNetwork:
        """Return a network.

        :raises NotFound: when there is none that the caller may know of.
        """
