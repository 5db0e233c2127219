"""Guests that are rescued: defined with a rescue disk before their own, and as they were again."""

import libvirt

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import disks_rescue
from computeapi.virt.driver import Guest, GuestSpec
from computeapi.virt.driver_rescue import RescueDisk
from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt.connection import explained
from computeapi.virt.libvirt.guests import Guests, not_found


class Rescue(Guests):
    """The methods of the port by which guests are rescued."""

    @explained("rescue the guest")
    def rescue(
        self, spec: GuestSpec, disk: RescueDisk, timeout: float, checkpoint: Checkpoint
    ) -> Guest:
        folder, domain = self._there(spec)
        if folder.rescue_token() != disk.token:
            if domain:
                self._shut_down(domain, timeout, checkpoint)
            folder.remove_files(disks_rescue.FILES)
            # From here on, another attempt goes on with the disks that are made.
            folder.mark_rescue(disk.token)
        if domain is None or not domain.isActive():
            made = disks_rescue.make(folder.path, spec, disk, checkpoint)
            domain = self._define_with(spec, made)
            checkpoint()
        return self._start(domain)

    @explained("end the rescue of the guest")
    def unrescue(self, spec: GuestSpec, timeout: float, checkpoint: Checkpoint) -> Guest:
        folder, domain = self._there(spec)
        if folder.rescue_token() is not None or domain is None:
            if domain:
                self._shut_down(domain, timeout, checkpoint)
            domain = self._define(spec, checkpoint)
            folder.remove_files(disks_rescue.FILES)
            folder.mark_rescue(None)
        return self._guest(domain)

    def _there(self, spec: GuestSpec) -> tuple[InstanceFolder, libvirt.virDomain | None]:
        """Return the folder and the domain of a guest, which may have no domain.

        :raises GuestNotFound: when there is no guest.
        """
        folder = self._instances.folder(spec.server_id)
        if not folder.exists():
            raise not_found(spec.server_id)
        return folder, self._find(spec.server_id)
