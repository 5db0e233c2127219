import pytest

from computeapi.domain.flavors import Flavor
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.admin_passwords import AdminPasswords
from computeapi.service.servers.evacuating import Evacuating
from computeapi.service.servers.migrating import Migrating
from computeapi.service.servers.moves import Moves
from computeapi.service.servers.moving import Moving
from tests.db.moves.accepting import NO_QUOTAS, OPTIONS, Anything


@pytest.fixture
def server(database, add_host, make_server):
    """A server on the host h1, of 1 vCPU, 512 MiB and 1 GiB."""
    add_host("h1")
    server = make_server(host="h1")
    with database.write() as tx:
        tx.flavors.add(Flavor("large", "large", 4096, 4, 10))
        tx.flavors.add(Flavor("off", "off", 4096, 4, 10, disabled=True))
        tx.flavors.add(Flavor("secret", "secret", 4096, 4, 10, is_public=False))
        tx.flavors.add(Flavor("zero", "zero", 4096, 4, 0))
        tx.flavors.add(Flavor("huge", "huge", 16384, 4, 10))
        tx.servers.add(server)
    return server


@pytest.fixture
def make_moving(database, woken):
    def make(quotas=NO_QUOTAS, may_stay=True):
        acceptance = Acceptance(database, Anything(), woken)
        return Moving(acceptance, Moves(acceptance, OPTIONS), QuotaReader(quotas), may_stay)

    return make


@pytest.fixture
def migrating(database, woken):
    acceptance = Acceptance(database, Anything(), woken)
    return Migrating(Moves(acceptance, OPTIONS), Anything())


@pytest.fixture
def evacuating(database, woken):
    acceptance = Acceptance(database, Anything(), woken)
    return Evacuating(Moves(acceptance, OPTIONS), AdminPasswords(), OPTIONS.host_down_after)
