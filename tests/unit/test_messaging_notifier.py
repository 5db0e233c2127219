"""The way out of notifications that a configuration names."""

import json
import logging
from datetime import datetime

import pytest

from computeapi import conf as configuration
from computeapi import messaging
from computeapi.domain.notifications import Notification
from computeapi.messaging.log_notifier import LogNotifier
from computeapi.messaging.oslo_notifier import OsloNotifier

NOTIFICATION = Notification(
    1, "m1", "compute.instance.create.end", "INFO", "compute.h", datetime(2030, 1, 1), {}, {"a": 1}
)


@pytest.fixture
def conf():
    conf = configuration.load()
    conf.set_override("enabled", True, "notifications")
    return conf


def test_there_are_none_unless_they_are_switched_on():
    assert messaging.notifier(configuration.load()) is None


def test_the_log_where_there_is_no_rabbitmq(conf, caplog):
    notifier = messaging.notifier(conf)
    assert isinstance(notifier, LogNotifier)
    with caplog.at_level(logging.INFO, "computeapi.notifications"):
        notifier.send(NOTIFICATION)
    notifier.close()
    assert json.loads(caplog.messages[0]) == NOTIFICATION.message


@pytest.mark.parametrize("group", ["messaging", "notifications"])
def test_rabbitmq_of_the_messages_or_of_its_own(conf, group):
    conf.set_override("transport_url", "rabbit://guest:guest@127.0.0.1:1/", group)
    notifier = messaging.notifier(conf)
    assert isinstance(notifier, OsloNotifier)
    notifier.close()


def test_another_transport_is_refused_without_its_password(conf):
    conf.set_override("transport_url", "kafka://u:secret@h/", "notifications")
    with pytest.raises(ValueError, match=r"^\[notifications\] transport_url: the scheme") as error:
        messaging.notifier(conf)
    assert "secret" not in str(error.value)
