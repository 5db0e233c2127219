"""A caller gets the attributes that the types of responses declare, and no others."""

from datetime import datetime

import pytest
from wsme.types import Unset

from computeapi.api.bodies import dumps
from computeapi.api.versions import MAX, MIN, Version, since, until
from computeapi.pecan_impl.types.responses import (
    EXACT_MOMENT,
    OrEmpty,
    ResponseField,
    ResponseType,
    object_writer,
)


class Part(ResponseType):
    """A leaf: it is written as it is."""

    name = str


class Detailed(ResponseType):
    """The newer form of a part."""

    words = [str]


class Renamed(ResponseType):
    """An attribute that changed its form, and one that went away."""

    part = ResponseField(Detailed, span=since(5))
    older_part = ResponseField(Part, name="part", span=until(4))
    gone = ResponseField(str, span=until(6))


class Whole(ResponseType):
    """One of everything."""

    parts = [Part]
    by_name = {str: Part}
    other = OrEmpty(Part)
    key = ResponseField(int, name="EXT:key")
    new = ResponseField(str, span=since(9))
    made = datetime
    exact = EXACT_MOMENT


def written(value: ResponseType, version=MAX) -> dict:
    return object_writer(type(value), version)(value)


def test_every_kind_of_attribute_is_written():
    moment = datetime(2031, 1, 2, 3, 4, 5)
    whole = Whole(parts=[Part(name="a")], by_name={"b": Part(name="b")}, other=Part(name="c"),
                  key=1, new="x", made=moment, exact=moment)  # fmt: skip
    assert written(whole) == {
        "parts": [{"name": "a"}],
        "by_name": {"b": {"name": "b"}},
        "other": {"name": "c"},
        "EXT:key": 1,
        "new": "x",
        "made": moment,
        "exact": "2031-01-02T03:04:05.000000",
    }
    assert dumps(moment) == b'"2031-01-02T03:04:05Z"'


def test_unset_is_left_out_and_null_is_shown():
    whole = Whole(key=Unset, made=None, other="")
    assert written(whole) == {"made": None, "other": ""}
    whole.key, whole.made = 2, Unset
    assert written(whole) == {"EXT:key": 2, "other": ""}
    assert whole.made is Unset


def test_what_is_too_new_is_left_out():
    assert written(Whole(key=1, new="x"), MIN) == {"EXT:key": 1}


def test_writing_changes_nothing():
    whole = Whole(key=1, parts=[Part(name="a")])
    assert written(whole) == written(whole)


def test_what_is_not_declared_is_refused():
    part = Part(name="a")
    with pytest.raises(TypeError, match="Part declares no secret"):
        Part(name="a", secret="b")
    with pytest.raises(TypeError, match="Part declares no secret"):
        part.add(secret="b")
    assert written(part) == {"name": "a"}


@pytest.mark.parametrize(
    ("minor", "expected"),
    [
        (1, {"part": {"name": "a"}, "gone": "g"}),
        (4, {"part": {"name": "a"}, "gone": "g"}),
        (5, {"part": {"words": ["b"]}, "gone": "g"}),
        (7, {"part": {"words": ["b"]}}),
    ],
)
def test_attributes_with_one_name_share_the_microversions(minor, expected):
    value = Renamed(part=Detailed(words=["b"]), older_part=Part(name="a"), gone="g")
    assert written(value, Version(2, minor)) == expected
