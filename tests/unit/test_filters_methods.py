"""HEAD and OPTIONS in front of an application that knows neither."""

import pytest

from computeapi.filters.methods import ORIGINAL_METHOD, Methods


class Inner:
    """The application: it begins its answer late, as PEP 3333 allows, and notes its end."""

    def __init__(self, status="200 OK", headers=()):
        self.status, self.headers = status, list(headers)
        self.methods, self.closed = [], False

    def __call__(self, environ, start_response):
        self.methods.append(environ["REQUEST_METHOD"])
        self.original = environ.get(ORIGINAL_METHOD)
        self.start = start_response
        return self

    def __iter__(self):
        self.start(self.status, [("Content-Length", "4"), *self.headers])
        yield b"body"

    def close(self):
        self.closed = True


def ask(app, method, path="/v2.1/servers"):
    answer = []
    body = app(
        {"REQUEST_METHOD": method, "PATH_INFO": path}, lambda *start: answer.extend(start[:2])
    )
    return b"".join(body), *answer


def test_head_is_a_get_without_a_body():
    inner = Inner()
    assert ask(Methods(inner), "HEAD") == (b"", "200 OK", [("Content-Length", "4")])
    assert inner.methods == ["GET"]
    assert inner.closed


def test_access_rules_may_name_the_method_that_was_sent():
    inner = Inner()
    ask(Methods(inner), "HEAD")
    assert inner.original == "HEAD"
    ask(Methods(inner), "GET")
    assert inner.original is None


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD "])
def test_other_methods_pass(method):
    inner = Inner()
    body, status, headers = ask(Methods(inner), method)
    assert (body, status, headers) == (b"body", "200 OK", [("Content-Length", "4")])
    assert inner.methods == [method]


@pytest.mark.parametrize("path", ["", "/", "/v2", "/v2/", "/v2.1", "/v2.1/"])
def test_options_of_a_version_document_is_a_get(path):
    inner = Inner()
    body, status, headers = ask(Methods(inner), "OPTIONS", path)
    assert (body, status, headers[-1]) == (b"body", "200 OK", ("Allow", "GET, HEAD, OPTIONS"))
    assert inner.methods == ["GET"]


def test_a_405_of_a_version_document_names_options_as_well():
    inner = Inner("405 Method Not Allowed", [("Allow", "GET")])
    assert ask(Methods(inner), "PUT", "/")[2][-1] == ("Allow", "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("status", "allow", "told"),
    [
        ("405 Method Not Allowed", "POST, GET", "GET, HEAD, POST"),
        ("405 Method Not Allowed", "GET", "GET, HEAD"),
        ("405 Method Not Allowed", "POST", "POST"),
        ("200 OK", "GET", "GET"),
    ],
)
@pytest.mark.parametrize("method", ["DELETE", "HEAD"])
def test_a_405_names_head_beside_get(method, status, allow, told):
    inner = Inner(status, [("allow", allow)])
    assert ask(Methods(inner), method)[2][-1] == ("allow", told)
