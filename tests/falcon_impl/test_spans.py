"""Operations that are there at some microversions only, and resources made of parts."""

from types import SimpleNamespace

import falcon
import pytest
from falcon import testing

from computeapi.api.versions import ALWAYS, since, until
from computeapi.falcon_impl.actions import Actions, action
from computeapi.falcon_impl.app import create
from computeapi.falcon_impl.hooks import during, span_of
from computeapi.falcon_impl.route import Parts
from computeapi.falcon_impl.schemas.spans import In
from computeapi.falcon_impl.schemas.values import ANYTHING, SHORT, record

SHELF = record({"name": SHORT, "zone": In(since(7), SHORT)})


class Things:
    def on_get(self, req, resp):
        resp.media = {"things": []}

    @during(since(5))
    def on_put(self, req, resp):
        resp.media = {}


@during(until(4))
class Hosts:
    def on_get(self, req, resp):
        resp.media = {}

    def on_put(self, req, resp):
        resp.media = {}


class Shelving:
    def __init__(self):
        self.calls = []

    @action("shelve", SHELF)
    def shelve(self, req, resp, parameters, thing_id):
        self.calls.append((thing_id, parameters))

    @action("dump", ANYTHING, span=since(5, until=6), status=falcon.HTTP_200)
    def dump(self, req, resp, parameters, thing_id):
        resp.media = {"dumped": thing_id}


@pytest.fixture
def shelving():
    return Shelving()


@pytest.fixture
def client(services, shelving):
    app = create(services)
    app.add_route("/v2.1/things", Things())
    app.add_route("/v2.1/hosts", Hosts())
    app.add_route("/v2.1/things/{thing_id}/action", Actions(shelving))
    return testing.TestClient(app)


def status(client, method, path, minor, body=None):
    headers = {"OpenStack-API-Version": f"compute 2.{minor}"}
    response = client.simulate_request(method, path, json=body or {}, headers=headers)
    if response.status_code == 404:
        assert response.json["itemNotFound"]["code"] == 404
        assert response.headers["OpenStack-API-Version"] == f"compute 2.{minor}"
    return response.status_code


def test_outside_of_its_span_a_responder_is_not_found(client):
    assert [status(client, "PUT", "/v2.1/things", n) for n in (1, 4, 5, 10)] == [404, 404, 200, 200]
    assert [status(client, "GET", "/v2.1/things", n) for n in (1, 10)] == [200, 200]


def test_outside_of_its_span_a_whole_resource_is_not_found(client):
    for method in ("GET", "PUT"):
        assert [status(client, method, "/v2.1/hosts", n) for n in (1, 4, 5)] == [200, 200, 404]


def test_a_method_without_responder_is_405_at_every_version(client):
    assert [status(client, "POST", "/v2.1/hosts", n) for n in (1, 10)] == [405, 405]


def test_outside_of_its_span_an_action_is_not_found(client):
    path = "/v2.1/things/x/action"
    found = [status(client, "POST", path, n, {"dump": None}) for n in (4, 5, 6, 7)]
    assert found == [404, 200, 200, 404]
    assert status(client, "POST", path, 5, {"fly": None}) == 400


def test_the_schema_of_an_action_is_that_of_the_microversion(client, shelving):
    path, body = "/v2.1/things/x/action", {"shelve": {"zone": "z"}}
    assert [status(client, "POST", path, n, body) for n in (6, 7)] == [400, 202]
    assert shelving.calls == [("x", {"zone": "z"})]


def test_two_methods_cannot_respond_to_one_action():
    with pytest.raises(ValueError, match="dump"):
        Actions(Shelving(), Shelving())


def test_the_span_of_a_responder_can_be_read():
    assert span_of(Things().on_get) == ALWAYS
    assert span_of(Things().on_put) == since(5)
    assert span_of(Hosts().on_get) == span_of(Parts(Hosts()).on_put) == until(4)


def test_a_resource_of_parts_has_the_responders_of_each():
    one, other = Things(), SimpleNamespace(on_delete=print)
    parts = Parts(one, other)
    assert (parts.on_get, parts.on_put, parts.on_delete) == (one.on_get, one.on_put, print)
    with pytest.raises(ValueError, match="on_get"):
        Parts(Things(), Hosts())
