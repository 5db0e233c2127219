"""The history of the API, and the versions at which something changes."""

import re
from types import SimpleNamespace

import pytest

from computeapi.api import history
from computeapi.api.versions import ALWAYS, MAX, MIN, Version, since, until

SPANS = [
    pytest.param(span, id=f"{noun} {number}")
    for noun, module in history.MODULES
    for number, span in enumerate(history.spans(module))
]


def module(**spans):
    return SimpleNamespace(**spans)


def test_the_boundaries_begin_and_end_with_the_versions_served():
    assert history.BOUNDARIES[0] == MIN
    assert history.BOUNDARIES[-1] == MAX
    assert list(history.BOUNDARIES) == sorted(set(history.BOUNDARIES))


def test_every_boundary_is_in_the_history():
    told = {change.version for change in history.changes()}
    assert set(history.BOUNDARIES) - {MIN, MAX} <= told


def test_the_changes_of_a_module_are_in_the_order_of_their_versions():
    for noun, changes in history.MODULES:
        versions = [span.changed_at for span in history.spans(changes)]
        assert versions == sorted(versions), noun


@pytest.mark.parametrize("span", SPANS)
def test_a_change_is_told_in_a_sentence(span):
    assert re.fullmatch(r"[A-Z].*\.", span.change) or span.last is not None


def test_each_change_has_the_version_at_which_it_came():
    modules = [
        ("things", module(LINKED=until(46), EMBEDDED=since(47, "Things are embedded."))),
        ("others", module(GONE=until(56, "Others are gone."), SHORT=since(3, "Shown.", until=9))),
    ]
    assert history.changes(modules) == (
        (Version(2, 3), "others", "Shown."),
        (Version(2, 47), "things", "Things are embedded."),
        (Version(2, 57), "others", "Others are gone."),
    )


def test_only_spans_with_a_name_are_changes():
    assert list(history.spans(module(ALWAYS=ALWAYS, LOCKED=since(9), other=since(3)))) == [since(9)]
