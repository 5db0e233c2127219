"""The hardware of guests: what flavors and images may ask for, and what they ask for together."""

from computeapi.domain.hardware.hardware import Hardware, read
from computeapi.domain.hardware.topology import Topology

__all__ = ["Hardware", "Topology", "read"]
