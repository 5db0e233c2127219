"""The same script on both front ends: they give the same answers.

The clock and all that is made up (ids, passwords, keys) are frozen. Status and headers must be
the same byte for byte, and bodies value by value: the names in a JSON object have no order
(RFC 8259, 4). Of a 400 the wording may differ.
"""

import datetime
import random
import secrets
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from computeapi.api import request_id
from computeapi.db.session import Session
from computeapi.service import keys
from tests.contract.parity.reading import (
    everything_that_can_be_read,
    headers_and_bodies,
    lists,
    paths_and_methods,
)
from tests.contract.parity.steps import (
    KEY,
)
from tests.contract.parity.writing import (
    attachments,
    the_end,
    the_life_of_servers,
)

#: Servers and gateways add these.
NOT_OURS = ("date", "server")
SCRIPT = [
    *the_life_of_servers(),
    *everything_that_can_be_read(),
    *lists(),
    *paths_and_methods(),
    *headers_and_bodies(),
    *attachments(),
    *the_end(),
]


class Frozen:
    """The clock and the generated values: functions of the step, not of the number of calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        material = keys.Material(KEY, "a private key")
        self.enter(0)
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=self.random.getrandbits(128)))
        monkeypatch.setattr(
            request_id, "generate", lambda: f"req-{uuid.UUID(int=self.random.getrandbits(128))}"
        )
        monkeypatch.setattr(secrets, "choice", lambda among: self.random.choice(sorted(among)))
        monkeypatch.setattr(Session, "now", lambda session: self.now)
        monkeypatch.setattr(keys, "make", lambda kind, user_id: material)

    def enter(self, step: int) -> None:
        """Begin a step."""
        self.random = random.Random(step)
        self.now = datetime.datetime(2030, 1, 1) + datetime.timedelta(milliseconds=step)


def replay(new_cloud: Callable[[], Any], frozen: Frozen) -> list[tuple[int, list, Any]]:
    """Run the script and return status, headers and body of each response."""
    frozen.enter(0)
    cloud = new_cloud()
    saved: dict[str, str] = {}
    answers = []
    for number, step in enumerate(SCRIPT, 1):
        frozen.enter(number)
        url = step.url
        for name, server_id in saved.items():
            url = url.replace(f"${name}", server_id)
        headers = {"x-auth-token": step.token} | dict(step.headers)
        if step.version is not None:
            headers["openstack-api-version"] = f"compute {step.version}"
        response = cloud.request(step.method, url, step.body, headers)
        if step.save:
            saved[step.save] = response.json()["server"]["id"]
        ours = [comparable_header(*h, response) for h in response.headers if h[0] not in NOT_OURS]
        answers.append((response.status, ours, comparable(response)))
    return answers


def comparable_header(name: str, value: str, response: Any) -> tuple[str, object]:
    """Return a header; of a length, whether it is the body's, as the wording of a 400 differs."""
    is_length = name == "content-length" and response.body
    return (name, int(value) == len(response.body) if is_length else value)


def comparable(response: Any) -> Any:
    """Return what must be the same of a body: of a 400 the code and the name."""
    if not response.body:
        return None
    document = response.json()
    if response.status != 400:
        return document
    return {name: told["code"] for name, told in document.items()}


@pytest.mark.usefixtures("unwatched")
def test_a_caller_cannot_tell_which_front_end_answers(
    new_cloud: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = Frozen(monkeypatch)
    falcon = replay(partial(new_cloud, "falcon"), frozen)
    pecan = replay(partial(new_cloud, "pecan"), frozen)
    differences = [
        (step, one, two) for step, one, two in zip(SCRIPT, falcon, pecan, strict=True) if one != two
    ]
    assert differences == []
    # The script does what it is meant to do.
    assert {status for status, _, _ in falcon} >= {
        200, 201, 202, 204, 400, 401, 403, 404, 405, 406, 409, 413, 415,
    }  # fmt: skip
    assert 500 not in {status for status, _, _ in falcon}
