"""Names, ids, numbers, addresses, words and moments, for both front ends."""

import re
from datetime import datetime

import pytest

from computeapi.api import values
from computeapi.api.values import INT32_MAX, MAX_FLOAT, MAX_INTEGER


@pytest.mark.parametrize("text", ["a", "a b", "é", "名前", "a\u00a0b", "x" * 300, ""])
def test_a_name(text):
    assert values.is_name(text)


@pytest.mark.parametrize(
    "text",
    [" a", "a ", " ", "a\u00a0", "\u3000a", "a\nb", "a\x00", "\x7f", "\u2028", "\u200b", "a\tb",
     "\ud800", "\ue000", "\U0001f600", "\uffff"],
)  # fmt: skip
def test_no_name(text):
    assert not values.is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "11111111-1111-4111-8111-111111111111",
        "ABCDEF00000040008000000000000000",
        "urn:uuid:11111111-1111-4111-8111-111111111111",
        "{11111111-1111-4111-8111-111111111111}",
    ],
)
def test_a_uuid(text):
    assert values.is_uuid(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1" * 31,
        "1" * 33,
        "1111_111-1111-4111-8111-111111111111",
        "1-1111111-1111-4111-8111-111111111111",
        "\uff11" * 32,
        "11111111-1111-4111-8111-111111111111\n",
        " 1111111-1111-4111-8111-111111111111",
    ],
)
def test_no_uuid(text):
    assert not values.is_uuid(text)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("192.0.2.1", 4),
        ("0.0.0.0", 4),
        ("2001:db8::1", 6),
        ("::", 6),
        ("::ffff:192.0.2.1", 6),
        ("192.0.2.01", None),
        ("192.0.2", None),
        ("3221225985", None),
        ("192.0.2.1/24", None),
        ("\u0661.1.1.1", None),
        ("fe80::1%eth0", None),
        ("1::2::3", None),
        ("[::1]", None),
        ("", None),
        ("192.0.2.1\n", None),
    ],
)
def test_an_address(text, version):
    assert (values.is_ipv4(text), values.is_ipv6(text)) == (version == 4, version == 6)
    assert values.is_ip(text) == (version is not None)


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("::FFFF:192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
def test_an_address_is_kept_in_its_shortest_form(text, shortest):
    assert values.shortest(text) == shortest


@pytest.mark.parametrize(
    ("value", "number"),
    [(0, 0), ("0", 0), ("007", 7), (7.0, 7), (-0.0, 0), (2**64, 2**64), ("9" * 255, MAX_INTEGER)],
)
def test_an_integer(value, number):
    assert values.integer(value) == number


@pytest.mark.parametrize(
    "value",
    [-1, "-1", "-0", "+1", "1.0", " 1", "1 ", "1\n", "", "1_0", "\u0661", "\xb2", "0x1", 1.5, True,
     None, [1], {}, float("nan"), float("inf"), "9" * 256, "0" * 5000, 10**255, 1e300],
)  # fmt: skip
def test_no_integer(value):
    with pytest.raises(ValueError, match="Value should be"):
        values.integer(value)
    if isinstance(value, str):
        assert not values.is_integer(value)


def test_an_integer_within_bounds():
    assert values.integer(INT32_MAX, 1, INT32_MAX) == values.integer("2147483647", 1, INT32_MAX)
    assert values.integer("-1", -1) == values.integer(-1, -1) == -1
    for value in (0, "0", INT32_MAX + 1, "2147483648", 18446744073709551616, 1.8e19):
        with pytest.raises(ValueError, match="from 1 to 2147483647"):
            values.integer(value, 1, INT32_MAX)


@pytest.mark.parametrize(
    ("value", "boolean"),
    [(True, True), ("Yes", True), ("1", True), (False, False), ("off", False), ("0", False)],
)
def test_a_boolean(value, boolean):
    assert values.boolean(value) is boolean


@pytest.mark.parametrize("value", [1, 0, 1.0, "", "y", "tRUE", "true ", None, [], {}, "\ud800"])
def test_no_boolean(value):
    with pytest.raises(ValueError, match="true, false, or one of"):
        values.boolean(value)


@pytest.mark.parametrize(
    ("value", "number"), [(1, 1.0), (0.5, 0.5), ("2", 2.0), ("1.50", 1.5), (MAX_FLOAT, MAX_FLOAT)]
)
def test_a_factor(value, number):
    assert values.factor(value) == number


@pytest.mark.parametrize(
    "value",
    [0, -0.0, -1, "0", "0.0", "-1", "1e3", ".5", "1.", "", "\u0661", True, None, [], 3.5e38,
     10**400, float("inf"), float("nan"), "9" * 39, "9" * 400, "0." + "0" * 400 + "1", "1\n"],
)  # fmt: skip
def test_no_factor(value):
    with pytest.raises(ValueError, match="Value should be"):
        values.factor(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        (5, "5"),
        (0, "0"),
        (-1, "-1"),
        (1.5, "1.5"),
        (18446744073709551616, "18446744073709551616"),
        (10**254, "1" + "0" * 254),
    ],
)
def test_the_id_of_a_flavor(value, text):
    assert values.flavor_id(value) == text


@pytest.mark.parametrize(
    "value",
    ["", " a", "a ", "a/b", "é", "a\n", "x" * 256, True, None, [], {}, 1e22, 10**255,
     pytest.param(10**5000, id="huge")],
)  # fmt: skip
def test_no_id_of_a_flavor(value):
    with pytest.raises(ValueError, match="Value should have"):
        values.flavor_id(value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-01-02", datetime(2020, 1, 2)),
        ("2020-01-02T03:04:05Z", datetime(2020, 1, 2, 3, 4, 5)),
        ("2020-01-02 03:04:05", datetime(2020, 1, 2, 3, 4, 5)),
        ("2020-01-02T03:04:05.5-01:00", datetime(2020, 1, 2, 4, 4, 5, 500000)),
        ("2020-01-02T03:04:05.123456789", datetime(2020, 1, 2, 3, 4, 5, 123456)),
        ("2020-01-02T03:04:05 01:00", datetime(2020, 1, 2, 2, 4, 5)),
        ("2020-01-02T00:00:00-00:00", datetime(2020, 1, 2)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1)),
        ("0001-01-01T00:00:00-14:00", datetime(1, 1, 1, 14)),
        ("9999-12-31T23:59:59+14:00", datetime(9999, 12, 31, 9, 59, 59)),
    ],
)
def test_a_moment(text, moment):
    assert values.moment(text) == moment


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2020", "2020-13-01", "2020-02-30", "10000-01-01", "0000-01-01", "-001-01-01",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2020-01-01T25:00", "1" * 5000,
     "2020-01-01T00:00:00+99:00", "\uff12020-01-01", "2020-01-01T00:00:00\u2212" + "01:00",
     "2020-01-01T00:00:00." + "0" * 100, "NaN", "1e9", "\ud800", "2020-01-01T00:00:00Zjunk"],
)  # fmt: skip
def test_no_moment(text):
    with pytest.raises(ValueError):  # noqa: PT011 — any will do
        values.moment(text)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (values.KEYPAIR_NAME, "a-_ 1", "a/b"),
        (values.METADATA_KEY, "a-_:. 1", "a/b"),
        (values.DEVICE_NAME, "/dev/vda", "a b"),
        (values.DEVICE_UUID, "a-._1", "a/b"),
        (values.CIDR_HINT, "/24", "24"),
    ],
)
def test_a_pattern_is_for_the_whole_of_a_text(pattern, good, bad):
    assert re.fullmatch(pattern, good)
    for text in (bad, "", good + "\n"):
        assert not re.fullmatch(pattern, text)
