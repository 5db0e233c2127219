"""The worker of a host, put together of its parts."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oslo_config import cfg

from computeapi.domain.console_tokens import RelayAddress
from computeapi.domain.notifications import Settings
from computeapi.domain.usage import AuditPeriod
from computeapi.domain.volumes import Connector
from computeapi.ports.config_drive import ConfigDrive
from computeapi.ports.database import Database
from computeapi.ports.images import ImageCache
from computeapi.ports.messaging import Listener, RPCClient
from computeapi.ports.notifications import Notifier
from computeapi.ports.port_binding import PortBinding
from computeapi.ports.snapshots import SnapshotStore
from computeapi.ports.transfers import TransferStore
from computeapi.ports.volumes import Volumes
from computeapi.virt import host_facts
from computeapi.virt.driver import Driver
from computeapi.virt.volume_disks import Mounts
from computeapi.worker import timers
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.claims import Claims, Pace
from computeapi.worker.errands import Errand
from computeapi.worker.evacuations import EvacuationMarks, Evacuations
from computeapi.worker.hosts import Heartbeat, HostLock
from computeapi.worker.left_volumes import LeftVolumes
from computeapi.worker.moves import Moves
from computeapi.worker.notifications import Notifications
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.owners import identify
from computeapi.worker.ports import PortErrand, Ports
from computeapi.worker.prefetch import Prefetch
from computeapi.worker.reconcile import Reconcile, Rounds
from computeapi.worker.relay import Relay
from computeapi.worker.servers import Servers
from computeapi.worker.servers.networking import Networked
from computeapi.worker.servers.questions import questions
from computeapi.worker.servers.steps import StepRunner
from computeapi.worker.servers.with_volumes import WithVolumes, with_volumes
from computeapi.worker.shelved_images import ShelvedImages
from computeapi.worker.stray_attachments import StrayAttachments
from computeapi.worker.stray_detachments import StrayDetachments
from computeapi.worker.timers import TimedActions
from computeapi.worker.transfers import Transfers
from computeapi.worker.unfinished_images import UnfinishedImages
from computeapi.worker.uploads import Uploads
from computeapi.worker.usage_audits import Audits, UsageAudits

LOG = logging.getLogger(__name__)

_STOP_TIMEOUT = 30.0  # seconds for running steps to reach a checkpoint when the worker stops


@dataclass(frozen=True, slots=True)
class Adapters:
    """The adapters that a worker works with."""

    db: Database
    driver: Driver
    images: ImageCache
    config_drive: ConfigDrive
    transfers: TransferStore
    snapshots: SnapshotStore
    listener: Listener
    rpc_client: RPCClient
    volumes: Volumes | None = None
    ports: PortBinding | None = None
    notifier: Notifier | None = None


class Worker:
    """The one worker of a host."""

    def __init__(self, conf: cfg.ConfigOpts, adapters: Adapters) -> None:
        options = conf.worker
        db, driver, images = adapters.db, adapters.driver, adapters.images
        self._host: str = conf.host
        self._db = db
        self._driver = driver
        self._listener = adapters.listener
        self._state_path = Path(conf.state_path)
        self._lock = HostLock(self._state_path / "worker.lock")
        folder = self._state_path.absolute() / "instances"
        transfers = Transfers(folder, adapters.transfers)
        devices = _block_devices(conf, adapters)
        self._servers = _steps(conf, adapters, transfers, devices)
        interval, down_after = options.heartbeat_interval, conf.api.host_down_after
        self._heartbeat = Heartbeat(db, conf.host, interval, down_after, driver.uptime)
        limits = Limits(options.max_attempts, options.retry_timeout, down_after)
        holds = self._heartbeat.holds
        ports = Ports(db, adapters.ports, conf.host) if adapters.ports else None
        steps = Networked(self._servers, driver, ports) if ports else self._servers
        cast = adapters.rpc_client.cast
        operations = Operations(db, steps, conf.host, limits, cast, driver.cut_power)
        self._claims = Claims(db, operations, conf.host, _pace(conf), self._on_change, holds)
        reconcile = Reconcile(db, driver, images, conf.host, self._claims.is_busy, holds)
        looks = _looks(conf, adapters, transfers, holds)
        self._rounds = Rounds(reconcile, options.reconcile_interval, looks)
        port_file = self._state_path / "relay.port"
        wanted = RelayAddress(conf.console.relay_listen, conf.console.relay_port)
        self._relay = Relay(db, driver, conf.host, wanted, port_file)
        self._questions = questions(driver, lambda: self._relay.address)
        self._errands = [*_errands(conf, adapters, devices), *_port_errands(conf, ports, holds)]

    def start(self, on_lost: Callable[[], None]) -> None:
        """Take the host over and begin to work; returns when all threads run.

        :param on_lost: called when another worker has taken the host: end this one then.
        :raises Conflict: when the host has a worker, or belongs to another state folder.
        :raises DriverError: when the hypervisor cannot be reached.
        :raises OSError: when the relay of consoles cannot have its address.
        """
        self._lock.acquire()
        self._driver.open(self._on_change)
        self._relay.start()
        self._heartbeat.start(self._driver.facts(), identify(self._state_path), on_lost)
        with self._db.write() as tx:
            # Whoever held them is dead, or the lock would not be ours.
            released = tx.operations.release(self._host)
        if released:
            LOG.info("Took over %s operations from the previous worker", released)
        self._listener.start(self._host, self._wake, self._questions)
        self._claims.start()
        self._rounds.start()
        for errand in self._errands:
            errand.start()
        LOG.info("Worker of host %s is ready", self._host)

    def stop(self) -> None:
        """Claim no more, leave running operations to the next worker; guests run on."""
        LOG.info("Worker of host %s is stopping", self._host)
        self._listener.stop()
        self._relay.stop()
        if not self._claims.stop(_STOP_TIMEOUT):
            LOG.warning(
                "Some steps did not end in %g s; the next worker repeats them", _STOP_TIMEOUT
            )
        self._rounds.stop(_STOP_TIMEOUT)
        for errand in self._errands:
            errand.stop(_STOP_TIMEOUT)
        self._heartbeat.stop()
        with self._db.write() as tx:
            if self._heartbeat.leave(tx):
                tx.operations.release(self._host)
        self._driver.close()
        self._lock.release()
        LOG.info("Worker of host %s has stopped", self._host)

    def _wake(self) -> None:
        self._claims.wake()
        for errand in self._errands:
            errand.wake()

    def _on_change(self, server_id: str) -> None:
        self._rounds.changed(server_id)


def _steps(
    conf: cfg.ConfigOpts, adapters: Adapters, transfers: Transfers, devices: BlockDevices | None
) -> StepRunner:
    """Put together the steps that carry operations out.

    :param devices: the volumes of servers, where there is a volume service.
    """
    driver = adapters.driver if devices is None else with_volumes(adapters.driver, devices)
    uploads = Uploads(driver, adapters.snapshots, transfers.folder)
    images, config_drive = adapters.images, adapters.config_drive
    timeout = conf.worker.shutdown_timeout
    servers = Servers(driver, images, config_drive, transfers, uploads, timeout)
    if devices is None:
        return servers
    return WithVolumes(servers, adapters.driver, devices, timeout)


def _block_devices(conf: cfg.ConfigOpts, adapters: Adapters) -> BlockDevices | None:
    """Return the volumes of servers; None where there is no volume service."""
    if adapters.volumes is None or not adapters.volumes.is_enabled:
        return None
    connector = Connector(conf.host, conf.my_ip or host_facts.address())
    mounts = Mounts(conf.volumes.nfs_mounts)
    timeout = conf.volumes.creation_timeout
    return BlockDevices(adapters.db, adapters.volumes, connector, mounts, timeout)


def _looks(
    conf: cfg.ConfigOpts, adapters: Adapters, transfers: Transfers, holds: Callable[[], bool]
) -> list[Callable[[], None]]:
    """Put together the looks that a worker takes now and then, beside reconciling.

    :param holds: return whether the host is still this worker's.
    """
    options, db, cast = conf.worker, adapters.db, adapters.rpc_client.cast
    marks, reclaim_after = EvacuationMarks(transfers.folder), conf.reclaim_instance_interval
    return [
        Evacuations(db, adapters.driver, marks, conf.host, holds).look,
        Moves(db, transfers, conf.host, options.resize_confirm_window, cast, holds).look,
        UnfinishedImages(db, adapters.snapshots, holds, adapters.volumes).look,
        UsageAudits(db, conf.host, _audits(conf), holds).look,
        TimedActions(db, conf.host, timers.offload(options.shelved_offload_time), holds).look,
        TimedActions(db, conf.host, timers.deferred_delete(reclaim_after), holds).look,
    ]


def _audits(conf: cfg.ConfigOpts) -> Audits:
    """Return how the use of servers is reported."""
    options = conf.notifications
    period = AuditPeriod(options.usage_audit_period) if options.enabled else AuditPeriod.NONE
    return Audits(period, Settings(conf.host, conf.images.endpoint or ""))


def _errands(
    conf: cfg.ConfigOpts, adapters: Adapters, devices: BlockDevices | None
) -> list[Errand]:
    """Put together the threads that look for something to do."""
    options, db = conf.worker, adapters.db
    errands: list[Errand] = [
        Prefetch(db, adapters.images, conf.host, options.reconcile_interval),
        ShelvedImages(db, adapters.snapshots, options.poll_interval),
    ]
    if devices is not None and adapters.volumes is not None:
        errands.append(LeftVolumes(db, devices, options.reconcile_interval))
        errands.append(StrayAttachments(db, adapters.volumes, options.reconcile_interval))
        errands.append(StrayDetachments(db, adapters.volumes, options.reconcile_interval))
    if adapters.notifier is not None:
        pace = conf.notifications.interval, options.lease
        errands.append(Notifications(db, adapters.notifier, conf.host, *pace))
    return errands


def _port_errands(
    conf: cfg.ConfigOpts, ports: Ports | None, holds: Callable[[], bool]
) -> list[Errand]:
    """Put together the thread that looks after ports; none where servers have no ports.

    :param holds: return whether the host is still this worker's.
    """
    if ports is None:
        return []
    intervals = conf.neutron.refresh_interval, conf.worker.poll_interval
    return [PortErrand(ports, holds, time.monotonic, *intervals)]


def _pace(conf: cfg.ConfigOpts) -> Pace:
    options = conf.worker
    return Pace(options.threads, options.lease, options.poll_interval, options.operation_timeout)
