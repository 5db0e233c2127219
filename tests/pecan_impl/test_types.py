"""The types of all documents: no two attributes have one name at one microversion."""

import functools
import importlib
import inspect
import itertools
import pkgutil

import pytest
import wsme.types

from computeapi.api.versions import MAX, Version
from computeapi.pecan_impl import controllers, types
from computeapi.pecan_impl.controllers.actions import ActionResource, Answer
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.requests import RequestType, all_fields
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.servers.volumes_boot import AliasAction

for package in (types, controllers):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def subclasses(kind):
    """Return the classes of the project that a class is a base of."""
    own = [one for one in kind.__subclasses__() if one.__module__.startswith("computeapi.")]
    return [*own, *itertools.chain.from_iterable(map(subclasses, own))]


TYPES = sorted({*subclasses(RequestType), *subclasses(ResponseType)}, key=lambda one: one.__name__)
ACTIONS = {
    kind.post._wsme_definition.body_type: kind
    for kind in subclasses(ActionResource)
    if "post" in vars(kind)
}
VERSIONS = [Version(2, minor) for minor in range(1, MAX.minor + 2)]


@pytest.mark.parametrize("datatype", TYPES, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_names_are_unique_at_each_microversion(datatype):
    fields = wsme.types.list_attributes(datatype)
    for version in VERSIONS:
        names = [field.name for field in fields if version in field.span]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("datatype", TYPES, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_attributes_that_share_a_name_follow_each_other_without_a_gap(datatype):
    fields = sorted(wsme.types.list_attributes(datatype), key=lambda field: field.span.first)
    # Nova took the tags of devices away at 2.33, of networks at 2.37, and back at 2.42.
    for name in {field.name for field in fields} - {"tag"}:
        spans = [field.span for field in fields if field.name == name]
        assert [one.last.next for one in spans[:-1]] == [one.first for one in spans[1:]]


@pytest.mark.parametrize("datatype", subclasses(ResponseType), ids=lambda one: one.__qualname__)
def test_no_name_is_the_key_of_another_attribute(datatype):
    fields = wsme.types.list_attributes(datatype)
    for one, other in itertools.permutations(fields, 2):
        if one.name == other.key:
            assert not any(v in one.span and v in other.span for v in VERSIONS)


def test_every_type_of_actions_has_a_controller():
    assert set(ACTIONS) == set(subclasses(OneOf))


@pytest.mark.parametrize("datatype", ACTIONS)
def test_every_action_has_a_method_and_every_method_an_action(datatype):
    controller = ACTIONS[datatype]
    marked = {
        name
        for name in dir(controller)
        if isinstance(getattr(getattr(controller, name), "answer", None), Answer)
    }
    actions = {field.key for field in all_fields(datatype)}
    # The alias of servers has the methods of all their actions.
    assert actions <= marked if datatype is AliasAction else actions == marked
    names = [(field.name, field.span) for field in all_fields(datatype)]
    assert len(set(names)) == len(names)


def test_attributes_are_in_the_order_that_wsme_finds_in_the_source(monkeypatch):
    # WSME reads the source of a base for each of its types.
    monkeypatch.setattr(inspect, "getsourcelines", functools.cache(inspect.getsourcelines))
    # Others inherit an order from their bases, which WSME would take.
    for datatype in (*RequestType.__subclasses__(), *ResponseType.__subclasses__()):
        fields = wsme.types.list_attributes(datatype)
        named = datatype._wsme_attr_order
        del datatype._wsme_attr_order
        found = sorted(fields, key=lambda field: field.key)
        try:
            wsme.types.sort_attributes(datatype, found)
        finally:
            datatype._wsme_attr_order = named
        assert [field.key for field in found] == [field.key for field in fields] == named
