"""Actions of several themes on one resource, each with its own microversions and status."""

import pytest
from wsme.api import Response

from computeapi.api.versions import since, until
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.root import VersionController
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import ANYTHING, TEXT


class Shelf(RequestType):
    zone = RequestField(TEXT, span=since(7))


class ShelvingActions(RequestType):
    shelve = RequestField(Shelf)
    confirm_shelve = RequestField(ANYTHING, name="confirmShelve", nullable=True)


class DumpActions(RequestType):
    dump = RequestField(ANYTHING, span=since(5, until=6), nullable=True)


class Action(ShelvingActions, DumpActions, OneOf):
    """An action on a thing."""


class Dumped(ResponseType):
    thing = str


class Shelving(ActionResource):
    @action()
    def shelve(self, parameters: Shelf) -> None:
        current().services.servers.shelve(None, self._ids, parameters.zone or None)

    @action(status=204)
    def confirm_shelve(self, parameters: object) -> None:
        """Do nothing."""


class Dump(ActionResource):
    @action(Dumped, status=200)
    def dump(self, parameters: object) -> Dumped:
        return Dumped(thing=self._ids[0])


class ThingAction(Shelving, Dump):
    @expose(None, body=Action, status_code=202)
    def post(self, body: Action) -> Response:
        return self.run(body)


class Thing(Resource):
    children = {"action": ThingAction}

    @expose(Dumped, span=until(4))
    def get(self) -> Dumped:
        return Dumped(thing=self._ids[0])


class Things(Resource):
    item = Thing


@pytest.fixture
def act(ask, monkeypatch):
    monkeypatch.setitem(VersionController.children, "things", Things)

    def send(minor, body=None, method="POST"):
        path = "/v2.1/things/x/action" if method == "POST" else "/v2.1/things/x"
        headers = {"OpenStack-API-Version": f"compute 2.{minor}"}
        return ask(method, path, body, headers)

    return send


def test_each_action_answers_with_its_own_status(act, services):
    shelved = act(7, {"shelve": {"zone": "z"}})
    confirmed = act(7, {"confirmShelve": None})
    dumped = act(5, {"dump": None})
    assert (shelved.status_int, shelved.body) == (202, b"")
    assert (confirmed.status_int, confirmed.body) == (204, b"")
    assert (dumped.status_int, dumped.json) == (200, {"thing": "x"})
    assert services.servers.calls == [("shelve", (("x",), "z"))]


@pytest.mark.parametrize(
    ("minor", "body", "status"),
    [
        (4, {"dump": None}, 404),
        (6, {"dump": None}, 200),
        (7, {"dump": None}, 404),
        (5, {"fly": None}, 400),
        (5, {"confirm_shelve": None}, 400),
        (5, {"dump": None, "shelve": {}}, 400),
        (6, {"shelve": {"zone": "z"}}, 400),
        (6, {"shelve": {}}, 202),
    ],
)
def test_an_action_is_there_at_the_microversions_of_its_span(act, minor, body, status):
    response = act(minor, body)
    assert response.status_int == status
    if status == 404:
        assert response.json["itemNotFound"]["code"] == 404


def test_an_operation_outside_its_span_is_not_found(act):
    found = act(4, method="GET"), act(5, method="GET"), act(5, method="DELETE")
    assert [response.status_int for response in found] == [200, 404, 405]
    assert found[1].json["itemNotFound"]["code"] == 404
    assert found[2].headers["Allow"] == "GET"
