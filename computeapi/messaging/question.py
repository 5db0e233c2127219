"""Questions and answers as JSON text, the same over every transport."""

import json
import logging
from collections.abc import Mapping

from computeapi.domain import errors
from computeapi.ports.messaging import JSON, Method

LOG = logging.getLogger(__name__)

_ERRORS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.Error)
}


def ask(method: str, arguments: Mapping[str, JSON]) -> str:
    """Return the text of a question.

    :raises TypeError: when an argument is not JSON.
    """
    return json.dumps({"method": method, "arguments": arguments})


def answer(methods: Mapping[str, Method], text: str) -> str:
    """Answer a question, for better or worse: nothing is raised.

    A domain error goes into the answer. Anything else is this host's own business:
    it is logged here, and the caller learns only that it happened.
    """
    name = "?"
    try:
        question = json.loads(text)
        name = question["method"]
        return json.dumps({"result": methods[name](**question["arguments"])})
    except errors.Error as error:
        return _failure(error)
    except Exception:
        LOG.exception("Could not answer the question %r", name)
        return _failure(errors.Error("The host could not answer; its log says why."))


def result(text: str) -> JSON:
    """Return the result in an answer.

    :raises computeapi.domain.errors.Error: what the method raised, of the same class.
    """
    answer = json.loads(text)
    if "error" not in answer:
        return answer["result"]
    # A worker of a newer release may know more errors than we do.
    error = _ERRORS.get(answer["error"], errors.Error)(answer["message"])
    if isinstance(error, errors.Unavailable):
        error.retry_after = answer["retry_after"]
    raise error


def silence(host: str) -> errors.Unavailable:
    """Log that a host's worker does not answer, and return the error for the caller.

    Names of hosts are for administrators.
    """
    LOG.warning("The worker of host %s does not answer", host)
    return errors.Unavailable("The host of the server does not answer.")


def _failure(error: errors.Error) -> str:
    answer: dict[str, JSON] = {"error": type(error).__name__, "message": error.message}
    if isinstance(error, errors.Unavailable):
        answer["retry_after"] = error.retry_after
    return json.dumps(answer)
