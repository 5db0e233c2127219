"""The database as units of work."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from computeapi.ports.aggregates import AggregateRepository
from computeapi.ports.block_devices import BlockDeviceRepository
from computeapi.ports.claims import ClaimRepository
from computeapi.ports.console_tokens import ConsoleTokenRepository
from computeapi.ports.flavors import FlavorRepository
from computeapi.ports.hosts import HostRepository
from computeapi.ports.hypervisors import HypervisorRepository
from computeapi.ports.keypairs import KeypairRepository
from computeapi.ports.leases import LeaseRepository
from computeapi.ports.migrations import MigrationRepository
from computeapi.ports.notifications import NotificationRepository
from computeapi.ports.operations import OperationRepository
from computeapi.ports.quotas import QuotaRepository
from computeapi.ports.server_groups import ServerGroupRepository
from computeapi.ports.server_passwords import ServerPasswordRepository
from computeapi.ports.server_ports import ServerPortRepository
from computeapi.ports.servers import ServerRepository
from computeapi.ports.services import ServiceRepository
from computeapi.ports.shelved_images import ShelvedImageRepository
from computeapi.ports.unfinished_images import UnfinishedImageRepository
from computeapi.ports.usage import UsageRepository
from computeapi.ports.wanted_images import WantedImageRepository


class Transaction(Protocol):
    """One unit of work: all of it is kept, or nothing."""

    servers: ServerRepository
    flavors: FlavorRepository
    keypairs: KeypairRepository
    hosts: HostRepository
    migrations: MigrationRepository
    operations: OperationRepository
    claims: ClaimRepository
    console_tokens: ConsoleTokenRepository
    aggregates: AggregateRepository
    services: ServiceRepository
    hypervisors: HypervisorRepository
    wanted_images: WantedImageRepository
    unfinished_images: UnfinishedImageRepository
    quotas: QuotaRepository
    server_groups: ServerGroupRepository
    server_passwords: ServerPasswordRepository
    server_ports: ServerPortRepository
    usage: UsageRepository
    shelved_images: ShelvedImageRepository
    block_devices: BlockDeviceRepository
    notifications: NotificationRepository
    leases: LeaseRepository

    def now(self) -> datetime:
        """Return the database's clock."""

    def lock(self, name: str) -> None:
        """Lock a name until the transaction ends; other transactions that lock it wait."""


class Database(Protocol):
    """The database that keeps the domain objects."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a view to read through; each statement sees all that was committed before it."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a unit of work: committed at the end of the block, rolled back when it raises."""
