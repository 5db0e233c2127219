"""Notifications to a RabbitMQ, as a consumer gets them."""

import contextlib
from datetime import datetime

import oslo_messaging
import pytest
from oslo_config import cfg

from computeapi import conf as configuration
from computeapi import messaging
from computeapi.domain.errors import Unavailable
from computeapi.domain.notifications import Notification
from tests.faults.conftest import CALLER, Cloud, kill
from tests.functional.rabbit import BINARY, wait_until

pytestmark = pytest.mark.skipif(BINARY is None, reason="rabbitmq-server is not installed")


class Consumer:
    """Listens as Ceilometer's notification agent does: an endpoint of oslo.messaging.

    :ivar got: what came, as (context, publisher, event type, payload, message id).
    """

    def __init__(self, url, topic):
        conf = cfg.ConfigOpts()
        conf([], default_config_files=[])
        self.got = []
        transport = oslo_messaging.get_notification_transport(conf, url)
        self._listener = oslo_messaging.get_notification_listener(
            transport,
            [oslo_messaging.Target(topic=topic, exchange="nova")],
            [self],
            executor="threading",
        )
        self._transport = transport
        self._listener.start()

    def info(self, context, publisher, event_type, payload, metadata):
        self.got.append((context, publisher, event_type, payload, metadata["message_id"]))

    error = info

    def end(self):
        self._listener.stop()
        self._listener.wait()
        self._transport.cleanup()


@pytest.fixture
def consume(rabbit):
    started = []

    def _consume(topic):
        started.append(Consumer(rabbit.url, topic))
        return started[-1]

    yield _consume
    for consumer in started:
        consumer.end()


@pytest.fixture
def cloud(rabbit, tmp_path):
    """A cloud on the fake driver that notifies, and waits for messages of the database alone."""
    options = {
        "transport_url": rabbit.url,
        "topics": "cloud",
        "enabled": True,
        "interval": 0.1,
    }
    cloud = Cloud(tmp_path, {"notifications": options, "fake": {"delay": 0.3}})
    yield cloud
    cloud.end()


def test_a_consumer_sees_a_server_from_start_to_end_though_workers_die(cloud, consume):
    worker = cloud.start_worker()
    (server_id,) = cloud.create()
    wait_until(lambda: "Began the create" in cloud.log(), 120)
    kill(worker)
    worker = cloud.start_worker()
    cloud.wait_until([server_id], "active")
    cloud.servers.power.stop(CALLER, server_id)
    kill(worker)
    cloud.delete(server_id)
    cloud.start_worker()
    cloud.wait_until([server_id], "deleted")
    # The queues hold what came before the consumer did.
    consumer = consume("cloud")
    wait_until(lambda: "compute.instance.delete.end" in [one[2] for one in consumer.got], 120)
    told = {}
    for one in consumer.got:
        # A repeated one has the id of the first.
        told.setdefault(one[4], one)
    names = [one[2].removeprefix("compute.instance.") for one in told.values()]
    whole = [name for name in names if name != "update"]
    assert whole[:2] == ["create.start", "create.end"]
    assert whole[-4:] == ["delete.start", "shutdown.start", "shutdown.end", "delete.end"]
    assert whole[2:-4] in (["power_off.start"], ["power_off.start", "power_off.end"])
    context, publisher, _, payload, _ = list(told.values())[-1]
    assert publisher == "compute.h1"
    assert (context["request_id"], context["user_id"]) == (CALLER.request_id, "u1")
    assert (payload["instance_id"], payload["state"]) == (server_id, "deleted")
    assert (payload["tenant_id"], payload["instance_type"]) == ("p1", "tiny")
    with cloud.db.read() as tx:
        wait_until(lambda: not tx.notifications.oldest(1), 60)


def _notification(message_id, name="create.end"):
    created_at = datetime(2030, 1, 1)
    context = {"request_id": "req-1"}
    event_type = f"compute.instance.{name}"
    priority = "ERROR" if name.endswith("error") else "INFO"
    return Notification(
        1, message_id, event_type, priority, "compute.h1", created_at, context, {"a": 1}
    )


def test_each_is_confirmed_or_refused_and_a_repeated_one_has_the_same_id(rabbit, consume):
    conf = configuration.load()
    for name, value in {"enabled": True, "transport_url": rabbit.url, "topics": ["t"]}.items():
        conf.set_override(name, value, "notifications")
    notifier = messaging.notifier(conf)
    notifier.send(_notification("m1"))
    rabbit.kill()
    with pytest.raises(Unavailable):
        notifier.send(_notification("m2"))
    rabbit.start()

    def is_sent():
        with contextlib.suppress(Unavailable):
            notifier.send(_notification("m2"))
            return True

    wait_until(is_sent, 120)
    notifier.send(_notification("m2"))
    notifier.send(_notification("m3", "create.error"))
    consumer = consume("t")
    wait_until(lambda: [one[4] for one in consumer.got].count("m2") >= 2, 120)
    # Whatever came to queues that RabbitMQ keeps in memory went with it.
    wait_until(lambda: {one[4] for one in consumer.got} == {"m2", "m3"}, 120)
    notifier.close()
