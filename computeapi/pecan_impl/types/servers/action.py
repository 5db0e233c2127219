"""The body of a request for an action on a server."""

from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.servers.addresses import AddressActions
from computeapi.pecan_impl.types.servers.administration import AdministrationActions
from computeapi.pecan_impl.types.servers.console import ConsoleActions
from computeapi.pecan_impl.types.servers.deletion import DeletionActions
from computeapi.pecan_impl.types.servers.evacuating import EvacuatingActions
from computeapi.pecan_impl.types.servers.locking import LockingActions
from computeapi.pecan_impl.types.servers.migrating import MigratingActions
from computeapi.pecan_impl.types.servers.moving import MovingActions
from computeapi.pecan_impl.types.servers.power import PowerActions
from computeapi.pecan_impl.types.servers.rebuilding import RebuildingActions
from computeapi.pecan_impl.types.servers.removed import RemovedActions
from computeapi.pecan_impl.types.servers.rescue import RescueActions
from computeapi.pecan_impl.types.servers.security_groups import SecurityGroupActions
from computeapi.pecan_impl.types.servers.shelving import ShelvingActions
from computeapi.pecan_impl.types.servers.snapshots import SnapshotActions


class Action(
    PowerActions,
    LockingActions,
    MovingActions,
    MigratingActions,
    EvacuatingActions,
    ShelvingActions,
    RebuildingActions,
    RescueActions,
    DeletionActions,
    AdministrationActions,
    ConsoleActions,
    SecurityGroupActions,
    AddressActions,
    SnapshotActions,
    RemovedActions,
    OneOf,
):
    """An action on a server: exactly one of these."""
