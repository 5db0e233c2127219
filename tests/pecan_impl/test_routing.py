"""Pecan's own hooks lead each path to its controller, and nothing of Pecan is replaced."""

import pecan
import pytest
from pecan import compat, core, routing, util
from webob.exc import HTTPMethodNotAllowed, HTTPNotFound

from computeapi.api.versions import Version, since, until
from computeapi.pecan_impl import signatures
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.root import RootController
from computeapi.pecan_impl.expose import expose


class Item(Resource):
    @expose(str, span=until(5))
    def get(self) -> str:
        return "/".join(self._ids)

    @expose(str, span=since(3))
    def put(self) -> str:
        return "new"


class Fixed(Resource):
    @expose(str)
    def post(self) -> str:
        return "fixed"


class Items(Resource):
    children = {"fixed": Fixed}
    item = Item


class Root(Resource):
    children = {"items": Items}


class Asked:
    def __init__(self, method: str, minor: int, path_info: str) -> None:
        self.method, self.version = method, Version(2, minor)
        self.path_info = path_info


def found(path: str, method: str = "GET", minor: int = 1):
    segments = path.split("/")[1:]
    controller, rest = routing.lookup_controller(Root(), segments, Asked(method, minor, path))
    assert rest == []
    return controller


@pytest.mark.parametrize("path", ["/items/a", "/items/a/"])
def test_a_path_leads_to_an_item_with_its_segment(path):
    assert found(path).__self__._ids == ("a",)


def test_fixed_segments_come_before_items():
    assert isinstance(found("/items/fixed", "POST").__self__, Fixed)


@pytest.mark.parametrize("path", ["", "/", "/x", "/items", "/items/a/b", "/items//a", "/items/a//"])
def test_other_paths_lead_nowhere(path):
    with pytest.raises(HTTPNotFound):
        found(path)


def test_lookup_has_the_signature_of_pecan():
    child, remainder = Items()._lookup("a", "b", "c")
    assert (child._ids, remainder) == (("a",), ("b", "c"))


@pytest.mark.parametrize(("method", "minor"), [("GET", 6), ("PUT", 2)])
def test_an_operation_outside_its_span_is_not_found(method, minor):
    with pytest.raises(HTTPNotFound):
        found("/items/a", method, minor)


@pytest.mark.parametrize("minor", [1, 4, 6])
def test_a_method_that_is_never_there_is_not_allowed(minor):
    with pytest.raises(HTTPMethodNotAllowed) as raised:
        found("/items/a", "DELETE", minor)
    assert raised.value.headers["Allow"] == "GET, PUT"


@pytest.mark.parametrize("name", ["route", "invoke_controller", "find_controller", "get_args"])
def test_pecan_dispatches_itself(services, name):
    from computeapi.pecan_impl import app  # noqa: PLC0415 - it makes the memo

    made = app.create(services)._app
    assert type(made) is pecan.Pecan
    assert name not in vars(made)


@pytest.mark.parametrize(
    "method", [RootController()._route, RootController().get, Item("a").put, signatures.remember]
)
def test_remembered_signatures_are_those_of_pecan(method):
    expected = util.getargspec(method)
    for _ in range(2):
        assert signatures.signature(method)._asdict() == expected._asdict()


def test_what_is_no_function_is_not_remembered():
    class Callable:
        __hash__ = None

        def __call__(self, argument):
            """Do nothing."""

    assert signatures.signature(Callable()).args == ["self", "argument"]


def test_a_pecan_with_the_patch_is_left_alone(monkeypatch):
    for module in (core, routing):
        monkeypatch.setattr(module, "getargspec", util.getargspec)
    with monkeypatch.context() as patched:
        patched.setattr(compat, "getargspec", lambda function: ([], None, None, None))
        signatures.remember()
    assert core.getargspec is routing.getargspec is util.getargspec
    signatures.remember()
    assert core.getargspec is routing.getargspec is signatures.signature


def test_a_method_that_only_an_item_could_have_leads_nowhere_without_its_id():
    with pytest.raises(HTTPMethodNotAllowed):
        found("/items/fixed", "PUT")
    with pytest.raises(HTTPNotFound):
        found("/items/fixed/", "PUT")
