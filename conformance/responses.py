"""Holds recorded requests and responses against Nova's schemas.

Run in a virtualenv that has ``nova``: ``python -m conformance.responses RECORDS``. A line of
RECORDS is a JSON object, as ``--record`` of the contract tests writes it.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from conformance.nova_api import NovaApi, NovaOperation

#: Nova has no schemas for these methods, nor for the list of versions at the root.
_ELSEWHERE = ("HEAD", "OPTIONS")
#: The description of this service, which Nova does not have.
_OWN = "/openapi.json"
#: The id of a user as Keystone makes it.
_USER = "0" * 32
_WITH_BODY = ("POST", "PUT")


def differences(api: NovaApi, record: dict[str, Any]) -> Iterator[str]:
    """Yield what Nova would have answered in another way.

    :param record: with the keys ``method``, ``path``, ``query``, ``version``, ``status``,
        ``request`` and ``response``.
    """
    status, version, path = record["status"], record["version"], record["path"]
    if record["method"] in _ELSEWHERE or not path.strip("/") or path.endswith(_OWN):
        return
    # Nova takes doubled slashes as one.
    operation = api.find(record["method"], re.sub(r"/{2,}(?=[^/])", "/", path), record["request"])
    if operation is None or not operation.is_served(version):
        if status < 400:
            yield "Nova does not have this operation"
        return
    if operation.is_removed:
        if status < 400:
            yield "Nova answers 410"
        return
    if status >= 400:
        return
    expected = operation.statuses(version)
    if status not in expected:
        yield f"the status is {status}, that of Nova {sorted(expected)}"
    yield from _schema_errors(operation, record)


def _schema_errors(operation: NovaOperation, record: dict[str, Any]) -> Iterator[str]:
    """Yield what breaks Nova's schemas in a request and its response."""
    query = parse_qs(record["query"], keep_blank_values=True)
    response = _with_hard_policies(record["method"], _with_a_real_user(record))
    parts = {"request_query": query, "response_body": response}
    if record["method"] in _WITH_BODY:
        parts["request_body"] = record["request"]
    for part, value in parts.items():
        reason = operation.invalid(part, value, record["version"])
        if reason:
            yield f"{part.replace('_', ' ')}: {reason}"


def _with_a_real_user(record: dict[str, Any]) -> Any:
    """Return the response; a keypair of the user that a request names gets one that there can be.

    Nova takes any text for a user in a request, answers with it, and calls the answer invalid.
    """
    documents = [record["request"], record["response"]]
    users = [d.get("keypair", {}).get("user_id") for d in documents if isinstance(d, dict)]
    if len(users) < len(documents) or users[0] is None or users[0] != users[1]:
        return record["response"]
    return {"keypair": record["response"]["keypair"] | {"user_id": _USER}}


def _with_hard_policies(method: str, response: Any) -> Any:
    """Return the response to a GET with hard policies in the place of the soft ones of groups.

    Nova shows soft policies at the versions before 2.15 as well, and calls these answers invalid.
    """
    if method != "GET" or not isinstance(response, dict):
        return response
    groups = [*response.get("server_groups", []), *filter(None, [response.get("server_group")])]
    shown = [
        group | {"policies": [policy.removeprefix("soft-") for policy in group["policies"]]}
        if "policies" in group
        else group
        for group in groups
    ]
    if "server_groups" in response:
        return response | {"server_groups": shown}
    return response | {"server_group": shown[0]} if shown else response


def check(lines: Iterable[str]) -> tuple[int, Counter[str]]:
    """Return how many records there are, and how often each difference occurs."""
    api, found, total = NovaApi(), Counter[str](), 0
    for line in dict.fromkeys(lines):
        record = json.loads(line)
        total += 1
        operation = api.find(record["method"], record["path"], record["request"])
        name = operation or f"{record['method']} {record['path']}"
        for difference in differences(api, record):
            found[f"{name} at {record['version']}: {difference}"] += 1
    return total, found


def main() -> int:
    """Print the differences; return 1 when there are any."""
    with Path(sys.argv[1]).open() as lines:
        total, found = check(lines)
    for difference, times in found.most_common():
        print(f"{times:5}  {difference}")
    print(f"{total} different requests and responses, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
