"""Passwords and figures of guests: the questions of the API, and their errors."""

import logging

import pytest

from computeapi.domain.errors import Conflict, Error
from computeapi.domain.guest_data import BusAddress
from computeapi.domain.servers.diagnostics import Diagnostics, DiskFigures, NicFigures
from computeapi.virt.driver import NOT_RUNNING, DriverError, GuestNotFound
from computeapi.worker.servers import administration, devices, diagnostics

FIGURES = Diagnostics(
    "kvm", [5, 7], 2048, 1024, [DiskFigures("vda", 1, 2, 3, 4)], [NicFigures("fa:16:3e:00:00:00")]
)


class OneGuest:
    """A hypervisor with one guest; ``error`` says otherwise."""

    def __init__(self):
        self.error = None
        self.passwords = []
        self.places = {}

    def set_password(self, server_id, user, password):
        if self.error:
            raise self.error
        self.passwords.append((server_id, user, password))

    def bus_addresses(self, server_id):
        if self.error:
            raise self.error
        return self.places

    def diagnostics(self, server_id):
        if self.error:
            raise self.error
        return FIGURES


@pytest.fixture
def guest():
    return OneGuest()


def test_a_password_is_set(guest):
    ask = administration.Administration(guest).questions["set_password"]
    assert ask(server_id="s1", user="root", password="secret") is None
    assert guest.passwords == [("s1", "root", "secret")]


@pytest.mark.parametrize(
    "error", [GuestNotFound("s1 is not below /secret"), DriverError("/secret")]
)
def test_a_password_that_cannot_be_set_is_a_conflict(guest, error, caplog):
    guest.error = error
    with pytest.raises(Conflict) as caught, caplog.at_level(logging.DEBUG):
        administration.Administration(guest).set_password("s1", "root", "hunter2")
    assert error.reason in caught.value.message
    assert "/secret" not in caught.value.message
    assert "hunter2" not in caplog.text


def test_figures_are_a_document_that_can_be_read_again(guest):
    document = diagnostics.Diagnostics(guest).questions["diagnostics"](server_id="s1")
    assert Diagnostics.read(document) == FIGURES


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (GuestNotFound("s1"), Conflict),
        (DriverError("/secret is off", NOT_RUNNING), Conflict),
        (DriverError("/secret"), Error),
    ],
)
def test_figures_that_cannot_be_read(guest, error, kind):
    guest.error = error
    with pytest.raises(Error) as caught:
        diagnostics.Diagnostics(guest).diagnostics("s1")
    assert type(caught.value) is kind
    assert "/secret" not in caught.value.message


def test_devices_are_a_document(guest):
    guest.places = {"v1": BusAddress("pci", "0000:00:05.0")}
    ask = devices.Devices(guest).questions["bus_addresses"]
    assert ask(server_id="s1") == {"v1": ["pci", "0000:00:05.0"]}


@pytest.mark.parametrize(
    ("error", "kind"), [(GuestNotFound("/secret"), Conflict), (DriverError("/secret"), Error)]
)
def test_devices_that_cannot_be_looked_at(guest, error, kind):
    guest.error = error
    with pytest.raises(kind) as caught:
        devices.Devices(guest).bus_addresses("s1")
    assert type(caught.value) is kind
    assert "/secret" not in caught.value.message
