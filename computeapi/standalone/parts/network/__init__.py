"""The part ``network``: Neutron with OVN, in a network namespace of the cloud's own.

:mod:`~computeapi.standalone.parts.network.part` lists the processes;
:mod:`~computeapi.standalone.parts.network.switch` starts Open vSwitch and OVN,
:mod:`~computeapi.standalone.parts.network.uplink` makes the namespace and connects it, and
:mod:`~computeapi.standalone.parts.network.serve` is Neutron.
"""
