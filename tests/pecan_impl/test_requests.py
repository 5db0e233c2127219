"""Attributes of requests at the microversions of their spans."""

from types import SimpleNamespace

import pytest
from wsme.exc import ClientSideError, InvalidInput, UnknownAttribute

from computeapi.api.versions import Version, since, until
from computeapi.pecan_impl.types import actions, requests
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING, BOOLEAN, TEXT


class Network(RequestType):
    uuid = RequestField(TEXT)
    tag = RequestField(TEXT, span=since(32))


class Boot(RequestType):
    networks = RequestField([Network], span=until(36))
    network_words = RequestField(TEXT, name="networks", span=since(37), mandatory=True)
    files = RequestField([str], span=until(56))
    locked = RequestField(BOOLEAN, span=since(9, until=20), mandatory=True)


class Powering(RequestType):
    start = RequestField(ANYTHING, name="os-start", nullable=True)
    dump = RequestField(ANYTHING, span=since(17), nullable=True)


class Moving(RequestType):
    migrate = RequestField(Network, name="os-migrate", span=until(20))


class Action(Powering, Moving, OneOf):
    """An action of two themes."""


@pytest.fixture
def read(monkeypatch):
    def at(minor, datatype, document):
        request = SimpleNamespace(version=Version(2, minor))
        for module in (requests, actions):
            monkeypatch.setattr(module, "current", lambda: request)
        return datatype.read(document)

    return at


@pytest.mark.parametrize(
    ("minor", "document"),
    [
        (1, {"networks": [{"uuid": "u"}], "files": ["f"]}),
        (9, {"locked": True}),
        (36, {"networks": [{"uuid": "u", "tag": "t"}]}),
        (37, {"networks": "auto", "files": ["f"]}),
        (57, {"networks": "none"}),
    ],
)
def test_attributes_are_those_of_the_microversion(read, minor, document):
    value = read(minor, Boot, document)
    given = {key: [n.given() for n in item] if key == "networks" and minor < 37 else item
             for key, item in value.given().items()}  # fmt: skip
    assert given == document


@pytest.mark.parametrize(
    ("minor", "document", "error"),
    [
        (31, {"networks": [{"tag": "t"}]}, UnknownAttribute),
        (36, {"networks": "auto"}, InvalidInput),
        (37, {"networks": [{"uuid": "u"}]}, InvalidInput),
        (37, {}, InvalidInput),
        (57, {"networks": "auto", "files": []}, UnknownAttribute),
        (8, {"locked": True}, UnknownAttribute),
        (9, {}, InvalidInput),
        (21, {"locked": True}, UnknownAttribute),
    ],
)
def test_attributes_of_other_microversions_are_refused(read, minor, document, error):
    with pytest.raises(error):
        read(minor, Boot, document)


def test_an_action_is_its_only_attribute(read):
    assert read(1, Action, {"os-start": None}).only() == ("start", None)
    name, parameters = read(1, Action, {"os-migrate": {"uuid": "u"}}).only()
    assert (name, parameters.uuid) == ("migrate", "u")


@pytest.mark.parametrize(
    ("minor", "document", "code"),
    [
        (16, {"dump": None}, 404),
        (21, {"os-migrate": {}}, 404),
        (20, {"os-migrate": {"tag": "t"}}, 400),
        (1, {"start": None}, 400),
        (1, {"fly": None}, 400),
        (1, {}, 400),
        (1, {"os-start": None, "os-migrate": {}}, 400),
        (1, [], 400),
    ],
)
def test_other_actions_are_refused(read, minor, document, code):
    with pytest.raises(ClientSideError) as raised:
        read(minor, Action, document)
    assert raised.value.code == code
