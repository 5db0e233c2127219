"""Every operation that a front end serves is there at the microversions at which Nova has it."""

import pytest

from computeapi.api.versions import Span, Version
from tests.operations import FRONT_ENDS, Operation, nova, operations

#: Our documents of the versions -> Nova's path.
VERSIONS = {"/v2": "/versions/{}", "/v2.1": "/versions/{}"}


def in_nova(operation):
    return operation._replace(path=VERSIONS.get(operation.path, operation.path))


def ends(span):
    return (span.first, span.last)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_an_operation_is_there_when_nova_has_it(front_end):
    served = operations(front_end)
    assert len(served) > 20
    known = nova()
    differences = {
        operation: (ends(span), known.get(in_nova(operation)))
        for operation, span in served.items()
        if in_nova(operation) not in known or ends(known[in_nova(operation)]) != ends(span)
    }
    reason = "each is one of Nova's (data/nova_operations.tsv), at the same microversions"
    assert differences == {}, reason


def test_all_front_ends_serve_the_same():
    first, *others = (
        {operation: ends(span) for operation, span in operations(name).items()}
        for name in FRONT_ENDS
    )
    assert all(other == first for other in others)


def test_the_operations_of_nova_are_read_with_both_ends():
    known = nova()
    assert known[Operation("PUT", "/flavors/{}")] == Span(Version(2, 55))
    assert known[Operation("GET", "/images")] == Span(last=Version(2, 35))
    assert known[Operation("POST", "/servers/{}/action", "lock")] == Span()
    crash = known[Operation("POST", "/servers/{}/action", "trigger_crash_dump")]
    assert crash == Span(Version(2, 17))
