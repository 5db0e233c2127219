"""Console tokens as rows."""

from datetime import datetime, timedelta

import pytest

from computeapi.domain.console_tokens import (
    ConsoleToken,
    ConsoleType,
    access_path,
    hash_of,
    make_token,
)

NOW = datetime(2026, 1, 1, 12, 0, 0, 5)


def kept(tx, server_id="s", expires_at=NOW + timedelta(seconds=1)):
    """Keep a token; return it and the row."""
    token = make_token()
    row = ConsoleToken(
        hash_of(token), hash_of(access_path(token)), server_id, ConsoleType.SERIAL,
        "h1", "127.0.0.1", 65535, expires_at,
    )  # fmt: skip
    tx.console_tokens.add(row)
    return token, row


def test_a_token_is_found_by_each_of_its_secrets(database):
    with database.write() as tx:
        token, row = kept(tx)
        kept(tx)
    with database.read() as tx:
        assert tx.console_tokens.by_token(hash_of(token), NOW) == row
        assert tx.console_tokens.by_access(hash_of(access_path(token)), NOW) == row
        # Neither secret does for the other.
        assert tx.console_tokens.by_access(hash_of(token), NOW) is None
        assert tx.console_tokens.by_token(hash_of(access_path(token)), NOW) is None


@pytest.mark.parametrize("seconds", [0, 60])
def test_an_expired_token_is_no_token(database, seconds):
    late = NOW + timedelta(seconds=1 + seconds)
    with database.write() as tx:
        token, _ = kept(tx)
    with database.read() as tx:
        assert tx.console_tokens.by_token(hash_of(token), late) is None
        assert tx.console_tokens.by_access(hash_of(access_path(token)), late) is None


def test_expired_tokens_can_be_removed_and_others_stay(database):
    with database.write() as tx:
        old, _ = kept(tx, expires_at=NOW)
        young, row = kept(tx)
        tx.console_tokens.remove_expired(NOW)
    before = NOW - timedelta(days=1)
    with database.read() as tx:
        assert tx.console_tokens.by_token(hash_of(old), before) is None
        assert tx.console_tokens.by_token(hash_of(young), before) == row


def test_tokens_die_with_their_server(database, make_server):
    one, other = make_server(), make_server()
    with database.write() as tx:
        for server in (one, other):
            tx.servers.add(server)
        dead, _ = kept(tx, one.id)
        live, row = kept(tx, other.id)
        tx.servers.save(one)
        assert tx.console_tokens.by_token(hash_of(dead), NOW)
        one.mark_deleted(NOW)
        tx.servers.save(one)
    with database.read() as tx:
        assert tx.console_tokens.by_token(hash_of(dead), NOW) is None
        assert tx.console_tokens.by_token(hash_of(live), NOW) == row


def test_a_token_is_not_in_its_row():
    token = make_token()
    path = access_path(token)
    assert len({token, path, hash_of(token), hash_of(path)}) == 4
    assert token[:8] not in hash_of(token) + hash_of(path) + path
