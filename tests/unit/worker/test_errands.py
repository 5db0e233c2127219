"""The threads that look for something to do."""

import threading

import pytest

from computeapi.domain.errors import Unavailable
from computeapi.worker.errands import Errand


class Script(Errand):
    """Raises errors in turn, and has then nothing more to do."""

    def __init__(self, *errors):
        super().__init__("look", interval=0)
        self._errors = iter(errors)
        self.done = threading.Event()

    def look(self):
        error = next(self._errors, StopIteration)
        if error is StopIteration:
            self.done.set()
        elif error:
            raise error


@pytest.fixture
def logged(caplog):
    """Run an errand to the end of its script; return the levels and texts of the log."""

    def run(*errors):
        errand = Script(*errors)
        errand.start()
        assert errand.done.wait(60)
        errand.stop(60)
        # caplog's handler formats the traceback, too.
        return [(each.levelname, each.getMessage(), bool(each.exc_info)) for each in caplog.records]

    return run


def test_a_service_that_does_not_answer_is_one_sentence(logged):
    away = Unavailable("Keystone does not answer.")
    assert logged(away, away, None, away, Unavailable("Neutron does not answer.")) == [
        ("WARNING", "The look has to wait: Keystone does not answer.", False),
        ("WARNING", "The look has to wait: Keystone does not answer.", False),
        ("WARNING", "The look has to wait: Neutron does not answer.", False),
    ]


def test_a_fault_is_logged_with_its_traceback(logged):
    assert logged(ValueError("bad")) == [
        ("ERROR", "The look failed; the next look may succeed", True)
    ]


class Patient(Errand):
    """Notes whether each look comes after it was woken."""

    def __init__(self):
        super().__init__("look", interval=3600, is_urgent=False)
        self.is_awake, self.looks, self.done = False, [], threading.Event()

    def look(self):
        self.looks.append(self.is_awake)
        self.done.set()


def test_an_errand_without_urgency_looks_first_when_it_is_woken():
    errand = Patient()
    errand.start()
    errand.is_awake = True
    errand.wake()
    assert errand.done.wait(60)
    errand.stop(60)
    assert errand.looks == [True]
