"""The commands of the openstack client that ``make conformance ARGS=clients`` runs."""

import re

from conformance.clients import proof


def test_every_compute_command_of_the_installed_client_is_run():
    tried = {step.command for step in proof.steps()}
    assert len(proof.commands()) > 90
    assert proof.commands() - tried == set()


def test_every_command_that_may_fail_has_a_reason():
    steps = proof.steps()
    assert all(bool(step.fails) == bool(step.because) for step in steps)
    kept = {name for step in steps for name in step.keep} | {"image", "folder"}
    assert {name for step in steps for name in re.findall(r"{(\w+)}", step.run)} <= kept


class Scripted:
    """Stands for the client: its answers are those given, in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def run(self, words, admin, version):
        self.asked.append((" ".join(words), admin, version))
        code, out, err = self.answers.pop(0)
        return {"code": code, "out": out, "err": err}


def result(step, *answers, **values):
    client = Scripted(*answers)
    run = proof.Run(client, values)
    return run.result(step), client.asked, values


def test_a_value_is_kept_and_a_status_waited_for():
    step = proof.Step("server create {image}", keep={"one": r"id (\S+)"}, until=("one", "ACTIVE"))
    answers = [(0, "id 7", ""), (0, "BUILD\n", ""), (0, "ACTIVE\n", "")]
    found, asked, values = result(step, *answers, image="i")
    assert str(found) == "0"
    assert values["one"] == "7"
    assert asked[0][0] == "server create i"
    assert len(asked) == 3


def test_a_failure_is_explained_by_its_pattern_alone():
    step = proof.Step("server add volume one v", fails="block-storage", because="no volumes")
    explained, *_ = result(step, (1, "", "a\nno block-storage\n"))
    other, *_ = result(step, (1, "", "a\nInternal Server Error\n"))
    broken, *_ = result(proof.Step("x", until=("one", "ACTIVE")), (0, "", ""), (0, "ERROR", ""))
    assert (str(explained), explained.is_explained) == ("no volumes", True)
    assert (str(other), other.is_explained) == ("FAILED: Internal Server Error", False)
    assert not broken.is_explained
    stale, *_ = result(step, (0, "", ""))
    assert (str(stale), stale.is_explained) == ("FAILED: it exits with 0", False)
    assert list(proof.table({"falcon": [explained], "pecan": [other]})) == [
        f"{'server add volume one v':70}  falcon: no volumes; pecan: FAILED: Internal Server Error"
    ]
