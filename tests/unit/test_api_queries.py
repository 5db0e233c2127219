"""One set of rules for the query of a URL."""

import pytest

from computeapi.api import queries
from computeapi.domain.errors import Invalid


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("", []),
        ("a=1&b=2", [("a", "1"), ("b", "2")]),
        ("a=1&a=2&b=&a=1", [("a", "1"), ("a", "2"), ("b", ""), ("a", "1")]),
        ("name=semi;x", [("name", "semi;x")]),
        ("a=1;b=2&c=3", [("a", "1;b=2"), ("c", "3")]),
        ("a", [("a", "")]),
        ("=a&=", [("", "a"), ("", "")]),
        ("&&a=1&", [("a", "1")]),
        ("a=b=c", [("a", "b=c")]),
        ("a=x+y%2Bz%20", [("a", "x y+z ")]),
        ("%61+b=1", [("a b", "1")]),
        ("a=100%&b=%4&c=%zz&d=%u0041", [("a", "100%"), ("b", "%4"), ("c", "%zz"), ("d", "%u0041")]),
        ("a=%C3%A9", [("a", "é")]),
        ("a=\xc3\xa9", [("a", "é")]),
        ("a=b,c", [("a", "b,c")]),
        ("a[]=1", [("a[]", "1")]),
        ("a=%26%3D%3B", [("a", "&=;")]),
    ],
)
def test_a_query_is_read_so(query, pairs):
    assert queries.parse(query) == pairs


@pytest.mark.parametrize(
    "query", ["a=%ff", "%ff=a", "a=\xff", "a=%C3", "a=%ED%A0%80", "a=%00", "a%00=b", "x&y=a\0b"]
)
def test_what_is_no_text_is_refused(query):
    with pytest.raises(Invalid):
        queries.parse(query)


def test_all_values_of_a_name_are_kept_in_order():
    assert queries.by_name([("a", "2"), ("b", ""), ("a", "1")]) == {"a": ["2", "1"], "b": [""]}
