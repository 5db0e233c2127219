"""The operations on a server as its history."""

from datetime import timedelta

import pytest

from computeapi.domain.errors import MarkerNotFound
from computeapi.domain.operations import HistoryRequest


@pytest.fixture
def kept(database, make_operation):
    """Three operations on one server, the oldest first, and one on another server."""
    kept = []
    with database.write() as tx:
        for number, server in enumerate(["s1", "s1", "s2", "s1"]):
            operation = make_operation(server, "reboot")
            operation.request_id = f"req-{number}"
            tx.operations.add(operation)
            if server == "s1":
                kept.append(operation)
    return kept


def requests(page):
    return [operation.request_id for operation in page.items]


def test_the_history_is_that_of_one_server_newest_first(database, kept):
    with database.read() as tx:
        page = tx.operations.history("s1", HistoryRequest(10))
        assert requests(page) == ["req-3", "req-1", "req-0"]
        assert not page.more
        assert not tx.operations.history("s3", HistoryRequest(10)).items


def test_the_history_has_pages(database, kept):
    with database.read() as tx:
        page = tx.operations.history("s1", HistoryRequest(2))
        assert requests(page) == ["req-3", "req-1"]
        assert page.more
        page = tx.operations.history("s1", HistoryRequest(2, marker="req-1"))
        assert requests(page) == ["req-0"]
        with pytest.raises(MarkerNotFound):
            tx.operations.history("s1", HistoryRequest(2, marker="req-2"))


def test_the_history_by_moments(database, kept):
    with database.write() as tx:
        claimed = tx.operations.claim("host1", "w", 60)
        moment = claimed.updated_at
        tx.operations.finish(claimed, "done")
    later = moment + timedelta(hours=1)
    with database.read() as tx:
        assert len(tx.operations.history("s1", HistoryRequest(9, changed_before=later)).items) == 3
        assert not tx.operations.history("s1", HistoryRequest(9, changed_since=later)).items


def test_an_operation_by_the_request_that_asked_for_it(database, kept):
    with database.read() as tx:
        assert tx.operations.of_request("s1", "req-1").id == kept[1].id
        assert tx.operations.of_request("s1", "req-2") is None
