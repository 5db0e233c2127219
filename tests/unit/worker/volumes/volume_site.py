"""A host with a worker, an API and a volume service; worker and API die at any step."""

import itertools
import time
import uuid
from datetime import timedelta

from computeapi import conf as options
from computeapi import volumes as adapters
from computeapi.domain import unfinished_images
from computeapi.domain.block_devices import ACCEPTANCE
from computeapi.domain.context import Context
from computeapi.domain.images import Image
from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, actions
from computeapi.domain.servers.snapshots import NewSnapshot
from computeapi.domain.volumes import Connector, NewVolumeAttachment
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.ports.cloud_services import CloudServices
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.creation_devices import Boot, CreationDevices
from computeapi.service.servers.new_volumes import NewVolumes
from computeapi.service.servers.volume_attachments import VolumeAttachments
from computeapi.service.servers.volume_images import VolumeImages
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.volume_disks import Mounts
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.leases import Lease
from computeapi.worker.left_volumes import LeftVolumes
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers
from computeapi.worker.servers.with_volumes import WithVolumes, with_volumes
from computeapi.worker.stray_attachments import StrayAttachments
from computeapi.worker.stray_detachments import StrayDetachments
from computeapi.worker.transfers import Transfers
from computeapi.worker.unfinished_images import UnfinishedImages

CONTEXT = Context("u1", "p1", "req-1", frozenset({"member"}), token="alice:p1:member")


class Everyone:
    """A policy by which every caller may do everything."""

    def authorize(self, *_arguments):
        """Allow it."""

    def authorize_scope(self, *_arguments):
        """Allow it."""


class Nobody:
    """Wakes no worker: see :meth:`VolumeSite.work`."""

    def cast(self, host):
        """Miss it."""


class VolumeSite:
    """A host with a hypervisor, a worker, an API and a volume service."""

    def __init__(self, db, images, folder, cinder, make_server) -> None:
        conf = options.load()
        conf.set_override("state_path", str(folder))
        for name, value in cinder.options().items():
            conf.set_override(name, value, group="volumes")
        self.db, self.cinder = db, cinder
        self._make_server = make_server
        self._numbers = itertools.count(1)
        self.driver = FakeDriver(conf)
        volumes = adapters.load(conf)
        self.strays = StrayAttachments(db, volumes, 1.0)
        self.stray_detachments = StrayDetachments(db, volumes, 1.0)
        self.devices = BlockDevices(db, volumes, Connector("h1"), Mounts([]), 1.0)
        driver = with_volumes(self.driver, self.devices)
        steps = Servers(driver, images, lambda server: {}, Transfers(folder, None), None, 5.0)
        steps = WithVolumes(steps, self.driver, self.devices, 5.0)
        self.operations = Operations(db, steps, "h1", Limits(), lambda _host: None)
        acceptance = Acceptance(db, Everyone(), Nobody())
        self.new = NewVolumes(acceptance, volumes)
        self.api = VolumeAttachments(acceptance, Everyone(), self.new)
        self._creation = CreationDevices(db, volumes, images)
        self.store = FolderSnapshots(folder / "images")
        self.store_folder = folder / "images"
        self.store_folder.mkdir()
        beside = CloudServices(images, None, volumes, None, self.store)
        self.volume_images = VolumeImages(acceptance, beside)
        self._unfinished = UnfinishedImages(db, self.store, lambda: True, volumes)

    def prepare(self, points, **fields) -> str:
        """Make a server with a guest, without a death."""
        server_id = str(uuid.UUID(int=next(self._numbers)))
        spec = GuestSpec(server_id, f"instance-{server_id}", 1, 512, 1)
        with points.calm():
            self._make_server(server_id, power_state=PowerState.RUNNING, **fields)
            self.driver.spawn(spec, lambda: None)
        return server_id

    def attach(self, server_id, volume_id) -> int:
        """Ask the API to attach a volume; return how often it died."""
        try:
            self.api.attach(CONTEXT, server_id, NewVolumeAttachment(volume_id))
        except SystemExit:
            return 1
        return 0

    def attached(self, points, server_id, **fields) -> str:
        """Attach a new volume, without a death; return its id."""
        volume_id = self.cinder.add()
        with points.calm():
            self.api.attach(CONTEXT, server_id, NewVolumeAttachment(volume_id, **fields))
            self.work()
        return volume_id

    def detach(self, server_id, volume_id) -> int:
        """Ask the API to detach a volume; return how often it died."""
        try:
            self.api.detach(CONTEXT, server_id, volume_id)
        except SystemExit:
            return 1
        return 0

    def swap(self, server_id, volume_id, new_id) -> int:
        """Ask the API to swap volumes; return how often it died."""
        try:
            self.api.swap(CONTEXT, server_id, volume_id, new_id)
        except SystemExit:
            return 1
        return 0

    def accept(self, action, server_id, host="h1", **params) -> None:
        """Accept an action; a server that was taken off its host gets one."""
        with self.db.write() as tx:
            server = tx.servers.get(server_id, lock=True)
            server.host = host
            Acceptance.queue(tx, CONTEXT, server, action, params)

    def booted(self, points) -> tuple[str, str]:
        """Make a server that boots from a volume, without a death; return both ids."""
        server_id = self.prepare(points, image_id=None)
        volume_id = self.attached(points, server_id)
        with points.calm(), self.db.write() as tx:
            (device,) = tx.block_devices.of_server(server_id)
            device.boot_index = 0
            tx.block_devices.save(device)
        return server_id, volume_id

    def create(self, *planned) -> str:
        """Ask the API for a server with volumes; return its id."""
        server_id = str(uuid.UUID(int=next(self._numbers)))
        image = Image("", "", "active", None, 0, 0, "raw")
        self._make_server(server_id, vm_state="building", task_state="scheduling", image_id=None)
        with self.db.write() as tx:
            server = tx.servers.get(server_id, lock=True)
            CreationDevices.keep(tx, server, Boot(image, planned))
            tx.operations.add(Operation.of(actions.CREATE, server, "u1", "req-1"))
        self._creation.make(CONTEXT, [server])
        return server_id

    def work(self) -> int:
        """Make the worker carry out all operations; return how often it died meanwhile."""
        died = 0
        while True:
            try:
                operation = self.db.claim()
                if operation is None:
                    return died
                self.operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))
            except SystemExit:
                died += 1
                until = [o.lease_until for o in self.db.operations() if o.lease_until]
                self.db.now = max([self.db.now, *until])

    def sweep(self) -> int:
        """Release what is left over, long after; return how often the worker died."""
        self.db.now += ACCEPTANCE + timedelta(seconds=1)
        died = 0
        for _ in range(2):
            try:
                LeftVolumes(self.db, self.devices, 1.0).look()
                self.strays.look()
                self.stray_detachments.look()
            except SystemExit:
                died += 1
        return died

    def make_image(self, server_id) -> int:
        """Ask the API for an image of a server; return how often it died."""
        try:
            server = self.db.server(server_id)
            self.volume_images.make(CONTEXT, server, NewSnapshot("snap"))
        except SystemExit:
            return 1
        return 0

    def sweep_images(self) -> int:
        """Remove the images that are not finished, long after; return how often it died."""
        self.db.now += unfinished_images.ACCEPTANCE + timedelta(seconds=1)
        died = 0
        while True:
            try:
                self._unfinished.look()
            except SystemExit:
                died += 1
            else:
                return died

    def plugged(self, server_id) -> list[str]:
        """Return the volumes of a guest."""
        return self.driver._records.read(server_id)["volumes"]

    def rows(self, server_id):
        """Return the block devices of a server: their volumes and states."""
        return [(device.volume_id, device.state) for device in self.devices_of(server_id)]

    def devices_of(self, server_id):
        """Return the block devices of a server."""
        with self.db.read() as tx:
            return tx.block_devices.of_server(server_id)
