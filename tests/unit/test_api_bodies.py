"""Which bodies are read: by their media type, and by their JSON."""

import json

import pytest

from computeapi.api import bodies
from computeapi.api.bodies import MAX_DEPTH, UnsupportedMediaType


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "application/json",
        "APPLICATION/Json",
        "application/json;charset=utf-8",
        "application/json ; charset=UTF-8",
        'application/json;\t charset="Utf-8"',
        'application/json; charset="ut\\f-8"',
        "application/json; CHARSET=utf-8; version=2",
        "application/json;",
        "application/json;;charset=utf-8;",
        "  application/json  ",
        'application/json; title="; charset=latin-1"',
        "application/vnd.openstack.compute+json; version=2.1",
        "text/plain",
        "Text/Plain; charset=utf-8",
    ],
)
def test_these_types_are_read(content_type):
    bodies.check_type(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "json",
        "application/xml",
        "application/jsonx",
        "application/json+x",
        "text/html",
        "multipart/form-data; boundary=x",
        "application/json, application/json",
        "application/json; charset=latin-1",
        "application/json; charset=utf-8; charset=utf-16",
        "application/json; charset = utf-8",
        "application/json; charset",
        'application/json; charset="utf-8',
        "application/json charset=utf-8",
        "application /json",
        "application/json\n",
        "application/json; charset=\xfctf-8",
        "*/*",
        "a" * 10_000 + "/" + "b;" * 10_000 + "=",
    ],
)
def test_these_types_are_not(content_type):
    with pytest.raises(UnsupportedMediaType) as caught:
        bodies.check_type(content_type)
    assert caught.value.code == 415


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 18446744073709551616}', {"a": 2**64}),
        ('{"a": -9223372036854775809}', {"a": -(2**63) - 1}),
        ("9" * 300, int("9" * 300)),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ('"\\\\u0000"', "\\u0000"),
        ('"\\u00e4"', "ä"),
        (" [1.5, 1e3, -0.0, true, null] ", [1.5, 1000.0, -0.0, True, None]),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, None),
        ("[" + "[]," * 500 + "[]]", [[]] * 501),
        (json.dumps({"{": "[" * 200}), {"{": "[" * 200}),
    ],
)
def test_these_texts_are_read(text, value):
    found = bodies.loads(text)
    if value is not None:
        assert found == value
        assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{} {}",
        "{'a': 1}",
        "[1,]",
        "01",
        "\ufeff{}",
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1e400",
        "-1e400",
        "9" * 5000,
        '"\\u0000"',
        '{"a\\u0000": 1}',
        '[{"a": ["\\u0000"]}]',
        '"\x00"',
        '"\n"',
        '"\\ud800"',
        '{"\\udfff": 1}',
        '"\\ude00\\ud83d"',
        "[" * 5000,
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        '{"a":' * 60_000 + "1" + "}" * 60_000,
        "\u0661",
    ],
)
def test_these_texts_are_not(text):
    with pytest.raises(ValueError):  # noqa: PT011 — any will do
        bodies.loads(text)
