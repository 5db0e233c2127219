"""Documents made of fields with spans."""

import importlib
import pkgutil
from collections import defaultdict
from itertools import pairwise
from types import SimpleNamespace

import pytest

from computeapi.api.versions import Version, since, until
from computeapi.falcon_impl import views
from computeapi.falcon_impl.views.fields import ABSENT, Attribute, Constant, Field, Fields
from computeapi.falcon_impl.views.schemas import TEXT

THING = SimpleNamespace(id="1", name="", size=None, flavor_id="42")


def tables():
    """Return the tables of all modules of views."""
    return [
        pytest.param(value, id=f"{found.name.removeprefix(views.__name__)[1:]} {name}")
        for found in pkgutil.walk_packages(views.__path__, f"{views.__name__}.")
        for name, value in vars(importlib.import_module(found.name)).items()
        if isinstance(value, Fields)
    ]


def document(table, minor, view=None):
    return table.document(THING, Version(2, minor), view)


@pytest.mark.parametrize("table", tables())
def test_fields_of_one_name_follow_each_other(table):
    spans = defaultdict(list)
    for field in table:
        spans[field.name].append(field.span)
    for name, found in spans.items():
        for one, other in pairwise(found):
            assert one.last is not None, name
            assert other.first == one.last.next, name


def test_a_field_is_there_in_its_span():
    table = Fields(
        Field("id", "id", TEXT), Field("locked", Constant(False), TEXT, since(9, until=50))
    )
    with_lock = {"id": "1", "locked": False}
    assert [document(table, n) for n in (8, 9, 50, 51)] == [
        {"id": "1"}, with_lock, with_lock, {"id": "1"}
    ]  # fmt: skip


def test_two_fields_may_have_one_name_at_different_versions():
    table = Fields(
        Field("flavor", lambda thing, view: {"id": thing.flavor_id}, TEXT, until(46)),
        Field("flavor", lambda thing, view: {"original_name": view}, TEXT, since(47)),
    )
    assert document(table, 46, "tiny") == {"flavor": {"id": "42"}}
    assert document(table, 47, "tiny") == {"flavor": {"original_name": "tiny"}}


def test_the_kinds_of_values():
    table = Fields(
        Field("id", "id", TEXT),
        Field("size", "size", TEXT),
        Field("title", Attribute("name", otherwise="untitled"), TEXT),
        Field("tag", Attribute("id", otherwise="none"), TEXT),
        Field("volumes", Constant([]), TEXT),
        Field("gone", lambda thing, view: ABSENT, TEXT, optional=True),
        Field("view", lambda thing, view: view, TEXT),
    )
    assert document(table, 1, "v") == {
        "id": "1", "size": None, "title": "untitled", "tag": "1", "volumes": [], "view": "v"
    }  # fmt: skip


def test_a_document_is_no_others():
    table = Fields(Field("id", "id", TEXT), Field("deleted", Constant(False), TEXT))
    first = document(table, 1)
    first["more"] = 1
    assert document(table, 1) == {"id": "1", "deleted": False}
