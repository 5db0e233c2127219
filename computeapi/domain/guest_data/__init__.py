"""The data that a guest finds about its server, by the metadata service and on its config drive.

The formats are OpenStack's and EC2's ("Metadata" in Nova's user guide), which cloud-init and its
kin read.
"""

from computeapi.domain.guest_data import ec2, openstack
from computeapi.domain.guest_data.bus_addresses import BusAddress, BusAddresses
from computeapi.domain.guest_data.guest import GuestData

__all__ = ["BusAddress", "BusAddresses", "GuestData", "ec2", "openstack"]
