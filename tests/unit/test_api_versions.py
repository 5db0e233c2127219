"""Which microversion a request gets."""

import pytest

from computeapi.api import versions
from computeapi.api.versions import ALWAYS, MAX, MIN, NotAcceptable, Version, since, until
from computeapi.domain.errors import Invalid

NEW, OLD = "HTTP_OPENSTACK_API_VERSION", "HTTP_X_OPENSTACK_NOVA_API_VERSION"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, MIN),
        ({NEW: ""}, MIN),
        ({NEW: "compute"}, MIN),
        ({NEW: "compute 2.1"}, MIN),
        ({NEW: "compute 2.7"}, Version(2, 7)),
        ({NEW: "COMPUTE   2.7 "}, Version(2, 7)),
        ({NEW: "compute\t2.7"}, Version(2, 7)),
        ({NEW: "compute latest"}, MAX),
        ({NEW: "volume 3.5,compute 2.3"}, Version(2, 3)),
        ({NEW: "compute 2.2, compute 2.3"}, Version(2, 3)),
        ({NEW: "volume 3.5"}, MIN),
        ({NEW: "volume 3.5", OLD: "2.4"}, Version(2, 4)),
        ({OLD: "2.4"}, Version(2, 4)),
        ({OLD: "2.2, 2.4"}, Version(2, 4)),
        ({OLD: "latest"}, MAX),
        ({NEW: "compute 2.6", OLD: "2.4"}, Version(2, 6)),
    ],
)
def test_a_version_that_is_served(headers, expected):
    assert versions.negotiate(headers) == expected


@pytest.mark.parametrize("asked", ["2.0", str(MAX.next), "2.999", "1.1", "3.0", "3.5", "10.1"])
def test_a_version_that_is_not_served(asked):
    with pytest.raises(NotAcceptable) as caught:
        versions.negotiate({OLD: asked})
    assert caught.value.code == 406
    assert asked in caught.value.message


@pytest.mark.parametrize(
    "asked",
    [
        "2",
        "two",
        "2.01",
        "02.1",
        "2.1.1",
        "2.",
        ".1",
        "-2.1",
        "2.x",
        "+2.1",
        "2.1_0",
        "9" * 256 + ".1",
    ],
)
def test_a_version_that_is_none(asked):
    with pytest.raises(Invalid):
        versions.negotiate({NEW: f"compute {asked}"})


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        (since(9), ["2.9", "2.10", "2.104"], ["2.1", "2.8"]),
        (until(46), ["2.1", "2.46"], ["2.47", "2.104"]),
        (since(26, until=90), ["2.26", "2.90"], ["2.25", "2.91"]),
        (ALWAYS, ["2.1", "2.104"], []),
    ],
)
def test_a_span_holds_both_of_its_ends(span, inside, outside):
    def version(text):
        major, minor = text.split(".")
        return Version(int(major), int(minor))

    assert all(version(text) in span for text in inside)
    assert not any(version(text) in span for text in outside)


def test_something_changes_at_the_beginning_of_a_span_and_after_its_end():
    assert since(26, until=90).boundaries == {Version(2, 26), Version(2, 91)}
    assert since(9).boundaries == {Version(2, 9)}
    assert until(46).boundaries == {MIN, Version(2, 47)}


def test_a_change_comes_at_the_beginning_of_a_span_or_after_one_that_is_always_there_till_then():
    assert since(26, until=90).changed_at == since(26).changed_at == Version(2, 26)
    assert until(46).changed_at == Version(2, 47)


def test_versions_follow_each_other_by_number():
    assert Version(2, 9) < Version(2, 10) < Version(3, 0)


def test_the_headers_name_the_version_twice():
    assert versions.headers(Version(2, 7)) == (
        ("OpenStack-API-Version", "compute 2.7"),
        ("X-OpenStack-Nova-API-Version", "2.7"),
        ("Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version"),
    )
    assert [name for name, _ in versions.headers(versions.UNKNOWN)] == ["Vary"]
