"""The servers of a host in a period that is over: reported once, by a notification each."""

from datetime import datetime, timedelta

import pytest

from computeapi.domain.notifications import Settings
from computeapi.domain.usage import AuditPeriod
from computeapi.worker.usage_audits import Audits, UsageAudits

NOW = datetime(2026, 11, 27, 12, 34, 56)
HOUR = timedelta(hours=1)


@pytest.fixture
def add(database, make_server):
    """A function that adds a server that was there so many hours before now."""

    def add(began, ended=None, **fields):
        server = make_server(host=fields.pop("host", "h1"), **fields)
        with database.write() as tx:
            now = tx.now()
            tx.servers.add(server)
            server.launched_at = server.updated_at = now - began * HOUR
            if ended is not None:
                server.mark_deleted(now - ended * HOUR)
            tx.servers.save(server)
        return server.id

    return add


def audits(database, host="h1", period="day", may_look=True):
    wanted = Audits(AuditPeriod(period), Settings(host, "http://images"))
    return UsageAudits(database, host, wanted, lambda: may_look)


def told(database):
    with database.read() as tx:
        return list(tx.notifications.oldest(100))


def test_each_server_of_the_last_day_is_told_once(database, add):
    there = {add(100), add(100, 24), add(49, 0)}
    add(0)
    add(100, 49)
    elsewhere = add(100, host="h2")
    first = audits(database)
    for one in (first, first, audits(database)):
        one.look()
    found = told(database)
    assert {one.payload["instance_id"] for one in found} == there
    for one in found:
        assert (one.event_type, one.priority) == ("compute.instance.exists", "INFO")
        assert one.publisher_id == "compute.h1"
        begins = datetime.fromisoformat(one.payload["audit_period_beginning"])
        ends = datetime.fromisoformat(one.payload["audit_period_ending"])
        assert ends - begins == timedelta(days=1)
        assert one.created_at - timedelta(days=1) <= ends <= one.created_at
        assert one.payload["bandwidth"] == {}
    audits(database, "h2").look()
    assert told(database)[-1].payload["instance_id"] == elsewhere


def test_a_report_that_fails_is_made_again(database, add, monkeypatch):
    add(100)
    one = audits(database)
    with monkeypatch.context() as patch:
        patch.setattr("computeapi.domain.notifications.payload.of_server", None)
        with pytest.raises(TypeError):
            one.look()
    assert told(database) == []
    one.look()
    assert len(told(database)) == 1


@pytest.mark.parametrize(("period", "may_look"), [("none", True), ("day", False)])
def test_a_host_that_reports_no_use(database, add, period, may_look):
    add(100)
    audits(database, period=period, may_look=may_look).look()
    assert told(database) == []


@pytest.mark.parametrize(
    ("period", "beginning", "ending"),
    [
        ("hour", "2026-11-27 11:00", "2026-11-27 12:00"),
        ("day", "2026-11-26", "2026-11-27"),
        ("month", "2026-10-01", "2026-11-01"),
        ("year", "2025-01-01", "2026-01-01"),
    ],
)
def test_the_last_period_that_is_over(period, beginning, ending):
    expected = (datetime.fromisoformat(beginning), datetime.fromisoformat(ending))
    assert AuditPeriod(period).last(NOW) == expected


def test_a_word_is_marked_once(database):
    with database.write() as tx:
        assert [tx.leases.mark("a", word) for word in "xxyyx"] == [True, False, True, False, True]
        assert tx.leases.mark("b", "x")
