"""The hardware of guests: the settings of flavors and images, alone and together."""

from computeapi.domain.hardware.hardware import Hardware, of_accepted, read
from computeapi.domain.hardware.topology import Topology

__all__ = ["Hardware", "Topology", "of_accepted", "read"]
