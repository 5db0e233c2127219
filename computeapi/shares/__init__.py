"""The services for shared file systems that this one can work with."""

from computeapi.shares.none import NoShares

__all__ = ["NoShares"]
