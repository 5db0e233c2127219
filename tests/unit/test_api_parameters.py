"""Query parameters, and the microversions at which they count."""

from itertools import pairwise

import pytest

from computeapi.api import flavors, keypairs, limits
from computeapi.api.parameters import PAGING, Parameter, Query, first, last
from computeapi.api.servers import query as servers
from computeapi.api.versions import MAX, Version, since, until
from computeapi.domain.errors import Invalid

OLD, NEW = Version(2, 74), Version(2, 75)


def upper(into, name, values):
    into[name] = values[-1].upper()


def read(query, version=MAX, **params):
    return query.read(params, version, {})


@pytest.mark.parametrize("module", [servers, flavors, keypairs, limits])
def test_parameters_of_one_name_follow_each_other(module):
    for name, found in module.QUERY.parameters.items():
        for one, other in pairwise(parameter.span for parameter in found):
            assert one.last is not None, name
            assert other.first == one.last.next, name


def test_the_first_or_the_last_value_counts():
    query = Query(Parameter("one", first), Parameter("other", last))
    assert read(query, one=["a", "b"], other=["a", "b"]) == {"one": "a", "other": "b"}


def test_a_parameter_counts_in_its_span():
    query = Query(Parameter("locked", last, since(73)), Parameter("old", last, until(74)))
    given = {"locked": ["1"], "old": ["1"]}
    assert [sorted(read(query, Version(2, n), **given)) for n in (72, 73, 75)] == [
        ["old"], ["locked", "old"], ["locked"]
    ]  # fmt: skip


def test_a_parameter_may_be_read_in_another_way_at_other_versions():
    query = Query(Parameter("a", last, until(74)), Parameter("a", upper, since(75)))
    assert [read(query, version, a=["x"])["a"] for version in (OLD, NEW)] == ["x", "X"]


def test_an_unknown_parameter_is_left_out_until_the_query_is_strict():
    query = Query(*PAGING, Parameter("a", last, since(80)), strict=since(75))
    assert read(query, OLD, b=["1"]) == {}
    assert read(query, NEW, limit=["1"]) == {}
    for name in ("a", "b"):
        with pytest.raises(Invalid, match=name):
            read(query, NEW, **{name: ["1"]})


@pytest.mark.parametrize(
    "list_request",
    [
        lambda params, version: servers.list_request(params, 10, version),
        lambda params, version: flavors.list_request(params, 10, True, version),
        keypairs.user_id,
        limits.project_id,
    ],
)
def test_queries_of_every_noun_become_strict(list_request):
    list_request({"unknown": ["x"]}, OLD)
    with pytest.raises(Invalid, match="unknown"):
        list_request({"unknown": ["x"]}, NEW)


def test_a_single_parameter_comes_once():
    query = Query(Parameter("a", last, single=True))
    assert read(query, a=["1"]) == {"a": "1"}
    with pytest.raises(Invalid, match="a"):
        read(query, a=["1", "2"])


def test_a_name_may_stand_for_all_that_begin_like_it():
    query = Query(Parameter("_*", last), Parameter("_x", upper))
    assert read(query, _a=["v"], _x=["v"], a=["v"]) == {"_a": "v", "_x": "V"}
