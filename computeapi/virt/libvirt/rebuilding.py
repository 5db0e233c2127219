"""Guests that get new disks."""

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.disks import EPHEMERALS
from computeapi.virt.driver import Guest, GuestSpec
from computeapi.virt.libvirt.connection import explained
from computeapi.virt.libvirt.guests import Guests


class Rebuilding(Guests):
    """The methods of the port by which guests get new disks."""

    @explained("make the guest's disks anew")
    def replace(
        self,
        spec: GuestSpec,
        token: str,
        keep_ephemeral: bool,
        timeout: float,
        checkpoint: Checkpoint,
    ) -> Guest:
        folder = self._instances.folder(spec.server_id)
        domain = self._find(spec.server_id)
        if folder.token() != token:
            if domain:
                self._shut_down(domain, timeout, checkpoint)
                self._undefine(domain)
                domain = None
            folder.create()
            folder.empty(keep=frozenset(EPHEMERALS) if keep_ephemeral else frozenset())
            # From here on, another attempt goes on with the disks that are made.
            folder.mark(token)
        if domain is None or not domain.isActive():
            domain = self._define(spec, checkpoint)
        return self._guest(domain)
