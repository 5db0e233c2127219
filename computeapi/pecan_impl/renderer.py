"""JSON."""

from typing import Any

import pecan
from wsme.rest.json import tojson

from computeapi.api import bodies
from computeapi.pecan_impl import faults


class Renderer:
    """Renders the results of WSME for Pecan, in place of WSME's own ``wsmejson``."""

    def __init__(self, path: str, extra_vars: Any) -> None:
        """Make one as Pecan does; there are no templates here."""

    def render(self, template_path: str, namespace: dict[str, Any]) -> bytes:
        """Return the text of a typed result, or of the error that WSME met instead."""
        if "faultcode" in namespace:
            code = pecan.response.status_int
            failure = faults.refused(code, namespace["faultstring"])
            return bodies.dumps(tojson(faults.FAULT, failure))
        return bodies.dumps(tojson(namespace["datatype"], namespace["result"]))
