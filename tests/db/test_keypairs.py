"""Keypairs as rows."""

import dataclasses
from datetime import datetime

import pytest

from computeapi.domain.errors import Conflict
from computeapi.domain.keypairs import Keypair


def keypair(name: str, user_id: str = "alice") -> Keypair:
    moment = datetime(2024, 1, 1, 0, 0, 0, 1)
    return Keypair(None, user_id, name, "ssh", "ssh-rsa " + "A" * 5000, "aa:bb", moment)


def test_a_keypair_comes_back_as_it_was_kept(database):
    one = keypair("schlüssel")
    with database.write() as tx:
        tx.keypairs.add(one)
    assert isinstance(one.id, int)
    with database.read() as tx:
        assert tx.keypairs.get("alice", "schlüssel") == one
        assert tx.keypairs.get("bob", "schlüssel") is None


def test_each_user_has_a_list_of_their_own_by_name(database):
    with database.write() as tx:
        for name in ("b", "a", "B"):
            tx.keypairs.add(keypair(name))
        tx.keypairs.add(keypair("a", "bob"))
    with database.read() as tx:
        assert [k.name for k in tx.keypairs.list("alice")] == ["B", "a", "b"]
        assert tx.keypairs.count("alice") == 3
        assert tx.keypairs.count("carol") == 0


def test_a_name_is_given_once_to_a_user(database):
    with database.write() as tx:
        tx.keypairs.add(keypair("k"))
        with pytest.raises(Conflict, match=r"^Key pair 'k' already exists\.$"):
            tx.keypairs.add(dataclasses.replace(keypair("k"), public_key="other"))
        tx.keypairs.add(keypair("k", "bob"))
    with database.read() as tx:
        assert tx.keypairs.get("alice", "k").public_key != "other"


def test_a_deleted_keypair_is_gone(database):
    with database.write() as tx:
        tx.keypairs.add(keypair("k"))
        assert not tx.keypairs.delete("bob", "k")
        assert tx.keypairs.delete("alice", "k")
        assert not tx.keypairs.delete("alice", "k")
    with database.read() as tx:
        assert tx.keypairs.get("alice", "k") is None
