"""The network services that this one can work with."""

from computeapi.network.user_mode import UserModeNetwork

__all__ = ["UserModeNetwork"]
