"""The data that guests ask for, each about its own server."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import cast

from computeapi.domain.errors import Conflict, Error, Invalid, NotFound
from computeapi.domain.guest_data import BusAddress, BusAddresses, GuestData
from computeapi.domain.servers import Server
from computeapi.ports.database import Database, Transaction
from computeapi.ports.messaging import JSON

LOG = logging.getLogger(__name__)

#: Asks the worker of a host: see :meth:`computeapi.ports.messaging.RPCClient.call`.
Ask = Callable[..., JSON]

#: Characters that the password of a server may have.
MAX_PASSWORD = 1020


class GuestMetadata:
    """Shows guests the data of their servers, and keeps the passwords that they post.

    A request is a guest's, as the proxy in front of this service says: no token comes with it, and
    no policy applies.
    """

    def __init__(
        self, db: Database, vendor_data: Mapping[str, object], ask: Ask | None = None
    ) -> None:
        """:param vendor_data: of the operator, for all servers.
        :param ask: asks the worker of a host; None where there is no way to it.
        """
        self._db = db
        self._vendor_data = vendor_data
        self._ask = ask

    def get(self, server_id: str, project_id: str | None) -> GuestData:
        """Return the data of a server, without those for its config drive alone.

        :param project_id: the project of the port that the guest asks through; None where it asks
            through a network of its own.
        :raises NotFound: when there is no such server of the project.
        """
        with self._db.read() as tx:
            server = _load(tx, server_id, project_id)
            password = tx.server_passwords.get(server.id) or ""
            volumes = tx.block_devices.of_server(server.id)
        # Any program in a guest may ask over the network.
        public = replace(server, admin_password=None, personality=[])
        return GuestData(
            public, self._vendor_data, password, volumes, partial(self._bus_addresses, server)
        )

    def _bus_addresses(self, server: Server) -> BusAddresses:
        """Return the addresses of a server's devices; none when its host does not answer."""
        if self._ask is None or server.host is None:
            return {}
        try:
            answer = self._ask(server.host, "bus_addresses", server_id=server.id)
        except Error as error:
            LOG.warning("The devices of instance %s have no addresses: %s", server.id, error)
            return {}
        found = cast(dict[str, tuple[str, str]], answer)
        return {name: BusAddress(*place) for name, place in found.items()}

    def set_password(self, server_id: str, project_id: str | None, password: bytes) -> None:
        """Keep the password of a server, which its guest has encrypted with the owner's key.

        :raises NotFound: when there is no such server of the project.
        :raises Conflict: when the server has a password: it stays until its owner clears it.
        :raises Invalid: when it is too long, or no ASCII text.
        """
        if len(password) > MAX_PASSWORD:
            raise Invalid(f"The password is longer than {MAX_PASSWORD} characters.")
        if not password.isascii():
            raise Invalid("The password is no ASCII text.")
        with self._db.write() as tx:
            server = _load(tx, server_id, project_id, lock=True)
            if tx.server_passwords.get(server.id):
                raise Conflict(f"Instance {server.id} has a password already.")
            tx.server_passwords.set(server.id, password.decode("ascii"))


def _load(tx: Transaction, server_id: str, project_id: str | None, lock: bool = False) -> Server:
    server = tx.servers.get(server_id, lock=lock)
    if server is None or project_id not in (None, server.project_id):
        raise NotFound(f"Instance {server_id} could not be found.")
    return server
