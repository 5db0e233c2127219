"""The services of the cloud beside this one, of which requests for servers name things."""

from dataclasses import dataclass

from computeapi.ports.images import ImageStore
from computeapi.ports.network import Network
from computeapi.ports.shares import Shares
from computeapi.ports.snapshots import SnapshotStore
from computeapi.ports.volumes import Volumes


@dataclass(frozen=True, slots=True)
class CloudServices:
    """The services beside this one, each behind its port."""

    images: ImageStore
    network: Network
    volumes: Volumes
    shares: Shares
    snapshots: SnapshotStore
