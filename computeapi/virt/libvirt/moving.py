"""Guests that move: set aside, packed, made anew, and put back.

A guest that is set aside has no definition, and its folder bears another name, so that another
guest of the same server can be made beside it.
"""

from collections.abc import Callable
from pathlib import Path

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import disks, packages
from computeapi.virt.driver import DriverError, Guest, GuestSpec
from computeapi.virt.libvirt.connection import explained
from computeapi.virt.libvirt.guests import Guests, not_found


class Moving(Guests):
    """The methods of the port by which guests move."""

    @explained("set the guest aside")
    def park(self, server_id: str, timeout: float, checkpoint: Checkpoint) -> None:
        folder, parked = self._instances.folder(server_id), self._instances.parked(server_id)
        domain = self._find(server_id)
        if folder.exists():
            if parked.exists():
                raise DriverError(f"another guest {server_id} is set aside on this host already")
            if domain:
                self._shut_down(domain, timeout, checkpoint)
            folder.move_to(parked)
        elif not parked.exists():
            raise not_found(server_id)
        if domain:
            self._undefine(domain)

    def freeze(self, server_id: str, checkpoint: Checkpoint) -> None:
        raise DriverError("libvirt's embedded driver cannot migrate a guest that runs")

    @explained("pack the guest")
    def pack(self, server_id: str, target: Path, checkpoint: Checkpoint) -> None:
        parked = self._instances.parked(server_id)
        if not parked.exists():
            raise not_found(server_id)
        packages.pack(parked.path, target, checkpoint)

    @explained("make the guest anew")
    def rebuild(
        self,
        spec: GuestSpec,
        token: str,
        package: Callable[[], Path] | None,
        checkpoint: Checkpoint,
    ) -> Guest:
        folder, parked = (
            self._instances.folder(spec.server_id),
            self._instances.parked(spec.server_id),
        )
        if not folder.exists():
            if package is None and not parked.exists():
                raise not_found(spec.server_id)
            folder.make(
                token,
                lambda part: (
                    packages.copy(parked.path, part, checkpoint)
                    if package is None
                    else packages.unpack(package(), part, checkpoint)
                ),
            )
        if folder.token() != token:
            raise DriverError(f"there is a guest {spec.server_id} on this host already")
        domain = self._find(spec.server_id)
        if domain is None or not domain.isActive():
            disks.grow(folder.path, spec)
            domain = self._define(spec, checkpoint)
        return self._guest(domain)

    @explained("discard the guest")
    def discard(self, server_id: str, token: str) -> None:
        folder = self._instances.folder(server_id)
        folder.remove_part()
        if folder.token() != token:
            return
        domain = self._find(server_id)
        if domain:
            self._undefine(domain)
        self._networks.disconnect(server_id)
        folder.remove()

    @explained("put the guest back")
    def unpark(self, spec: GuestSpec, token: str, checkpoint: Checkpoint) -> Guest:
        folder, parked = (
            self._instances.folder(spec.server_id),
            self._instances.parked(spec.server_id),
        )
        if parked.exists():
            self.discard(spec.server_id, token)
            parked.move_to(folder)
        domain = self._find(spec.server_id)
        if domain is None:
            if not folder.exists():
                raise not_found(spec.server_id)
            domain = self._define(spec, checkpoint)
        return self._guest(domain)

    @explained("remove the guest that is set aside")
    def forget_parked(self, server_id: str) -> None:
        self._instances.parked(server_id).remove()

    @explained("look for the guest's disks")
    def has_disks(self, server_id: str) -> bool:
        return self._instances.folder(server_id).exists()

    @explained("make a guest of the disks")
    def adopt(self, spec: GuestSpec, checkpoint: Checkpoint) -> Guest:
        if not self.has_disks(spec.server_id):
            raise not_found(spec.server_id)
        return self._guest(self._find(spec.server_id) or self._define(spec, checkpoint))

    @explained("release the guest")
    def release(self, server_id: str) -> None:
        domain = self._find(server_id)
        if domain:
            self._undefine(domain)
        self._networks.disconnect(server_id)
