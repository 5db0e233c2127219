"""Other services: how their failures are logged."""

import logging

import pytest

from computeapi import conf
from computeapi.domain import errors
from computeapi.peer import Peer


@pytest.fixture
def peer():
    options = conf.load()
    # Nothing listens there.
    options.set_override("endpoint", "http://127.0.0.1:1", group="neutron")
    options.set_override("auth_url", "http://127.0.0.1:1/v3", group="neutron")
    options.set_override("password", "secret", group="neutron")
    return Peer(options, "neutron", "network service", errors.NetworkUnreachable)


def levels(caplog):
    return [each.levelno for each in caplog.records if each.name == "computeapi.peer"]


@pytest.mark.parametrize("call", ["service_token", "send"])
def test_a_service_that_starts_is_no_error(peer, caplog, call):
    sent = (peer._anonymous, "GET", "/") if call == "send" else ()
    with pytest.raises(errors.NetworkUnreachable):
        getattr(peer, call)(*sent)
    assert levels(caplog) == [logging.WARNING]
    assert not [each for each in caplog.records if each.levelno > logging.WARNING]


def test_an_answer_without_sense_is_an_error(peer, caplog):
    assert isinstance(peer.nonsense("no object: []"), errors.NetworkUnreachable)
    assert levels(caplog) == [logging.ERROR]
