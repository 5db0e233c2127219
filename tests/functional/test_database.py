"""API processes on PostgreSQL: bursts wait for connections, and a hanging database is a 503."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests.db.silence import Proxy
from tests.functional.api_process import CONFIG, Site, free_port, wait_for

PATH = "/v2.1/servers/detail"
DATABASE = """
[database]
connection = {url}
connect_timeout = 10
statement_timeout = 5
"""


@pytest.fixture
def proxy(postgresql, postgresql_url):
    folder = sa.make_url(postgresql_url).query["host"]
    proxy = Proxy(f"{folder}/.s.PGSQL.5432")
    yield proxy
    proxy.close()


@pytest.fixture(params=["falcon", "pecan"])
def site(request, tmp_path, postgresql_url, proxy):
    """Two API processes on one port, which reach PostgreSQL through a proxy."""
    database = sa.make_url(postgresql_url).database
    url = f"postgresql+psycopg://test@127.0.0.1:{proxy.port}/{database}"
    config = CONFIG + DATABASE.format(url=url)
    made = Site(tmp_path, free_port(), processes=2, front_end=request.param, config=config).write()
    sync = ["-m", "computeapi.cmd.manage", "--config-file", made.config_file, "db", "sync"]
    subprocess.run([sys.executable, *map(str, sync)], check=True)
    with made.api():
        yield made


def ask(site, count, at_once):
    """Send requests, so many at once; return the answers."""

    def one(_):
        with site.client() as client:
            return client.ask("GET", PATH, headers=[("Connection", "close")])

    with ThreadPoolExecutor(at_once) as threads:
        return list(threads.map(one, range(count)))


def test_a_burst_is_served_and_a_silent_database_is_a_503(site, proxy):
    """The server of the tests accepts 60 connections: two processes may not exhaust them."""
    refused = {(a.status, a.body) for a in ask(site, 200, 100) if a.status != 200}
    assert not refused, site.log
    proxy.fall_silent()
    [answer] = ask(site, 1, 1)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "5"), answer.body
    proxy.recover()
    # One process may have noticed nothing yet.
    wait_for(lambda: {answer.status for answer in ask(site, 40, 20)} == {200})
