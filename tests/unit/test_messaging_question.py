"""Questions and answers survive the trip as text."""

import logging

import pytest

from computeapi.domain import errors
from computeapi.messaging import question


def ask(method, **arguments):
    def not_found():
        raise errors.NotFound("Instance x could not be found.")

    def unavailable():
        raise errors.ImageUnreachable("Glance is away.", retry_after=42)

    def broken():
        raise KeyError("secret detail")

    def newer():
        raise type("FromTheFuture", (errors.Conflict,), {})("Not yet.")

    methods = {
        "echo": lambda **given: given,
        "bytes": lambda: b"not JSON",
        "not_found": not_found,
        "unavailable": unavailable,
        "broken": broken,
        "newer": newer,
    }
    return question.result(question.answer(methods, question.ask(method, arguments)))


def test_arguments_and_result_pass_unchanged():
    given = {"text": "é\n\u2028", "none": None, "nested": {"list": [1, 2.5, True]}}
    assert ask("echo", **given) == given


def test_a_domain_error_keeps_class_and_message():
    with pytest.raises(errors.NotFound, match=r"^Instance x could not be found\.$"):
        ask("not_found")


def test_unavailable_keeps_its_retry_after():
    with pytest.raises(errors.ImageUnreachable) as caught:
        ask("unavailable")
    assert caught.value.retry_after == 42


def test_an_error_class_we_do_not_know_is_an_error():
    with pytest.raises(errors.Error, match="Not yet") as caught:
        ask("newer")
    assert type(caught.value) is errors.Error


@pytest.mark.parametrize("method", ["broken", "bytes", "no_such_method"])
def test_any_other_failure_is_logged_there_and_hidden_here(method, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(errors.Error) as caught:
        ask(method)
    assert caught.value.code == 500
    assert "secret" not in caught.value.message
    assert method in caplog.text


def test_an_answer_is_one_line():
    assert "\n" not in question.answer({"lines": lambda: "a\nb\n"}, question.ask("lines", {}))
