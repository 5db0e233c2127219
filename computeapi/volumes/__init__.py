"""The volume services that this one can work with."""

from computeapi.volumes.none import NoVolumes

__all__ = ["NoVolumes"]
