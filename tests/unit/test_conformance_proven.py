"""The page on conformance: every operation that is served has cases of the contract."""

import ast
import json
from datetime import date
from pathlib import Path

import pytest

from computeapi.domain.servers.actions import ACTIONS
from conformance import exercised, proven
from tests.operations import Operation, operations

TESTS = Path(__file__).parent.parent
ALIAS = "/os-volumes_boot"


@pytest.fixture(scope="module")
def rows():
    return {row.operation: row for row in proven.rows()}


def test_every_operation_that_is_served_is_sent_by_the_contract(rows):
    for row in rows.values():
        # The alias of the servers is served by what serves these.
        if any(row.served.values()) and not row.operation.path.startswith(ALIAS):
            assert row.contract, row.operation


def test_both_front_ends_serve_every_operation_that_nova_has_now():
    found = proven.current()
    assert len(found) == 137
    assert [row.operation for row in found if not all(row.served.values())] == []


def test_every_action_on_servers_is_watched_on_a_real_guest_or_has_a_reason(rows):
    path = "/servers/{}/action"
    actions = {row.operation.action for row in rows.values()
               if row.operation.path == path and row.span.last is None}  # fmt: skip
    seen = {operation for each in proven.watched() for operation in each.operations}
    assert seen <= set(rows)
    watched = {operation.action for operation in seen if operation.path == path}
    assert actions - watched == set(proven.unwatched())


@pytest.mark.parametrize("watched", proven.watched(), ids=lambda each: each.test)
def test_the_tests_that_watch_guests_are_there(watched):
    file, _, name = watched.test.partition("::")
    module = ast.parse((TESTS / file).read_text())
    assert name in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    assert watched.seen


def test_workers_die_in_a_test_of_every_action_that_they_carry_out():
    found = proven.deaths()
    assert set(found) == {action.name for action in ACTIONS}
    of_several_stages = {action.name for action in ACTIONS if len(action.stages) > 1}
    assert of_several_stages - {name for name, each in found.items() if "delete" in each} == set()


def calls(test):
    """Return the names of the functions that a test below tests/unit/worker calls."""
    file, _, name = test.partition("::")
    body = ast.parse((TESTS / "unit" / "worker" / file).read_text()).body
    (found,) = (node for node in body if isinstance(node, ast.FunctionDef) and node.name == name)
    return {call.func.id for call in ast.walk(found)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}  # fmt: skip


@pytest.mark.parametrize("action", proven.deaths())
def test_the_deaths_come_at_every_point(action):
    tests = proven.deaths()[action]
    assert "every_death" in calls(tests["death"])
    assert "delete" not in tests or "every_moment" in calls(tests["delete"])


def test_an_action_is_told_from_the_others(rows):
    row = rows[Operation("POST", "/servers/{}/action", "pause")]
    assert row.served == {"falcon": True, "pecan": True}
    assert "servers/power_pausing" in row.contract
    assert {"scopes", "differential"} <= set(row.proofs)


def test_the_longest_fixed_path_is_the_operation():
    known = operations("falcon")
    assert exercised.find(known, "GET", "/servers/detail") == Operation("GET", "/servers/detail")
    assert exercised.find(known, "GET", "/servers/7") == Operation("GET", "/servers/{}")
    assert exercised.find(known, "GET", "/nowhere") is None


def test_what_succeeded_is_kept_in_place_of_the_last_run(tmp_path, monkeypatch):
    monkeypatch.setattr(exercised, "FILE", tmp_path / "exercised.tsv")
    exercised.FILE.write_text(
        "# Tempest: 2026-01-02\n# client: 2026-01-02\n"
        "client\tGET\t/flavors\t\nTempest\tGET\t/limits\t\n"
    )
    requests = [("POST", "/v2.1/servers/7/action", 202, {"pause": None}),
                ("GET", "/v2.1/flavors", 401, None)]  # fmt: skip
    with exercised.recorded("client") as records:
        for method, path, status, body in requests:
            record = {"method": method, "path": path, "status": status, "request": body}
            with (records / "falcon").open("a") as out:
                out.write(json.dumps(record) + "\n")
    assert exercised.kept() == {
        "client": {Operation("POST", "/servers/{}/action", "pause")},
        "Tempest": {Operation("GET", "/limits")},
    }
    days = exercised.days()
    assert days["client"] > days["Tempest"] == date(2026, 1, 2)


def test_all_that_is_kept_is_served():
    served = set(operations("falcon"))
    assert all(found <= served for found in exercised.kept().values())
    assert exercised.days().keys() == exercised.kept().keys()
