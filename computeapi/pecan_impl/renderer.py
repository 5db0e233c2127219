"""JSON."""

from typing import Any

import orjson
import pecan
from wsme.rest.json import tojson

from computeapi.pecan_impl import faults

#: A moment is naive and UTC, and shown to the second: ``2026-11-23T04:34:53Z``.
_MOMENTS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def dumps(document: Any) -> bytes:
    """Return the JSON text of a document."""
    return orjson.dumps(document, option=_MOMENTS)


class Renderer:
    """Renders the results of WSME for Pecan, in place of WSME's own ``wsmejson``."""

    def __init__(self, path: str, extra_vars: Any) -> None:
        """Make one as Pecan does; there are no templates here."""

    def render(self, template_path: str, namespace: dict[str, Any]) -> bytes:
        """Return the text of a typed result, or of the error that WSME met instead."""
        if "faultcode" in namespace:
            code = pecan.response.status_int
            failure = faults.refused(code, namespace["faultstring"])
            return dumps(tojson(faults.FAULT, failure))
        return dumps(tojson(namespace["datatype"], namespace["result"]))
