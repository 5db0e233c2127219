"""The filter that reads bodies: only a whole body, of a limited size, gets past it."""

import io
import json

import pytest

from computeapi.filters import size_limit


class Broken(io.BytesIO):
    """The stream of a server that found the chunks broken, or lost the connection."""

    def __init__(self, data, error):
        super().__init__(data)
        self._error = error

    def read(self, size=-1):
        data = super().read(min(size, 3))
        if not data:
            raise self._error
        return data


class Slow(io.BytesIO):
    """A stream that gives a little at a time, as a socket does."""

    def read(self, size=-1):
        return super().read(min(size, 2))


class Application:
    """Notes the request that got past the filter."""

    environ = None

    def __call__(self, environ, start_response):
        self.environ = environ
        start_response("202 Accepted", [])
        return [environ["wsgi.input"].read()]


def ask(stream, limit=10, **environ):
    """Return the status, the body of the answer, and the environ that got past the filter."""
    app, started = Application(), []
    request = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": stream, **environ}
    filtered = size_limit.SizeLimit(app, limit)
    body = b"".join(filtered(request, lambda *start: started.extend(start)))
    return int(started[0].split()[0]), body, app.environ


def chunked(stream, **environ):
    return ask(stream, HTTP_TRANSFER_ENCODING="Chunked", **environ)


@pytest.mark.parametrize("length", ["0", "5", "010", "10"])
def test_a_whole_body_is_handed_on_with_its_length(length):
    sent = b"x" * int(length)
    status, body, environ = ask(Slow(sent + b"next request"), CONTENT_LENGTH=length)
    assert (status, body) == (202, sent)
    assert environ["CONTENT_LENGTH"] == str(len(sent))


@pytest.mark.parametrize("length", ["", None])
def test_a_request_without_a_length_has_no_body(length):
    environ = {} if length is None else {"CONTENT_LENGTH": length}
    status, body, seen = ask(io.BytesIO(b"next request"), **environ)
    assert (status, body, seen["CONTENT_LENGTH"]) == (202, b"", "0")


@pytest.mark.parametrize(
    "length",
    ["+5", "-1", "-0", "1_0", " 5", "5 ", "5, 5", "5,5", "0x5", "5.0", "five", "\xb2", "\u0665"],
)
def test_a_length_is_digits(length):
    status, body, environ = ask(io.BytesIO(b"12345"), CONTENT_LENGTH=length)
    assert (status, environ) == (400, None)
    assert json.loads(body)["badRequest"]["message"] == size_limit.BAD_LENGTH


@pytest.mark.parametrize("length", ["11", "9" * 5000, "1" + "0" * 18])
def test_an_announced_body_above_the_limit(length):
    status, body, environ = ask(io.BytesIO(b"x" * 11), CONTENT_LENGTH=length)
    assert (status, environ) == (413, None)
    assert json.loads(body)["overLimit"]["code"] == 413


@pytest.mark.parametrize("stream", [io.BytesIO(b"1234"), Broken(b"1234", ConnectionResetError())])
def test_a_body_shorter_than_announced(stream):
    status, body, environ = ask(stream, CONTENT_LENGTH="5")
    assert (status, environ) == (400, None)
    assert json.loads(body)["badRequest"]["message"] == size_limit.INCOMPLETE


@pytest.mark.parametrize("length", [0, 10])
def test_a_chunked_body_is_handed_on_with_its_length(length):
    status, body, environ = chunked(Slow(b"x" * length))
    assert (status, body) == (202, b"x" * length)
    assert environ["CONTENT_LENGTH"] == str(length)
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_a_chunked_body_above_the_limit():
    assert chunked(io.BytesIO(b"x" * 11))[::2] == (413, None)


@pytest.mark.parametrize("error", [OSError("cut"), ValueError("bad size"), EOFError(), Exception()])
@pytest.mark.parametrize("data", [b"", b"123456"])
def test_chunks_that_the_server_cannot_read(data, error, caplog):
    status, body, environ = chunked(Broken(data, error))
    assert (status, environ) == (400, None)
    assert json.loads(body)["badRequest"]["message"] == size_limit.INCOMPLETE
    assert "Traceback" not in caplog.text


def test_a_length_beside_chunks():
    status, body, environ = chunked(io.BytesIO(b"12345"), CONTENT_LENGTH="5")
    assert (status, environ) == (400, None)
    assert json.loads(body)["badRequest"]["message"] == size_limit.TWO_LENGTHS


@pytest.mark.parametrize("coding", ["gzip", "gzip, chunked", "chunked, chunked", "identity", "x"])
def test_an_unknown_coding(coding):
    status, body, environ = ask(io.BytesIO(b"12345"), HTTP_TRANSFER_ENCODING=coding)
    assert (status, environ) == (501, None)
    assert json.loads(body)["notImplemented"]["message"] == size_limit.UNKNOWN_CODING


def test_a_server_that_does_not_decode_chunks():
    connection = io.BufferedReader(io.BytesIO(b"5\r\n12345\r\n0\r\n\r\n"))
    assert chunked(connection)[::2] == (501, None)
    whole = io.BufferedReader(io.BytesIO(b"12345"))
    assert chunked(whole, **{"wsgi.input_terminated": True})[1] == b"12345"


def test_the_limit_comes_from_the_filters_section_or_from_the_defaults():
    def limit(shared, **own):
        return size_limit.filter_factory(shared, **own)(Application())._limit

    assert limit({}) == 114688
    assert limit({"max_request_body_size": "7"}) == 7
    assert limit({"max_request_body_size": "7"}, max_request_body_size="8") == 8
