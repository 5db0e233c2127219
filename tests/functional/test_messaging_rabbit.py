"""Messaging over a RabbitMQ of the test's own."""

import threading
import time

import oslo_messaging
import pytest

from computeapi import conf as configuration
from computeapi import messaging
from computeapi.domain import errors
from tests import green_rpc_client
from tests.functional.rabbit import BINARY, wait_until

HOST = "host1"

pytestmark = pytest.mark.skipif(BINARY is None, reason="rabbitmq-server is not installed")


@pytest.fixture(autouse=True)
def transports(rabbit, monkeypatch):
    """The connections to the broker, which end with the test that made them.

    Else their threads would look for the broker, and log that it is gone, in later tests.
    """
    made = []
    get = oslo_messaging.get_rpc_transport

    def noted(*arguments):
        made.append(get(*arguments))
        return made[-1]

    monkeypatch.setattr(oslo_messaging, "get_rpc_transport", noted)
    before = {*threading.enumerate()}
    yield
    # Connections end only while there is a broker.
    if rabbit.server.poll() is not None:
        rabbit.start()
    for transport in made:
        transport.cleanup()
    wait_until(lambda: not {*threading.enumerate()} - before, 60)


@pytest.fixture
def conf(rabbit):
    conf = configuration.load()
    conf.set_override("transport_url", rabbit.url, "messaging")
    conf.set_override("call_timeout", 2.0, "messaging")
    return conf


@pytest.fixture
def client(conf):
    return messaging.rpc_client(conf)


@pytest.fixture
def start(conf, client):
    """Start listeners that answer, and stop them after the test."""
    started = []

    def _start(host=HOST, on_wake=lambda: None, **methods):
        listener = messaging.listener(conf)
        listener.start(host, on_wake, {"ready": lambda: True} | methods)
        started.append(listener)
        wait_until(lambda: answers(client, host), 60)
        return listener

    yield _start
    for listener in started:
        listener.stop()


def answers(client, host=HOST):
    try:
        return client.call(host, "ready")
    except errors.Unavailable:
        return False


def refuse():
    raise errors.Conflict("Not now.")


def test_wake_ups_and_questions(client, start):
    woken, release = threading.Event(), threading.Event()
    start(
        on_wake=woken.set,
        refuse=refuse,
        echo=lambda **given: given,
        hang=lambda: release.wait(60),
    )
    start("host2", who=lambda: "host2")

    client.cast(HOST)
    assert woken.wait(60)
    assert client.call(HOST, "echo", host="h", text="é" * 100_000) == {
        "host": "h",
        "text": "é" * 100_000,
    }
    assert client.call("host2", "who") == "host2"
    with pytest.raises(errors.Conflict, match=r"^Not now\.$"):
        client.call(HOST, "refuse")
    with pytest.raises(errors.Unavailable):
        client.call(HOST, "hang")
    release.set()


def test_an_absent_worker_is_known_at_once(conf, client, start):
    listener = start()
    conf.set_override("call_timeout", 120.0, "messaging")
    client = messaging.rpc_client(conf)
    client.cast("never-was")
    begun = time.monotonic()
    with pytest.raises(errors.Unavailable):
        client.call("never-was", "ready")
    listener.stop()
    with pytest.raises(errors.Unavailable):
        client.call(HOST, "ready")
    client.cast(HOST)
    # Both together in less than one timeout: the broker said so.
    assert time.monotonic() - begun < 120
    start()


def test_a_monkey_patched_caller_lets_others_run(rabbit, start):
    woken, release = threading.Event(), threading.Event()
    start(on_wake=woken.set, hang=lambda: release.wait(60))
    green_rpc_client.check(rabbit.url, HOST, 2.0)
    release.set()
    assert woken.is_set()


def test_a_dead_broker_holds_up_nobody(rabbit, conf, client, start):
    woken = threading.Event()
    listener = start(on_wake=woken.set)
    rabbit.kill()
    fresh = messaging.rpc_client(conf)
    for each in (client, fresh):
        begun = time.monotonic()
        each.cast(HOST)
        assert time.monotonic() - begun < 20
        with pytest.raises(errors.Unavailable):
            each.call(HOST, "ready")
        assert time.monotonic() - begun < 40
    begun = time.monotonic()
    late = messaging.listener(conf)
    late.start("late", woken.set, {"ready": lambda: True})
    assert time.monotonic() - begun < 20

    rabbit.start()
    wait_until(lambda: answers(client) and answers(fresh) and answers(client, "late"), 60)
    woken.clear()
    client.cast(HOST)
    assert woken.wait(60)

    rabbit.kill()
    begun = time.monotonic()
    listener.stop()
    late.stop()
    assert time.monotonic() - begun < 60
