"""Schemas of request bodies, derived for a microversion from properties with spans."""

import importlib
import pkgutil
from itertools import pairwise

import pytest

from computeapi.api.history import BOUNDARIES
from computeapi.api.versions import ALWAYS, MIN, Version, since, until
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl import schemas
from computeapi.falcon_impl.actions import Actions
from computeapi.falcon_impl.routes import routes
from computeapi.falcon_impl.schemas.spans import In, at, properties
from computeapi.falcon_impl.schemas.values import array, record
from computeapi.falcon_impl.validation import Body
from tests.anything import Anything

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def bodies():
    """Return the bodies of all schemas and actions."""
    return [*_of_modules(), *_of_actions()]


def _of_actions():
    for route in routes(Anything()):
        if isinstance(route.resource, Actions):
            for action, _ in route.resource.actions.values():
                yield pytest.param(action.body, id=f"{route.path} {action.name}")


def _of_modules():
    for found in pkgutil.walk_packages(schemas.__path__, f"{schemas.__name__}."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, Body):
                yield pytest.param(value, id=f"{found.name.rpartition('.')[2]} {name}")


def overlaps_or_gaps(alternatives):
    """Return the pairs of alternatives that do not follow each other without a gap."""
    spans = [one.span for one in alternatives]
    return [(a, b) for a, b in pairwise(spans) if a.last is None or b.first != a.last.next]


def at_minor(schema, minor):
    return at(schema, Version(2, minor))


@pytest.mark.parametrize("body", bodies())
def test_every_schema_is_valid_at_every_version(body):
    for version in {*BOUNDARIES, *body.boundaries}:
        body.validator(version)


@pytest.mark.parametrize("body", bodies())
def test_alternatives_of_a_property_follow_each_other(body):
    for name, alternatives in properties(body.schema):
        # Nova took the tags of devices away at 2.33, of networks at 2.37, and back at 2.42.
        assert name == "tag" or overlaps_or_gaps(alternatives) == [], name


def test_gaps_and_overlaps_are_seen():
    assert overlaps_or_gaps((In(until(36), TEXT), In(since(37), NUMBER))) == []
    assert overlaps_or_gaps((In(until(36), TEXT), In(since(38), NUMBER)))
    assert overlaps_or_gaps((In(until(36), TEXT), In(since(36), NUMBER)))
    assert overlaps_or_gaps((In(since(36), TEXT), In(since(37), NUMBER)))


def test_a_property_is_there_in_its_span():
    schema = record({"a": TEXT, "b": In(since(19, until=56), TEXT)}, required=("a", "b"))
    present = {
        minor: (list(at_minor(schema, minor)["properties"]), at_minor(schema, minor)["required"])
        for minor in (1, 18, 19, 56, 57)
    }
    without, both = (["a"], ["a"]), (["a", "b"], ["a", "b"])
    assert present == {1: without, 18: without, 19: both, 56: both, 57: without}


def test_of_several_alternatives_the_one_of_the_version_holds():
    schema = record({"networks": (In(until(36), TEXT), In(since(37), NUMBER, required=True))})
    assert at_minor(schema, 36) == record({"networks": TEXT})
    assert at_minor(schema, 37) == record({"networks": NUMBER}, required=("networks",))


def test_spans_hold_inside_of_arrays_and_objects():
    inner = record({"tag": In(since(32), TEXT)})
    schema = record({"list": array(inner), "any": {"anyOf": [inner, TEXT]}, "object": inner})
    old, new = record({}), record({"tag": TEXT})
    assert at_minor(schema, 31) == record(
        {"list": array(old), "any": {"anyOf": [old, TEXT]}, "object": old}
    )
    assert at_minor(schema, 32) == record(
        {"list": array(new), "any": {"anyOf": [new, TEXT]}, "object": new}
    )
    assert Body(schema).boundaries == (MIN, Version(2, 32))


def test_a_property_may_have_the_name_of_a_keyword():
    inner = record({"tag": In(since(32), TEXT)})
    schema = record({"properties": inner, "required": In(ALWAYS, TEXT)})
    assert at_minor(schema, 31) == record({"properties": record({}), "required": TEXT})


def test_a_validator_is_made_when_a_request_needs_it_and_kept():
    body = Body(record({"a": In(since(19), TEXT)}))
    assert body._validators == {}
    body.check({"a": "x"}, Version(2, 20))
    assert body.validator(Version(2, 20)) is body.validator(Version(2, 104))
    with pytest.raises(Invalid, match=r"body: Additional properties .*'a'"):
        body.check({"a": "x"}, Version(2, 18))
    assert len(body._validators) == 2
