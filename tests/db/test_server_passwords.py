"""Passwords that guests have posted, as rows."""

from datetime import datetime

import pytest

from computeapi.domain.errors import Invalid


def test_a_password_is_kept_replaced_and_forgotten(database):
    with database.write() as tx:
        assert tx.server_passwords.get("s1") is None
        tx.server_passwords.set("s1", "one")
        tx.server_passwords.set("s1", "two")
        tx.server_passwords.set("s2", "other")
    with database.write() as tx:
        assert tx.server_passwords.get("s1") == "two"
        for _ in range(2):
            tx.server_passwords.remove("s1")
    with database.read() as tx:
        assert tx.server_passwords.get("s1") is None
        assert tx.server_passwords.get("s2") == "other"


def test_a_password_may_have_1020_characters(database):
    with database.write() as tx:
        tx.server_passwords.set("s1", "x" * 1020)
        with pytest.raises(Invalid):
            tx.server_passwords.set("s2", "x" * 1021)


def test_a_password_dies_with_its_server(database, make_server):
    server = make_server()
    with database.write() as tx:
        tx.servers.add(server)
        tx.server_passwords.set(server.id, "x")
        tx.servers.save(server)
        assert tx.server_passwords.get(server.id) == "x"
        server.mark_deleted(datetime(2030, 1, 1))
        tx.servers.save(server)
    with database.read() as tx:
        assert tx.server_passwords.get(server.id) is None
